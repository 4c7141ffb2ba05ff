"""The flows, played as conversations."""

import json
import re
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from core.case_page import seen_by_facilitator
from core.cases import answer
from core.conversations import history
from core.declarations import Work, record
from core.house import House
from core.models import Case, Commitment, Conversation, Declaration, Employment, Outgoing, Person, StoredFile
from core.people import invite, issue_token
from core.refusal import Refused
from core.terms import Author, CaseStatus, Channel, Criterion, DeclarationStatus, Modality, NilReason
from tests.cast import PARTICIPANTS, Cast
from tests.houses import FakeClock
from tests.talk import Talk

NBSP = "\u00a0"


def letters(house: House) -> list[tuple[str, str, dict[str, object]]]:
    """Return the recipient, kind and fields of each letter posted, oldest first."""
    with house.database.reading() as session:
        rows = session.scalars(select(Outgoing).where(Outgoing.channel == Channel.EMAIL).order_by(Outgoing.id)).all()
    found = []
    for row in rows:
        head, _, fields = (row.body or b"").decode().partition("\r\n\r\n")
        kind = re.search(r"^Subject: (\w+)", head, re.MULTILINE)
        assert kind
        found.append((row.peer, kind[1], json.loads(fields)))
    return found


def declared(cast: Cast, month: str = "2026-11", commitment: Commitment | None = None) -> list[tuple[str, str, str]]:
    """Return (participant, worked, training) of the version in force."""
    with cast.house.database.reading() as session:
        rows = session.scalars(
            select(Declaration).where(
                Declaration.commitment_id == (commitment or cast.school).id,
                Declaration.month == month,
                Declaration.status != DeclarationStatus.SUPERSEDED,
            )
        ).all()
        lines = [line for row in rows for line in row.lines]
        return [(line.employment.participant.name, str(line.worked), str(line.training)) for line in lines]


class TestSigningIn:
    def test_a_code_of_an_invitation_lets_in_once(self, cast: Cast) -> None:
        with cast.house.database.transaction() as session:
            code = invite(session, cast.house, session.get_one(Person, cast.david.id))
        talk = cast.talk(None)
        talk.says("connexion")
        talk.taps("J’ai un code")
        assert "au nom de **Netto Services**" in talk.says(f"{code[:4]}-{code[4:8]} {code[8:]}".lower())
        again = cast.talk(None, thread="another")
        again.says("connexion")
        again.taps("J’ai un code")
        assert "n’est pas reconnu" in again.says(code)

    def test_a_code_may_be_typed_without_a_word(self, cast: Cast) -> None:
        with cast.house.database.transaction() as session:
            session.flush()
            code = issue_token(session, cast.house, "chat_code", person=session.get_one(Person, cast.david.id))
        talk = Talk(cast.house, Channel.TELEGRAM, "7")
        assert "Netto Services" in talk.says(f"/start {code}")

    def test_codes_are_not_guessed_for_long(self, cast: Cast) -> None:
        with cast.house.database.transaction() as session:
            code = invite(session, cast.house, session.get_one(Person, cast.david.id))
        talk = cast.talk(None)
        for _ in range(5):
            assert "n’est pas reconnu" in talk.says("ABCD-EFGH-JKM2")
        assert "Trop d’essais" in talk.says("ABCD-EFGH-JKM2")
        assert "Trop d’essais" in talk.says(code)  # even the right one

    def test_a_code_expires(self, cast: Cast, clock: FakeClock) -> None:
        with cast.house.database.transaction() as session:
            code = invite(session, cast.house, session.get_one(Person, cast.david.id))
        clock.advance(days=30, seconds=1)
        assert "expiré" in cast.talk(None).says(f"/start {code}")

    def test_a_person_who_left_is_not_let_in(self, cast: Cast) -> None:
        with cast.house.database.transaction() as session:
            code = invite(session, cast.house, session.get_one(Person, cast.lucas.id))
        assert "n’est plus actif" in cast.talk(None).says(f"/start {code}")

    @pytest.mark.parametrize("address", ["david.dupre@exemple.fr", "DAVID.DUPRE@exemple.fr ", "inconnu@exemple.fr",
                                         "lucas.lointain@exemple.fr"])  # fmt: skip
    def test_a_known_and_an_unknown_address_are_told_the_same(self, cast: Cast, address: str) -> None:
        talk = cast.talk(None)
        talk.says("connexion")
        talk.taps("Recevoir un lien")
        told = talk.says(address)
        assert told.startswith("Si cette adresse est connue, un lien de connexion vient d’y être envoyé.")
        sent = [(to, kind) for to, kind, _ in letters(cast.house)]
        assert sent == ([("david.dupre@exemple.fr", "SignInLetter")] if "david" in address.lower() else [])

    def test_links_to_one_address_are_limited(self, cast: Cast) -> None:
        for number in range(6):
            talk = cast.talk(None, thread=f"stranger {number}")
            talk.says("connexion")
            talk.taps("Recevoir")
            told = talk.says("david.dupre@exemple.fr")
        assert "Attendez une heure" in told
        assert len(letters(cast.house)) == 5

    def test_what_is_no_address_is_asked_again(self, cast: Cast) -> None:
        talk = cast.talk(None)
        talk.says("connexion")
        talk.taps("Recevoir")
        assert "Écrivez-la en entier" in talk.says("david chez netto")
        assert "Si cette adresse est connue" in talk.says("david.dupre@exemple.fr")

    def test_signing_out_forgets_the_person_and_what_was_under_way(self, cast: Cast) -> None:
        talk = cast.talk(cast.carole)
        talk.says("déclarer")
        assert "La connexion est fermée" in talk.says("déconnexion")
        assert "savoir qui vous êtes" in talk.says("mes obligations")


class TestObligations:
    def test_a_company_sees_what_it_owes_in_figures_and_words(self, cast: Cast) -> None:
        told = cast.talk(cast.carole).says("mes obligations")
        assert f"À faire{NBSP}: 1{NBSP}200{NBSP}h. Faites{NBSP}: 287,5{NBSP}h (dont 100{NBSP}h validées)" in told
        assert f"**Reste{NBSP}: 912,5{NBSP}h**" in told
        assert "HL-2026-07, Habitat du Lac" in told
        assert f"À déclarer{NBSP}: novembre 2026, avant le 10 décembre 2026" in told
        assert f"40{NBSP}€ par heure non faite" in told
        assert "Voirie" not in told

    def test_nobody_sees_hours_that_are_not_theirs(self, cast: Cast) -> None:
        seen = {
            "alice": "2026-TX-014 2026-SE-020",
            "bernard": "HL-2026-07 HL-2026-03",
            "carole": "2026-TX-014 HL-2026-07",
            "david": "HL-2026-03 2026-SE-020",
            "olivia": "2026-TX-014",
            "fanny": "2026-TX-014 2026-SE-020 HL-2026-07 HL-2026-03",
        }
        for who, references in seen.items():
            talk = cast.talk(getattr(cast, who))
            told = talk.says("mes obligations") + " ".join(talk.labels)
            assert set(re.findall(r"HL-2026-0\d|2026-(?:TX|SE)-\d+", told)) == set(references.split()), who

    def test_a_buyer_sees_hours_and_awardees_and_never_a_participant(self, cast: Cast) -> None:
        talk = cast.talk(cast.alice)
        told = talk.says("mes marchés")
        talk.taps("2026-TX-014 lot\u00a01")
        told += talk.shown[-1].text
        assert f"Attributaire{NBSP}: Bâti Nord" in told
        assert f"Faites{NBSP}: 287,5{NBSP}h" in told
        for name in PARTICIPANTS:
            assert name.split()[1] not in told

    def test_hours_not_known_yet_are_said_so(self, cast: Cast) -> None:
        assert "ne sont pas encore connues" in cast.talk(cast.david).says("mes obligations")

    def test_a_stranger_is_asked_who_they_are(self, cast: Cast) -> None:
        talk = cast.talk(None)
        told = talk.says("mes obligations")
        assert "savoir qui vous êtes" in told
        assert "Recevoir un lien par e-mail" in talk.labels


class TestDeclaring:
    def test_a_month_is_declared_in_words_and_receipted(self, cast: Cast) -> None:
        talk = cast.talk(cast.carole)
        talk.says("déclarer")
        talk.taps("2026-TX-014")
        talk.taps("novembre")
        talk.taps("Saisir les heures")
        assert "**Karim Haddad**" in talk.says("7h30")
        summary = talk.says("84 dont 7 de formation")
        assert f"- Marie Leroy{NBSP}: 7,5{NBSP}h" in summary
        assert f"- Karim Haddad{NBSP}: 84{NBSP}h (dont 7{NBSP}h de formation)" in summary
        assert f"Total{NBSP}: 91,5{NBSP}h" in summary
        assert f"Il restera 821{NBSP}h à faire sur 1{NBSP}200{NBSP}h" in summary
        told = talk.says("oui")
        assert "Reçu **R-000004**" in told
        assert f"Il reste 821{NBSP}h à faire" in told
        assert declared(cast) == [("Marie Leroy", "7.5", "0"), ("Karim Haddad", "77", "7")]
        to, kind, fields = letters(cast.house)[-1]
        assert (to, kind, fields["number"]) == ("carole.constructeur@exemple.fr", "ReceiptLetter", "R-000004")

    def test_a_month_without_hours_has_a_reason(self, cast: Cast) -> None:
        talk = cast.talk(cast.carole)
        talk.says("déclarer")
        talk.taps("HL-2026-07")
        talk.taps("novembre")
        talk.taps("Rien ce mois-ci")
        talk.taps("Recrutement")
        assert "Aucune heure ce mois-ci" in talk.shown[-1].text
        assert "novembre 2026 sans heures" in talk.taps("Oui")
        with cast.house.database.reading() as session:
            row = session.scalars(select(Declaration).where(Declaration.commitment_id == cast.housing.id)).one()
            assert (row.nil_reason, row.lines) == (NilReason.RECRUITING, [])

    def test_a_hire_is_declared_with_its_first_hours(self, cast: Cast) -> None:
        talk = cast.talk(cast.carole)
        talk.says("déclarer")
        talk.taps("HL-2026-07")
        talk.taps("novembre")
        talk.taps("Ajouter une embauche")
        talk.says("Nadia Benali")
        assert "doit être comprise" in talk.says("1/09/2026")
        talk.says("le 9 novembre")
        talk.taps("Mise à disposition")
        talk.says("Interim’Action")
        talk.taps("Contrat de mission")
        talk.taps("Bénéficiaire du RSA")
        talk.says("56")
        talk.taps("Non")
        assert f"Nadia Benali (embauche du 9 novembre 2026){NBSP}: 56{NBSP}h" in talk.shown[-1].text
        assert "valider l’éligibilité" in talk.taps("Oui")
        with cast.house.database.reading() as session:
            row = session.scalars(select(Employment).where(Employment.commitment_id == cast.housing.id)).one()
            assert row.participant.name == "Nadia Benali"
            assert (row.starts_on, row.modality, row.employer) == (
                date(2026, 11, 9),
                Modality.SECONDMENT,
                "Interim’Action",
            )
            assert row.criterion == Criterion.RSA
        assert declared(cast, commitment=cast.housing) == [("Nadia Benali", "56", "0")]

    def test_somebody_already_there_is_not_hired_twice_and_nothing_typed_is_lost(self, cast: Cast) -> None:
        talk = cast.talk(cast.carole)
        for text in ("déclarer", "1", "novembre", "Ajouter une embauche", "84", "35"):
            talk.says(text)
        assert "déjà" in talk.says("LEROY Marie")
        assert "Depuis quel jour" in talk.says("Nadia Benali")
        for text in ("9/11", "embauche directe", "CDD", "RSA", "12", "oui"):
            talk.says(text)
        assert "déjà" in talk.says("Benali  Nadia")
        assert "Depuis quel jour" in talk.says("Yacine Morel")

    def test_a_declared_month_is_corrected_by_a_new_version(self, cast: Cast) -> None:
        talk = cast.talk(cast.carole)
        talk.says("déclarer")
        talk.taps("2026-TX-014")
        assert "déjà déclaré" in talk.says("octobre")
        talk.taps("Saisir")
        talk.says("100")
        summary = talk.says("50")
        assert f"(avant{NBSP}: 187,5{NBSP}h)" in summary
        assert f"Il restera 950{NBSP}h" in summary
        assert "Il remplace le reçu R-000002" in talk.says("oui")
        assert declared(cast, "2026-10") == [("Marie Leroy", "100", "0"), ("Karim Haddad", "50", "0")]

    def test_a_returned_month_is_not_counted_twice_in_what_remains(self, cast: Cast) -> None:
        with cast.house.database.transaction() as session:
            october = session.scalars(select(Declaration).where(Declaration.month == "2026-10")).first()
            assert october
            october.status = DeclarationStatus.RETURNED
        talk = cast.talk(cast.carole)
        for text in ("déclarer", "1", "octobre", "Saisir", "100", "50"):
            summary = talk.says(text)
        assert f"Il restera 950{NBSP}h" in summary
        assert f"Il reste 950{NBSP}h" in talk.says("oui")

    def test_a_correction_under_a_surplus_says_what_remains_again(self, cast: Cast) -> None:
        with cast.house.database.transaction() as session:
            session.get_one(Commitment, cast.school.id).committed_hours = Decimal(250)
        talk = cast.talk(cast.carole)
        for text in ("déclarer", "1", "octobre", "Saisir", "10", "10"):
            summary = talk.says(text)
        assert f"Il restera 130{NBSP}h" in summary

    def test_an_accepted_month_is_for_the_facilitateur_to_correct(self, cast: Cast) -> None:
        talk = cast.talk(cast.carole)
        talk.says("déclarer")
        talk.taps("2026-TX-014")
        assert "septembre 2026 est déjà validé" in talk.says("septembre").replace("Septembre", "septembre")
        talk.taps("Demander une correction")
        assert "Pourquoi cette correction" in talk.says("92")
        summary = talk.taps("Erreur de saisie")
        assert f"Marie Leroy{NBSP}: 92{NBSP}h (au lieu de 100{NBSP}h)" in summary
        assert f"Raison{NBSP}: Erreur de saisie" in summary
        assert "C’est transmis au facilitateur" in talk.taps("Demander une correction")

    @pytest.mark.parametrize(
        ("month", "reason"),
        [("décembre 2026", "n’a pas encore commencé"), ("août 2026", "avant le début du marché"),
         ("2024-01", "avant le début"), ("treizembre", "proposées")],
    )  # fmt: skip
    def test_a_month_that_cannot_be_is_refused_with_its_reason(self, cast: Cast, month: str, reason: str) -> None:
        talk = cast.talk(cast.carole)
        talk.says("déclarer")
        talk.taps("2026-TX-014")
        assert reason in talk.says(month)
        assert "Pour quel mois" in talk.shown[-1].text

    def test_a_month_after_the_end_of_the_contract_is_refused(self, cast: Cast) -> None:
        talk = cast.talk(cast.david)
        talk.says("déclarer")
        talk.taps("2026-SE-020")
        assert "après la fin du marché" in talk.says("juillet 2026")

    def test_hours_that_cannot_be_are_asked_again(self, cast: Cast) -> None:
        talk = cast.talk(cast.carole)
        for text in ("déclarer", "1", "novembre", "Saisir les heures"):
            talk.says(text)
        for typed in ("-3", "311", "beaucoup", "👍", "1e9", "Marie en a fait beaucoup"):
            assert "Combien d’heures pour **Marie Leroy**" in talk.says(typed), typed

    def test_more_than_a_full_time_month_is_confirmed_before_the_summary(self, cast: Cast) -> None:
        talk = cast.talk(cast.carole)
        for text in ("déclarer", "1", "novembre", "Saisir les heures", "200", "0"):
            shown = talk.says(text)
        assert "plus qu’un mois à temps plein" in shown
        assert talk.labels[:2] == ["Oui, c’est exact", "Non, je corrige"]

    def test_what_the_person_corrects_is_asked_again_alone(self, cast: Cast) -> None:
        talk = cast.talk(cast.carole)
        for text in ("déclarer", "1", "novembre", "Saisir les heures", "84", "35"):
            talk.says(text)
        talk.taps("Corriger")
        talk.taps("Heures de Karim")
        assert f"Total{NBSP}: 124{NBSP}h" in talk.says("40")

    def test_a_summary_is_shown_again_when_somebody_else_declared_meanwhile(self, cast: Cast) -> None:
        talk = cast.talk(cast.carole)
        for text in ("déclarer", "1", "novembre", "Saisir les heures", "84", "35"):
            talk.says(text)
        self._declare_as_claude(cast, {cast.marie.id: Work(Decimal(84)), cast.karim.id: Work(Decimal(35))})
        assert "Vous confirmez" in talk.taps("Oui")
        assert "Il remplace le reçu R-000004" in talk.taps("Oui")

    def test_the_same_total_told_otherwise_by_somebody_else_is_shown_again(self, cast: Cast) -> None:
        self._declare_as_claude(cast, {cast.marie.id: Work(Decimal(84)), cast.karim.id: Work(Decimal(35))})
        talk = cast.talk(cast.carole)
        for text in ("déclarer", "1", "novembre", "Saisir les heures", "80", "30"):
            talk.says(text)
        self._declare_as_claude(cast, {cast.marie.id: Work(Decimal(35)), cast.karim.id: Work(Decimal(84))})
        assert "Vous confirmez" in talk.taps("Oui")

    def test_nothing_this_month_does_not_erase_hours_that_somebody_else_declared_meanwhile(self, cast: Cast) -> None:
        talk = cast.talk(cast.carole)
        for text in ("déclarer", "1", "novembre", "Rien ce mois-ci", "Recrutement en cours"):
            talk.says(text)
        self._declare_as_claude(cast, {cast.marie.id: Work(Decimal(84))})
        assert "Vous confirmez" in talk.taps("Oui")
        assert declared(cast) == [("Marie Leroy", "84", "0")]

    @staticmethod
    def _declare_as_claude(cast: Cast, lines: dict[int, Work]) -> None:
        with cast.house.database.transaction() as session:
            query = select(Declaration).where(Declaration.month == "2026-11").order_by(Declaration.version.desc())
            last = session.scalars(query).first()
            claude = session.get_one(Person, cast.claude.id)
            record(session, cast.house, claude, cast.school.id, "2026-11", lines, replaces=last.id if last else None)

    def test_an_unreadable_employer_name_is_kept_readable(self, cast: Cast) -> None:
        talk = cast.talk(cast.carole)
        for text in ("déclarer", "HL-2026-07", "novembre", "embauche", "Nadia Be\x00nali\ud83d", "9/11", "Mise à",
                     "ETTI \x00\ud800 du Lac", "intérim", "RSA", "12", "non", "oui"):  # fmt: skip
            talk.says(text)
        assert not talk.last.failed
        assert "C’est enregistré" in talk.shown[-1].text

    def test_what_is_refused_at_the_last_moment_is_asked_again(self, cast: Cast) -> None:
        talk = cast.talk(cast.carole)
        for text in ("déclarer", "1", "novembre", "Saisir les heures", "84", "35"):
            talk.says(text)
        with cast.house.database.transaction() as session:
            session.get_one(Employment, cast.karim.id).ends_on = date(2026, 10, 31)
        assert "Karim" not in talk.taps("Oui")
        assert "Vous confirmez" in talk.shown[-1].text
        talk.taps("Oui")
        assert declared(cast) == [("Marie Leroy", "84", "0")]


class TestSteering:
    def test_a_question_in_the_middle_is_answered_then_the_flow_goes_on(self, cast: Cast) -> None:
        talk = cast.talk(cast.carole)
        for text in ("déclarer", "1", "novembre", "Saisir les heures"):
            talk.says(text)
        told = talk.says("Est-ce qu’un apprenti compte dans les heures ?")
        assert "apprenti" in told
        assert f"Nous en étions là{NBSP}:" in talk.shown[-1].text
        assert "Karim" in talk.says("84")

    def test_another_flow_in_the_middle_comes_back_to_the_first(self, cast: Cast) -> None:
        talk = cast.talk(cast.carole)
        for text in ("déclarer", "1", "novembre", "Saisir les heures"):
            talk.says(text)
        told = talk.says("mes obligations")
        assert "912,5" in told
        assert "Marie Leroy" in talk.shown[-1].text
        assert "Karim" in talk.says("84")

    def test_cancel_works_anywhere_and_sends_nothing(self, cast: Cast) -> None:
        talk = cast.talk(cast.carole)
        for text in ("déclarer", "1", "novembre", "Saisir les heures", "84", "35"):
            talk.says(text)
        assert "C’est annulé, rien n’a été envoyé" in talk.says("annuler")
        assert "rien en cours" in talk.says("annuler")
        assert declared(cast) == []

    def test_back_undoes_one_answer_at_a_time(self, cast: Cast) -> None:
        talk = cast.talk(cast.carole)
        for text in ("déclarer", "1", "novembre", "Saisir les heures", "84"):
            talk.says(text)
        assert "Marie Leroy" in talk.says("retour")
        assert "Que voulez-vous déclarer" in talk.taps("Retour")
        assert "Pour quel mois" in talk.says("retour")
        assert "Pour quel marché" in talk.says("retour")
        assert "C’est la première question" in talk.says("retour")

    @pytest.mark.parametrize("typed", ["aide", "?", "/help"])
    def test_help_shows_the_ways_then_the_question_again(self, cast: Cast, typed: str) -> None:
        talk = cast.talk(cast.carole)
        talk.says("déclarer")
        assert "arrêter ce qui est en cours" in talk.says(typed)
        assert "Pour quel marché" in talk.shown[-1].text

    def test_a_late_tap_on_an_old_button_says_so_and_repeats(self, cast: Cast) -> None:
        talk = cast.talk(cast.carole)
        talk.says("déclarer")
        old = talk.button("HL-2026-07").data
        talk.taps("2026-TX-014")
        assert "déjà répondu" in talk.sends_back(old)
        assert "Pour quel mois" in talk.shown[-1].text
        talk.says("annuler")
        talk.says("déclarer")
        assert "plus actif" in talk.sends_back(old)
        assert "Pour quel marché" in talk.shown[-1].text

    def test_the_number_of_a_choice_is_an_answer(self, cast: Cast) -> None:
        talk = cast.talk(cast.carole)
        talk.says("déclarer")
        assert "Choisissez une des réponses" in talk.says("9")
        assert "Pour quel mois" in talk.says("2")

    def test_greetings_get_the_menu(self, cast: Cast) -> None:
        talk = cast.talk(cast.carole)
        talk.says("Bonjour")
        assert "Mes obligations" in talk.labels


class TestReachingTheFacilitateur:
    def opened(self, cast: Cast, talk: Talk) -> Case:
        with cast.house.database.reading() as session:
            return session.scalars(select(Case).order_by(Case.id.desc()).limit(1)).unique().one()

    def test_a_request_opens_a_case_with_its_file_and_its_context(self, cast: Cast) -> None:
        talk = cast.talk(cast.carole)
        talk.says("Est-ce qu’un apprenti compte dans les heures ?")
        talk.says("parler à quelqu’un")
        talk.taps("Une personne à recruter")
        talk.taps("2026-TX-014")
        talk.says("Cette personne est-elle éligible ? Voir son attestation.")
        told = talk.sends_file("attestation.pdf", b"%PDF-1.7 attestation")
        assert "dossier **D-2026-00001**" in told
        assert "au plus tard le 25 novembre 2026" in told
        case = self.opened(cast, talk)
        assert (case.person_id, case.commitment_id, case.status) == (cast.carole.id, cast.school.id, CaseStatus.OPENED)
        kinds = {kind: (to, fields) for to, kind, fields in letters(cast.house)}
        to, fields = kinds["EscalationLetter"]
        assert to == "fanny.facilite@exemple.fr"
        assert fields["question"] == "Cette personne est-elle éligible ? Voir son attestation."
        assert fields["file_names"] == ["attestation.pdf"]
        assert isinstance(fields["articles"], list)
        assert len(fields["articles"]) == 1
        assert "apprenti" in json.dumps(fields["transcript"])
        assert kinds["AcknowledgementLetter"][0] == "carole.constructeur@exemple.fr"
        with cast.house.database.reading() as session:
            assert session.scalars(select(StoredFile.case_message_id)).one() is not None

    def test_an_open_case_is_completed_in_its_own_thread(self, cast: Cast) -> None:
        talk = cast.talk(cast.carole)
        for text in ("humain", "Une grue", "Aucun", "La grue est en panne", "Sans fichier"):
            talk.says(text)
        case = self.opened(cast, talk)
        talk.says("humain")
        talk.taps("Compléter D-2026-00001")
        talk.says("Elle est réparée")
        assert "ajouté au dossier **D-2026-00001**" in talk.says("Sans fichier")
        with cast.house.database.reading() as session:
            texts = [message.text for message in session.get_one(Case, case.id).messages]
            mails = session.scalars(select(Outgoing).where(Outgoing.peer_hash == self._fanny(cast))).all()
        assert texts == ["La grue est en panne", "Elle est réparée"]
        assert f"In-Reply-To: {case.message_id}".encode() in (mails[-1].body or b"")

    @staticmethod
    def _fanny(cast: Cast) -> str:
        return cast.house.keys.fingerprint("email:fanny.facilite@exemple.fr")

    def test_a_stranger_says_how_to_be_reached(self, cast: Cast) -> None:
        talk = cast.talk(None)
        for text in ("parler à quelqu’un", "Un devis", "Pouvez-vous m’aider ?", "Sans fichier"):
            talk.says(text)
        assert "vous joindre" in talk.shown[-1].text
        assert "D-2026-00001" in talk.says("Zoé Zébulon, 06 99 00 00 00")
        kind, fields = letters(cast.house)[-1][1:]
        assert (kind, fields["contact"]) == ("EscalationLetter", "Zoé Zébulon, 06 99 00 00 00")
        assert fields["who"] == "Une personne non connectée"

    def test_a_stranger_who_does_not_know_is_asked_again_and_may_be_answered_here_only(self, cast: Cast) -> None:
        talk = cast.talk(None)
        for text in ("parler à quelqu’un", "Un devis", "Pouvez-vous m’aider ?", "Sans fichier"):
            talk.says(text)
        for text in ("je sais pas", "Zoé", "pourquoi ?"):
            said = talk.says(text)
            assert "Il me manque un e-mail ou un numéro" in said
            assert "vous joindre" in said
        assert "D-2026-00001" in talk.says("ici")
        assert letters(cast.house)[-1][2]["contact"] == ""

    def test_a_message_to_the_facilitateur_may_look_like_anything(self, cast: Cast) -> None:
        talk = cast.talk(cast.carole)
        for text in ("humain", "Comment faire ?", "Aucun", "Est-ce que je peux déclarer ? mes obligations"):
            talk.says(text)
        assert "joindre un fichier" in talk.shown[-1].text

    def test_the_answer_comes_back_in_the_conversation_and_by_mail(self, cast: Cast) -> None:
        talk = cast.talk(cast.carole)
        for text in ("humain", "Une grue", "Aucun", "La grue est en panne", "Sans fichier"):
            talk.says(text)
        case = self.opened(cast, talk)
        with cast.house.database.transaction() as session:
            conversation_id = answer(session, cast.house, case.id, "Je vous appelle à 14 h.", person_id=cast.fanny.id)
        assert conversation_id == talk.last.conversation_id
        to, kind, fields = letters(cast.house)[-1]
        assert (to, kind, fields["answer"]) == (
            "carole.constructeur@exemple.fr",
            "CaseReplyLetter",
            "Je vous appelle à 14 h.",
        )
        with cast.house.database.transaction() as session:
            page = seen_by_facilitator(session, cast.house, case.id, person_id=cast.fanny.id)
        assert [line.author for line in page.thread] == [Author.PERSON, Author.FACILITATOR]
        assert page.status == "réponse envoyée"

    def test_the_answer_to_a_telegram_chat_is_one_row_for_telegram(self, cast: Cast) -> None:
        talk = cast.talk(cast.carole, Channel.TELEGRAM, "4242")
        for text in ("humain", "Une grue", "Aucun", "La grue est en panne", "Sans fichier"):
            talk.says(text)
        case, before = self.opened(cast, talk), len(letters(cast.house))
        with cast.house.database.transaction() as session:
            answer(session, cast.house, case.id, "Je vous appelle.", person_id=cast.fanny.id)
        with cast.house.database.reading() as session:
            rows = session.scalars(select(Outgoing).where(Outgoing.channel == Channel.TELEGRAM).order_by(Outgoing.id))
            last = rows.all()[-1]
        assert last.peer == "4242"
        assert "Je vous appelle." in (last.body or b"").decode()
        assert len(letters(cast.house)) == before

    def test_the_answer_to_a_blocked_chat_goes_by_mail(self, cast: Cast) -> None:
        talk = cast.talk(cast.carole, Channel.TELEGRAM, "4242")
        for text in ("humain", "Une grue", "Aucun", "La grue est en panne", "Sans fichier"):
            talk.says(text)
        case = self.opened(cast, talk)
        block(cast, talk)
        with cast.house.database.transaction() as session:
            answer(session, cast.house, case.id, "Je vous appelle.", person_id=cast.fanny.id)
        assert letters(cast.house)[-1][1] == "CaseReplyLetter"

    def test_the_answer_is_not_shown_to_who_uses_the_same_browser_now(self, cast: Cast) -> None:
        carole = cast.talk(cast.carole, thread="shared")
        for text in ("humain", "Une grue", "Aucun", "La grue est en panne", "Sans fichier"):
            carole.says(text)
        case = self.opened(cast, carole)
        olivia = cast.talk(cast.olivia, thread="shared")
        olivia.says("aide")
        with cast.house.database.transaction() as session:
            answer(session, cast.house, case.id, "Votre salariée est éligible.", person_id=cast.fanny.id)
        assert "éligible" not in history(cast.house, olivia.channel, olivia.thread)[-1].text
        assert letters(cast.house)[-1][:2] == ("carole.constructeur@exemple.fr", "CaseReplyLetter")

    def test_an_empty_answer_is_refused(self, cast: Cast) -> None:
        talk = cast.talk(cast.carole)
        for text in ("humain", "Une grue", "Aucun", "La grue est en panne", "Sans fichier"):
            talk.says(text)
        with cast.house.database.transaction() as session, pytest.raises(Refused, match="vide"):
            answer(session, cast.house, self.opened(cast, talk).id, " \n ")


def block(cast: Cast, talk: Talk) -> None:
    """Mark a chat as one that the person blocked."""
    with cast.house.database.transaction() as session:
        session.get_one(Conversation, talk.last.conversation_id).blocked_at = cast.house.now()


def test_a_chat_that_writes_again_after_a_block_is_answered(cast: Cast) -> None:
    talk = cast.talk(cast.carole, Channel.TELEGRAM, "4242")
    talk.says("aide")
    block(cast, talk)
    talk.says("aide")
    with cast.house.database.reading() as session:
        assert len(session.scalars(select(Outgoing.id).where(Outgoing.channel == Channel.TELEGRAM)).all()) == 2
