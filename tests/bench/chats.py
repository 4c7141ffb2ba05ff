"""Who talks to the bench's servers, and what they say: half of them for a company, half of them strangers."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import count, cycle, islice

from sqlalchemy import insert

from core.employments import Hire, hire
from core.house import House
from core.models import ChannelIdentity, Commitment, Contract, Organisation, Person
from core.people import enrol, territory
from core.terms import (
    Channel,
    CommitmentStatus,
    ContractNature,
    Criterion,
    EmploymentKind,
    Modality,
    OrganisationKind,
)

CHATS = 200
CROWDS = 16  # a round of the bench has its own 200 chats, so that nobody writes faster than the limits allow
MONTHS_OPEN = 700  # days since the start of the contracts: months enough to declare a new one in each round
QUESTIONS = (
    "Qui peut être embauché au titre de la clause sociale ?",
    "Un apprenti compte-t-il dans les heures d’insertion ?",
    "Que se passe-t-il si je ne fais pas toutes les heures ?",
    "Combien de temps une personne peut-elle être comptée ?",
    "Puis-je passer par une agence d’intérim d’insertion ?",
    "Quels justificatifs faut-il envoyer au facilitateur ?",
    "Les heures de formation sont-elles prises en compte ?",
    "Mon sous-traitant peut-il réaliser les heures à ma place ?",
    "Comment trouver un candidat pour mon chantier ?",
    "C’est quoi une entreprise d’insertion ?",
    "Faut-il faire un CDI pour que les heures comptent ?",
    "Quand dois-je envoyer ma déclaration du mois ?",
)

Buttons = list[tuple[str, str]]
Script = Generator[str, None, None]


@dataclass
class Chat:
    """One person's phone or browser: what comes next in their conversation, and the buttons they see."""

    crowd: int
    place: int
    script: Iterator[str]
    buttons: Buttons = field(default_factory=list)
    is_waiting: bool = False

    @property
    def number(self) -> int:
        """A number of its own, for Telegram."""
        return 100_000 + self.crowd * CHATS + self.place

    @property
    def thread(self) -> str:
        """A name of its own, for a browser's cookie."""
        return f"browser-of-the-bench-{self.number}"

    def next(self) -> tuple[str, str]:
        """Return what the person does: a text, and the data of the button it is the label of, "" when typed.

        An echo shows no buttons: there, the label is typed.
        """
        text = next(self.script)
        wanted = text.removeprefix("> ")
        if text == wanted:
            return text, ""
        shown = [(label, data) for label, data in self.buttons if label.startswith(wanted)]
        return shown[0] if shown else self.buttons[0] if self.buttons else (wanted or "1", "")


def crowd(number: int) -> list[Chat]:
    """Return the 200 chats of one round; people of companies and strangers alternate."""
    return [
        Chat(number, place, of_a_company(place) if place % 2 == 0 else of_a_stranger(place)) for place in range(CHATS)
    ]


def of_a_company(place: int) -> Script:
    """Say hello, look, ask, declare a month, change one's mind. "> " is a tap on the button that begins so."""
    questions = islice(cycle(QUESTIONS), place, None)
    declared = ("Déclarer un mois", "> ", "> Saisir les heures", "120,5", "84 + 7 formation", "> Oui")
    shuffled = (
        ("Bonjour", "mes obligations", "", *declared, "aide", "> Déclarer un mois", "annuler"),
        (*declared, "Bonjour", "", "mes obligations", "aide", "> Déclarer un mois", "annuler"),
        ("aide", "", "mes obligations", "Déclarer un mois", "annuler", *declared, "Bonjour"),
    )
    for turn in count(place // 2):
        for said in shuffled[turn % len(shuffled)]:
            yield said or next(questions)


def of_a_stranger(place: int) -> Script:
    """Say hello, ask twice, look for help, begin to sign in and think better of it."""
    questions = islice(cycle(QUESTIONS), place, None)
    shuffled = (
        ("Bonjour", "", "aide", "> Me connecter", "annuler", ""),
        ("", "merci", "aide", "> Poser une question", "annuler", "Bonjour"),
        ("aide", "> Me connecter", "annuler", "Bonjour", "", "merci"),
    )
    for turn in count(place // 2):
        for said in shuffled[turn % len(shuffled)]:
            yield said or next(questions)


def furnish(house: House) -> None:
    """Write the register: a company, a contract, a commitment and two employments for each known chat of a crowd."""
    with house.database.transaction() as session:
        buyer = Organisation(
            name="Ville de Clairval",
            siret="00000001800010",
            kind=OrganisationKind.BUYER,
            territory_id=territory(session, house).id,
        )
        session.add(buyer)
        session.flush()
        people = []
        for place in range(0, CHATS, 2):
            commitment, person = _company(house, buyer, place)
            session.add(commitment)
            session.flush()
            enrolled = enrol(session, house, name=f"Dominique Chantier {place}",
                             email=f"chantier.{place}@exemple.fr", organisation=commitment.awardee)  # fmt: skip
            for name in ("Marie Leroy", "Karim Haddad"):
                hired = Hire(name, person, Modality.DIRECT_HIRE, EmploymentKind.CDD, Criterion.RSA)
                hire(session, house, commitment, hired, enrolled)
            people.append((place, enrolled))
        session.execute(insert(ChannelIdentity), list(_identities(house, people)))


def _company(house: House, buyer: Organisation, place: int) -> tuple[Commitment, date]:
    starts_on = house.today() - timedelta(days=MONTHS_OPEN)
    awardee = Organisation(name=f"Chantiers {place}", kind=OrganisationKind.AWARDEE, territory_id=buyer.territory_id)
    contract = Contract(
        territory_id=buyer.territory_id,
        buyer=buyer,
        reference=f"2026-TX-{place:03}",
        object="Réhabilitation d’un groupe scolaire",
        nature=ContractNature.WORKS,
    )
    commitment = Commitment(
        contract=contract,
        awardee=awardee,
        committed_hours=Decimal(12000),
        starts_on=starts_on,
        ends_on=house.today() + timedelta(days=MONTHS_OPEN),
        modalities=[str(modality) for modality in Modality],
        publics=["bénéficiaires du RSA", "demandeurs d’emploi de longue durée"],
        penalty_per_hour=Decimal(40),
        contract_article="CCAP, article 12",
        status=CommitmentStatus.ACTIVE,
    )
    return commitment, starts_on


def _identities(house: House, people: list[tuple[int, Person]]) -> Iterator[dict[str, object]]:
    for number in range(CROWDS):
        chats = crowd(number)
        for place, person in people:
            names = {Channel.TELEGRAM: str(chats[place].number), Channel.WEB: chats[place].thread}
            for channel, name in names.items():
                yield {"person_id": person.id, "channel": channel, "external_id": name, "verified_at": house.now()}
