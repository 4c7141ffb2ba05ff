"""The facilitateur examines documents from his mailbox: « #justificatif accepté », refused with its reason, or seen."""

import pytest
from sqlalchemy import select

from core.house import House
from core.models import Person, Proof
from core.orders import ProofOrder, orders_in
from core.terms import ProofVerdict
from tests.cast import Cast, gather
from tests.integration.mail.letters import Writer, posted, text_of, with_mail
from tests.photos import photo
from tests.talk import Talk

FANNY = "fanny.facilite@exemple.fr"


@pytest.fixture
def cast(sqlite_house: House) -> Cast:
    """The cast, in a house that reads mail."""
    return gather(with_mail(sqlite_house))


@pytest.fixture
def talk(cast: Cast) -> Talk:
    """Carole, who has just sent Karim's contract."""
    made = cast.talk(cast.carole)
    sent(made, photo(), "Karim")
    return made


def sent(talk: Talk, content: bytes, who: str) -> None:
    talk.sends_file("contrat.jpg", content)
    talk.taps(who)
    talk.taps("Contrat")


def verdicts(cast: Cast) -> list[tuple[ProofVerdict, str]]:
    with cast.house.database.reading() as session:
        return [(row.verdict, row.reason) for row in session.scalars(select(Proof).order_by(Proof.id)).unique()]


def test_the_letter_that_tells_of_a_document_is_answered_with_its_verdict(cast: Cast, talk: Talk) -> None:
    fanny = Writer(cast.house, FANNY)
    letter = text_of(fanny.latest)
    assert "contrat de travail" in letter
    assert "#justificatif accepté" in letter
    said = fanny.answers("#justificatif refusé illisible\n\nFanny")
    assert "refusé. L’entreprise est prévenue" in said
    assert verdicts(cast) == [(ProofVerdict.REFUSED, "illisible")]
    assert "Raison : illisible" in talk.looks().replace("\xa0", " ")


def test_of_two_documents_the_number_tells_which_and_seen_erases_the_file(cast: Cast, talk: Talk) -> None:
    sent(talk, photo(80, 30), "Marie")
    fanny = Writer(cast.house, FANNY)
    asked = fanny.answers("#justificatif accepté")
    assert "Plusieurs documents attendent" in asked
    assert verdicts(cast) == [(ProofVerdict.PENDING, "")] * 2
    fanny.writes("#justificatif 1 vu\n#justificatif accepté Marie Leroy", subject="Documents")
    assert [verdict for verdict, _ in verdicts(cast)] == [ProofVerdict.SEEN, ProofVerdict.ACCEPTED]
    with cast.house.database.reading() as session:
        assert session.get_one(Proof, 1).file is None


def test_all_or_nothing_and_only_from_a_sender_who_is_proven(cast: Cast, talk: Talk) -> None:
    fanny = Writer(cast.house, FANNY)
    assert "Écrivez pourquoi" in fanny.answers("#justificatif refusé")
    assert "écrivez « #justificatif accepté »" in fanny.writes(
        "#justificatif 1 vu\n#justificatif peut-être", subject="Document"
    )
    doubtful = Writer(cast.house, FANNY, verdict="dmarc=none header.from=exemple.fr")
    doubtful.writes("#justificatif vu", subject="Document")
    carole = Writer(cast.house, "carole.constructeur@exemple.fr")
    carole.writes("#justificatif accepté", subject="Document")
    assert verdicts(cast) == [(ProofVerdict.PENDING, "")]


def test_the_facilitateur_of_another_territory_decides_nothing(cast: Cast, talk: Talk) -> None:
    with cast.house.database.transaction() as session:
        other = session.get_one(Person, cast.alice.id)
        assert not other.is_facilitator
    Writer(cast.house, "alice.achat@exemple.fr").writes("#justificatif accepté", subject="Document")
    assert verdicts(cast) == [(ProofVerdict.PENDING, "")]


def test_on_a_case_the_order_stands_beside_the_answer(cast: Cast, talk: Talk) -> None:
    for text in ("humain", "Une difficulté sur le marché", "1", "Avez-vous reçu le contrat de Karim ?"):
        talk.says(text)
    talk.says("Sans fichier")
    fanny = Writer(cast.house, FANNY)
    case = next(mail for mail in posted(cast.house, FANNY) if "#justificatif accepté (ou refusé" in text_of(mail))
    fanny.writes("#justificatif accepté\n\nBien reçu, merci.", reply_to=case)
    assert verdicts(cast) == [(ProofVerdict.ACCEPTED, "")]
    assert "Bien reçu, merci." in talk.looks()


@pytest.mark.parametrize(
    ("line", "order"),
    [
        ("#justificatif accepté", ProofOrder(None, ProofVerdict.ACCEPTED, "")),
        ("#Justificatif : refusé, page manquante", ProofOrder(None, ProofVerdict.REFUSED, "page manquante")),
        ("#justificatif 12 vu", ProofOrder(12, ProofVerdict.SEEN, "")),
        ("#justificatif n°12 refusé Karim Haddad : flou", ProofOrder(12, ProofVerdict.REFUSED, "Karim Haddad : flou")),
    ],
)
def test_an_order_is_read(line: str, order: ProofOrder) -> None:
    assert orders_in(line).proofs == (order,)
