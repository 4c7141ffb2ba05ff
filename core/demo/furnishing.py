"""Furnishing an empty house, and what the demo announces once it is open."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.demo.almanac import Almanac
from core.demo.handing_in import hand_in
from core.demo.organisations import DEPARTEMENT, MASONRY, TERRITORY
from core.demo.registering import register
from core.demo.talks import play_all, sign_in_all
from core.hours import NBSP
from core.house import House
from core.models import Case, Organisation
from core.people import person_by_email, territory
from core.refusal import Refused
from core.tokens import issue_token

LINKS_LIVE = timedelta(hours=12)  # a demonstration lasts longer than the quarter of an hour of a real sign-in link
NOT_EMPTY = (
    "Cette base contient déjà de vraies données, la démonstration n’y ajoute rien. "
    "Choisissez un autre dossier avec --data-dir."
)


@dataclass(frozen=True)
class Demo:
    """Who to be in the demo: a company, a buyer, the facilitateur; `case_id` is the case that waits for him."""

    company_email: str
    buyer_email: str
    facilitator_email: str
    case_id: int

    def links(self, house: House) -> dict[str, str]:
        """Make fresh links: "company", "buyer", "desk" (to sign in as each, once), "case", "stranger"."""
        with house.database.transaction() as session:
            case = session.get_one(Case, self.case_id)
            secret = issue_token(session, house, "case", case=case, lifetime=LINKS_LIVE)
            return {
                "company": _sign_in_link(session, house, self.company_email),
                "buyer": _sign_in_link(session, house, self.buyer_email),
                "stranger": house.link("/"),
                "desk": _sign_in_link(session, house, self.facilitator_email),
                "case": house.link(f"/desk/cases/{case.id}/acces/{secret}"),
            }

    def announcement(self, house: House) -> str:
        """Say, with fresh links, where to go and as whom."""
        links = self.links(house)
        company, buyer = MASONRY.contacts[0].name, DEPARTEMENT.contacts[0].name
        return "\n".join(
            [
                f"Clausette est prête{NBSP}: {TERRITORY}, un territoire fictif.",
                "",
                f"Le chat, en tant que{NBSP}:",
                f"  entreprise ({company}, {MASONRY.name})",
                f"    {links['company']}",
                f"  acheteur ({buyer}, {DEPARTEMENT.name})",
                f"    {links['buyer']}",
                "  visiteur inconnu",
                f"    {links['stranger']}",
                "",
                f"Le bureau du facilitateur{NBSP}:",
                f"  se connecter, puis ouvrir {house.link('/desk/')}",
                f"    {links['desk']}",
                "  le dossier qui attend une réponse",
                f"    {links['case']}",
                "",
                f"Les e-mails, écrits dans un dossier au lieu de partir{NBSP}:",
                f"    {(house.settings.data_dir / 'outgoing').resolve()}",
                "",
                f"Ces liens valent {LINKS_LIVE // timedelta(hours=1)}{NBSP}heures{NBSP}; chaque lien de connexion sert "
                "une fois. Pour garder plusieurs rôles ouverts, prenez une fenêtre privée pour chacun.",
                f"Pour arrêter{NBSP}: Ctrl+C.",
            ]
        )


def furnish(house: House) -> Demo:
    """Fill an empty database with a fictional Département; one that is furnished already is left as it is.

    Interrupted, it goes on where it stopped. Raises Refused when the database holds somebody else's data.
    """
    with house.database.waiting_once():
        return _furnished(house)


def _furnished(house: House) -> Demo:
    almanac = Almanac(house.today(), house.settings.zone)
    with house.database.transaction() as session:
        if not _is_furnished(session):
            register(session, house, almanac)
            sign_in_all(session, house, almanac)
        facilitator_email = territory(session, house).facilitator_email
    hand_in(house, almanac)
    return Demo(
        company_email=MASONRY.contacts[0].email,
        buyer_email=DEPARTEMENT.contacts[0].email,
        facilitator_email=facilitator_email,
        case_id=play_all(house, almanac),
    )


def _is_furnished(session: Session) -> bool:
    if session.scalar(select(Organisation.id).where(Organisation.siret == DEPARTEMENT.siret)) is not None:
        return True
    if session.scalar(select(Organisation.id).limit(1)) is not None:
        raise Refused(NOT_EMPTY)
    return False


def _sign_in_link(session: Session, house: House, email: str) -> str:
    person = person_by_email(session, house, email)
    if person is None:
        raise Refused(f"{email} n’est plus dans la démonstration.")
    return house.link(f"/connexion/{issue_token(session, house, 'sign_in', person=person, lifetime=LINKS_LIVE)}")
