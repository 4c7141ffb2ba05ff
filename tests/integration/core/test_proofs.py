"""Documents as proofs: sent in two taps, kept as they should be, seen by who may, decided with a reason, erased."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from core.access import may_read_file
from core.eligibility import ask, latest
from core.eligibility import decide as decide_eligibility
from core.exchange import Inbound
from core.files import MOST_BYTES, hash_of_thread, read, receive
from core.hours import NBSP
from core.models import Audit, Commitment, Conversation, Employment, Person, Proof, StoredFile, Territory
from core.proof_pages import proof_page, proofs_to_see
from core.proofs import Sent, decide, missing_of, send
from core.refusal import Refused
from core.retention import purge
from core.terms import Channel, EligibilityStatus, ProofKind, ProofVerdict
from tests.cast import Cast
from tests.houses import FakeClock
from tests.letters import letters_to
from tests.photos import PLACE, pdf, photo
from tests.talk import Talk
from tests.together import together

CAROLE, FANNY = "carole.constructeur@exemple.fr", "fanny.facilite@exemple.fr"
ADVICE = f"Masquez d’abord le salaire, le numéro de sécurité sociale et les coordonnées bancaires{NBSP}:"
NIR = "2 55 08 14 168 025 38"


@pytest.fixture
def talk(cast: Cast) -> Talk:
    """Carole at her chat."""
    return cast.talk(cast.carole)


def proofs(cast: Cast) -> list[Proof]:
    with cast.house.database.reading() as session:
        return list(session.scalars(select(Proof).order_by(Proof.id)).unique())


def on_disk(cast: Cast) -> list[Path]:
    return [path for path in cast.house.files_dir.rglob("*") if path.is_file()]


def decided(cast: Cast, proof: Proof, verdict: ProofVerdict, reason: str = "", by: Person | None = None) -> list[int]:
    with cast.house.database.transaction() as session:
        return decide(session, cast.house, proof.id, verdict, reason, by or cast.fanny)


def sent(talk: Talk, content: bytes = photo(), *, who: str = "Karim", kind: str = "Contrat") -> str:
    """Send a photo out of the blue, then say whose and what it is."""
    talk.sends_file("contrat.jpg" if content[:1] == b"\xff" else "contrat.pdf", content)
    talk.taps(who)
    return talk.taps(kind)


def test_a_photo_out_of_the_blue_is_a_proof_in_two_taps(cast: Cast, talk: Talk) -> None:
    asked = talk.sends_file("contrat.jpg", photo())
    assert f"J’ai bien reçu «{NBSP}contrat.jpg{NBSP}». Est-ce un justificatif{NBSP}? Pour qui{NBSP}?" in asked
    assert ADVICE in asked
    assert "Ce n’est pas un justificatif" in talk.labels
    asked = talk.taps("Karim Haddad")
    assert f"Que prouve ce document pour **Karim Haddad**{NBSP}?" in asked
    assert "Contrat de travail ou de mise à disposition (attendu)" in talk.labels
    told = talk.taps("Contrat de travail")
    assert f"C’est reçu{NBSP}: contrat de travail ou de mise à disposition, **Karim Haddad**." in told
    assert f"Il manque encore pour Karim Haddad{NBSP}: justificatif d’éligibilité." in told
    (proof,) = proofs(cast)
    assert (proof.employment_id, proof.kind, proof.verdict) == (
        cast.karim.id, ProofKind.WORK_CONTRACT, ProofVerdict.PENDING
    )  # fmt: skip
    with cast.house.database.reading() as session:
        kept = read(cast.house, session.get_one(StoredFile, proof.file_id))
    assert PLACE not in kept
    assert PLACE not in on_disk(cast)[0].read_bytes()


def test_words_beside_a_file_spare_the_questions(cast: Cast, talk: Talk) -> None:
    told = talk.sends_file("scan.pdf", pdf(), text="Le contrat de Karim")
    assert f"C’est reçu{NBSP}: contrat de travail" in told
    assert [each.employment_id for each in proofs(cast)] == [cast.karim.id]


def test_a_statement_of_hours_is_about_a_month(cast: Cast, talk: Talk) -> None:
    talk.says("envoyer un justificatif")
    assert ADVICE in talk.shown[-1].text
    talk.sends_file("releve.pdf", pdf("Releve"))
    talk.taps("Marie Leroy")
    assert f"De quel mois{NBSP}?" in talk.taps("Relevé")
    assert "relevé d’heures d’octobre 2026, **Marie Leroy**" in talk.taps("Octobre")
    assert [(each.kind, each.month) for each in proofs(cast)] == [(ProofKind.TIMESHEET, "2026-10")]


def test_what_is_no_proof_goes_to_the_facilitateur_or_nowhere(cast: Cast, talk: Talk) -> None:
    talk.sends_file("devis.pdf", pdf("Devis"))
    assert "Sans réponse, je l’efface dans un jour" in talk.taps("Ce n’est pas")
    assert "Quel est le sujet" in talk.taps("L’envoyer au facilitateur")
    talk.says("annuler")
    talk.sends_file("carte.jpg", photo(of="red"))
    assert "Déclarez d’abord cette personne" in talk.taps("Une personne que je n’ai pas déclarée")
    assert proofs(cast) == []


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("vide.pdf", b"", r"est vide \(0"),
        ("gros.pdf", b"%PDF-1.7" + b"0" * MOST_BYTES, f"dépasse 15{NBSP}Mo"),
        ("programme.exe", b"MZ" + b"\0" * 64, "pas d’un type accepté"),
        ("photo.pdf", b"<html>", "pas d’un type accepté"),
    ],
)
def test_what_cannot_be_a_proof_is_refused_in_words(cast: Cast, name: str, content: bytes, said: str) -> None:
    with pytest.raises(Refused, match=said):
        receive(cast.house, channel=Channel.WEB, thread="t", name=name, content=content)
    assert not cast.house.files_dir.exists()


def test_a_file_that_nobody_can_open_or_of_another_type_is_no_proof(cast: Cast, talk: Talk) -> None:
    told = talk.sends_file("paie.pdf", pdf(password="secret"))
    assert f"«{NBSP}paie.pdf{NBSP}» est protégé par un mot de passe" in told
    talk.says("envoyer un justificatif")
    assert "Un justificatif est un PDF ou une photo" in talk.sends_file("note.txt", b"Contrat de Karim")
    assert "est protégé par un mot de passe" in talk.sends_file("paie.pdf", pdf(password="secret"))
    assert proofs(cast) == []


def test_private_numbers_in_a_pdf_are_told_and_the_file_goes_if_wanted(cast: Cast, talk: Talk) -> None:
    asked = sent(talk, pdf(f"NIR {NIR}"))
    assert "J’ai vu dans ce PDF un numéro de sécurité sociale." in asked
    assert "Le fichier est effacé, rien n’est gardé." in talk.taps("L’effacer")
    assert (proofs(cast), on_disk(cast)) == ([], [])
    sent(talk, pdf(f"NIR {NIR}"))
    assert "C’est reçu" in talk.taps("Le garder ainsi")
    assert len(proofs(cast)) == 1


def test_the_same_file_twice_is_said_and_for_two_people_is_asked(cast: Cast, talk: Talk) -> None:
    sent(talk)
    assert "Vous avez déjà envoyé ce fichier pour Karim Haddad. Il n’y a rien à refaire." in sent(talk)
    asked = sent(talk, who="Marie")
    assert (
        f"pour Karim Haddad (contrat de travail ou de mise à disposition). Concerne-t-il aussi Marie Leroy{NBSP}?"
        in asked
    )
    assert "C’est reçu" in talk.taps("Oui")
    assert [each.employment_id for each in proofs(cast)] == [cast.karim.id, cast.marie.id]
    with cast.house.database.reading() as session:
        held = session.scalars(select(StoredFile.digest)).all()
    assert len(set(held)) == 1


def test_one_file_proves_something_of_several_people(cast: Cast, talk: Talk) -> None:
    sent(talk)
    talk.taps("C’est aussi pour une autre personne")
    talk.taps("Marie")
    talk.taps("Oui")
    first, second = proofs(cast)
    assert first.file_id == second.file_id
    decided(cast, first, ProofVerdict.SEEN)
    assert len(on_disk(cast)) == 1, "the other one waits"
    decided(cast, second, ProofVerdict.SEEN)
    assert on_disk(cast) == []


def test_a_file_seen_and_not_kept_is_gone_from_the_disk_and_its_verdict_stays(cast: Cast, talk: Talk) -> None:
    sent(talk)
    (proof,) = proofs(cast)
    assert len(on_disk(cast)) == 1
    decided(cast, proof, ProofVerdict.SEEN)
    assert on_disk(cast) == []
    (proof,) = proofs(cast)
    assert (proof.verdict, proof.file_id) == (ProofVerdict.SEEN, None)
    with cast.house.database.reading() as session:
        assert session.scalars(select(StoredFile)).all() == []
        held = missing_of(
            session, session.scalars(select(Territory)).one(), [session.get_one(Employment, cast.karim.id)]
        )
    assert held[cast.karim.id] == (ProofKind.ELIGIBILITY,)
    assert "il est effacé" in talk.looks()
    with pytest.raises(Refused, match="déjà examiné"):
        decided(cast, proof, ProofVerdict.ACCEPTED)


def test_a_refused_document_is_told_with_its_reason_on_both_ways_and_is_missing_again(cast: Cast, talk: Talk) -> None:
    sent(talk)
    with pytest.raises(Refused, match="Écrivez pourquoi"):
        decided(cast, proofs(cast)[0], ProofVerdict.REFUSED)
    assert decided(cast, proofs(cast)[0], ProofVerdict.REFUSED, "La signature manque.")
    told = talk.looks()
    assert "**Karim Haddad**" in told
    assert f"Le facilitateur a refusé ce document. Raison{NBSP}: La signature manque." in told
    letter = letters_to(cast.house, CAROLE, "NoticeLetter")[-1]
    assert ["Raison", "La signature manque."] in letter["facts"]
    assert "contrat de travail" in talk.says("mes obligations")
    talk.taps("Envoyer un justificatif")
    talk.says("Plus tard")
    assert decided(cast, proofs(cast)[0], ProofVerdict.REFUSED, "La signature manque.") == []  # the form, sent twice


def test_the_facilitateur_is_written_to_once_a_day(cast: Cast, talk: Talk) -> None:
    sent(talk)
    sent(talk, photo(of="red"), kind="Justificatif")
    (letter,) = letters_to(cast.house, FANNY, "NoticeLetter")
    assert letter["title"] == "Des justificatifs sont à examiner"
    assert str(letter["link"]).endswith("/desk/justificatifs")


def test_what_is_missing_is_listed_before_the_month_is_sent(cast: Cast, talk: Talk) -> None:
    told = talk.says("novembre : Leroy 84 h, Karim 60 h")
    assert f"Il manque encore{NBSP}: contrat de travail ou de mise à disposition (Marie Leroy, Karim Haddad)" in told
    assert "justificatif d’éligibilité (Karim Haddad)" in told
    assert "**Justificatifs à envoyer**" in talk.says("mes obligations")
    assert "**Justificatifs à envoyer**" not in cast.talk(cast.alice).says("mes obligations")


def test_an_eligibility_proof_answers_what_the_facilitateur_asked(cast: Cast, talk: Talk) -> None:
    with cast.house.database.transaction() as session:
        ask(session, cast.house, cast.karim.id, "L’attestation de RSA.", cast.fanny)
    sent(talk, kind="Justificatif")
    with cast.house.database.reading() as session:
        held = latest(session, [cast.karim.id])[cast.karim.id]
    assert held.answered_at is not None


def test_who_is_found_eligible_needs_no_proof_of_it_and_hours_are_proven_month_by_month(cast: Cast) -> None:
    with cast.house.database.transaction() as session:
        decide_eligibility(session, cast.house, cast.karim.id, EligibilityStatus.ACCEPTED, "", cast.fanny)
        place = session.scalars(select(Territory)).one()
        assert missing_of(session, place, [session.get_one(Employment, cast.karim.id)])[cast.karim.id] == (
            ProofKind.WORK_CONTRACT,
        )
        place.required_proofs = ["work_contract", "timesheet"]
        asked = missing_of(session, place, [session.get_one(Employment, cast.karim.id)], "2026-10")
        assert asked[cast.karim.id] == (ProofKind.WORK_CONTRACT, ProofKind.TIMESHEET)


@pytest.mark.parametrize("who", ["olivia", "alice", "bernard", "david", "lucas", None])
def test_the_outsider_sees_sends_and_decides_nothing(cast: Cast, talk: Talk, who: str | None) -> None:
    sent(talk)
    (proof,) = proofs(cast)
    person: Person | None = getattr(cast, who) if who else None
    with cast.house.database.transaction() as session:
        file = session.get_one(StoredFile, proof.file_id)
        there = session.scalars(select(Conversation.id)).all()
        assert not any(may_read_file(session, file, person, conversation_id=number) for number in (None, 0))
        assert there
        if person is None:
            return
        held = session.get_one(Person, person.id)
        with pytest.raises(Refused, match="Seul le facilitateur"):
            decide(session, cast.house, proof.id, ProofVerdict.ACCEPTED, "", held)
        with pytest.raises(Refused, match="Seul le facilitateur"):
            proof_page(session, cast.house, held, proof.id)
        thread = hash_of_thread(cast.house, talk.channel, talk.thread)
        with pytest.raises(Refused):
            send(session, cast.house, held, thread, Sent(cast.karim.id, ProofKind.ELIGIBILITY, (file.id,)))


def test_who_may_see_reads_it_and_the_read_is_noted(cast: Cast, talk: Talk) -> None:
    sent(talk)
    (proof,) = proofs(cast)
    with cast.house.database.transaction() as session:
        file = session.get_one(StoredFile, proof.file_id)
        for person in (cast.carole, cast.claude, cast.fanny):
            assert may_read_file(session, file, session.get_one(Person, person.id), conversation_id=None)
        seen = proofs_to_see(session, cast.house, cast.fanny)
        page = proof_page(session, cast.house, cast.fanny, proof.id)
    assert [(row.name, row.what) for row in seen.to_examine] == [
        ("Karim Haddad", "contrat de travail ou de mise à disposition")
    ]
    assert page.is_picture
    assert page.missing == ("justificatif d’éligibilité",)
    with cast.house.database.reading() as session:
        noted = set(session.scalars(select(Audit.action)))
    assert {"send_proof", "list_proofs", "read_proof"} <= noted


def test_somebody_s_file_is_nobody_else_s_to_send(cast: Cast, talk: Talk) -> None:
    talk.sends_file("contrat.jpg", photo())
    with cast.house.database.reading() as session:
        number = session.scalars(select(StoredFile.id)).one()
    thief = cast.talk(cast.olivia)
    thief.receives(thief.inbound(text="", files=(number,)))
    with cast.house.database.transaction() as session:
        held, thread = session.get_one(Person, cast.olivia.id), hash_of_thread(cast.house, thief.channel, thief.thread)
        with pytest.raises(Refused, match="n’est plus là"):
            send(session, cast.house, held, thread, Sent(cast.paul.id, ProofKind.WORK_CONTRACT, (number,)))
    assert proofs(cast) == []


def test_the_same_file_in_two_companies_is_shown_to_the_facilitateur_only(cast: Cast, talk: Talk) -> None:
    sent(talk)
    other = cast.talk(cast.olivia)
    told = sent(other, who="Paul")
    assert "C’est reçu" in told
    assert "Karim" not in told
    with cast.house.database.transaction() as session:
        page = proof_page(session, cast.house, cast.fanny, proofs(cast)[1].id)
    assert page.also == ("Karim Haddad, contrat de travail ou de mise à disposition (Bâti Nord)",)


def test_sent_twice_at_once_a_file_is_kept_once(cast: Cast, talk: Talk) -> None:
    numbers = [
        receive(cast.house, channel=talk.channel, thread=talk.thread, name="a.jpg", content=photo()) for _ in range(2)
    ]
    thread = hash_of_thread(cast.house, talk.channel, talk.thread)

    def sending(number: int) -> None:
        with cast.house.database.transaction() as session:
            person = session.get_one(Person, cast.carole.id)
            send(session, cast.house, person, thread, Sent(cast.karim.id, ProofKind.WORK_CONTRACT, (number,)))

    outcomes = together(lambda: sending(numbers[0]), lambda: sending(numbers[1]))
    assert sum(isinstance(each, Refused) for each in outcomes) == 1
    assert len(proofs(cast)) == 1


def test_a_message_that_proves_nothing_records_nothing(cast: Cast) -> None:
    talk = cast.talk(cast.carole, Channel.EMAIL, "mail-1")
    number = receive(cast.house, channel=talk.channel, thread=talk.thread, name="contrat.pdf", content=pdf())
    unproven = Inbound(Channel.EMAIL, talk.thread, "1", cast.house.now(), "contrat de Karim", files=(number,),
                       is_proven=False)  # fmt: skip
    assert "ne prouve pas que ce message vient de vous" in talk.receives(unproven)
    assert proofs(cast) == []


def test_by_mail_a_file_alone_is_asked_about_and_one_with_a_request_goes_to_the_facilitateur(cast: Cast) -> None:
    talk = cast.talk(cast.carole, Channel.EMAIL, "mail-2")
    assert f"Est-ce un justificatif{NBSP}? Pour qui{NBSP}?" in talk.sends_file("scan.pdf", pdf())
    assert "Que prouve ce document" in talk.says("Karim")
    assert "C’est reçu" in talk.says("1")
    told = talk.sends_file("courrier.pdf", pdf("Courrier"), text="La grue est en panne, voyez le courrier.")
    assert "Je transmets votre message au facilitateur" in told
    assert "Pour qui" in talk.sends_file("b.pdf", pdf("Devis"), text="Ci-joint le document.")
    talk.says("Ce n’est pas un justificatif")
    talk.says("L’envoyer au facilitateur")
    assert "Écrivez votre message" not in talk.says("Nouvelle demande") + talk.says("Un devis")


def test_proofs_outlive_the_day_after_which_files_are_swept_then_go_in_their_turn(
    cast: Cast, talk: Talk, clock: FakeClock
) -> None:
    sent(talk)
    sent(talk, photo(of="red"), kind="Justificatif")
    decided(cast, proofs(cast)[0], ProofVerdict.REFUSED, "Illisible.")
    clock.advance(days=59)
    purge(cast.house)
    assert len(on_disk(cast)) == 2
    clock.advance(days=2)
    purge(cast.house)
    assert [each.file_id is None for each in proofs(cast)] == [True, False]
    assert len(on_disk(cast)) == 1
    clock.advance(days=365 * 6)
    with cast.house.database.transaction() as session:
        for row in session.scalars(select(Commitment)):
            row.ends_on = row.ends_on or cast.house.today() - timedelta(days=1096)
    purge(cast.house)
    assert on_disk(cast) == []
