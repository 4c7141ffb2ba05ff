"""Two conversations of the demo, played through the same turns as anybody's: a case to answer, and one answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import cases
from core.conversations import greet, turn
from core.demo.almanac import Almanac
from core.demo.organisations import DEPARTEMENT, MASONRY, Contact
from core.demo.registering import at
from core.exchange import Inbound
from core.hours import NBSP
from core.house import House
from core.models import Case, Conversation
from core.people import bind, person_by_email, territory
from core.terms import Channel


@dataclass(frozen=True)
class Talk:
    """What somebody wrote, `days_ago` working days ago, from `hour`:`minute` on."""

    thread: str
    contact: Contact
    days_ago: int
    hour: int
    minute: int
    says: Sequence[str]


COMPANY = Talk(
    "demo-entreprise",
    MASONRY.contacts[0],
    days_ago=1,
    hour=16,
    minute=12,
    says=(
        f"Bonjour, notre chantier est repoussé{NBSP}: que deviennent nos heures d’insertion{NBSP}?",
        "parler à quelqu’un",
        "Une difficulté sur le marché",
        f"lot{NBSP}1 (Gros œuvre)",
        "Le maître d’œuvre nous annonce que les fondations de l’aile B du collège sont repoussées de six semaines. "
        "Nous aurons donc moins de travail pour M. Traoré et pour Mme El Amrani pendant cette période, et nous "
        "préférons vous prévenir tout de suite. Pouvons-nous reporter environ 150 heures sur la fin du chantier, et "
        f"faut-il un écrit de l’acheteur{NBSP}? Nous souhaitons garder ces deux personnes dans l’équipe.",
        "Sans fichier",
    ),
)
BUYER = Talk(
    "demo-acheteur",
    DEPARTEMENT.contacts[0],
    days_ago=4,
    hour=9,
    minute=41,
    says=(
        f"Comment calculer le volume d’heures d’insertion d’un lot{NBSP}?",
        "parler à quelqu’un",
        "Préparer un marché",
        "Aucun en particulier",
        "Nous préparons la consultation pour la rénovation énergétique de deux collèges. Le lot électricité est estimé "
        f"à 420{NBSP}000{NBSP}€ HT et les entreprises du secteur sont petites. Quel volume d’heures vous paraît "
        f"tenable, et pouvez-vous relire notre clause avant la publication{NBSP}?",
        "Sans fichier",
    ),
)
ANSWER = (
    "Bonjour Madame Kermadec,\n\n"
    f"Pour ce lot, je vous propose 210{NBSP}heures. Le calcul{NBSP}: 420{NBSP}000{NBSP}€ HT, 40{NBSP}% de "
    f"main-d’œuvre, un taux d’insertion de 5{NBSP}%, 40{NBSP}€ de l’heure. C’est à la portée d’une petite entreprise, "
    "par exemple avec un apprenti ou une mise à disposition de quelques semaines.\n\n"
    f"Laissez ouvertes les trois modalités (embauche, mise à disposition, sous-traitance){NBSP}: c’est ce qui rassure "
    "les candidats. Envoyez-moi votre projet de clause, je le relis volontiers avant la publication.\n\n"
    "Bien à vous,\n{name}"
)
BETWEEN_MESSAGES = timedelta(seconds=50)
ANSWERED = (3, 11, 20)  # working days ago, hour, minute


def sign_in_all(session: Session, house: House, almanac: Almanac) -> None:
    """Recognise on the demo's two web conversations those who hold them."""
    for talk in (BUYER, COMPANY):
        person = person_by_email(session, house, talk.contact.email)
        if person is not None:
            bind(session, at(house, _starts(almanac, talk)), person, Channel.WEB, talk.thread)


def play_all(house: House, almanac: Almanac) -> int:
    """Play both conversations, the older one answered; return the id of the case that waits for an answer.

    Interrupted and played again, a message already received changes nothing.
    """
    _answer(house, almanac, _played(house, almanac, BUYER))
    return _played(house, almanac, COMPANY).id


def _played(house: House, almanac: Almanac, talk: Talk) -> Case:
    case = _case_of(house, talk)
    if case is None:
        _play(house, _starts(almanac, talk), talk)
        case = _case_of(house, talk)
    if case is None:
        raise RuntimeError(f"the conversation {talk.thread} opened no case")
    return case


def _case_of(house: House, talk: Talk) -> Case | None:
    with house.database.reading() as session:
        return session.scalar(
            select(Case)
            .join(Conversation, Conversation.id == Case.conversation_id)
            .where(Conversation.channel == Channel.WEB, Conversation.thread == talk.thread)
            .order_by(Case.id)
            .limit(1)
        )


def _play(house: House, starts: datetime, talk: Talk) -> None:
    greet(at(house, starts), Channel.WEB, talk.thread)
    for number, text in enumerate(talk.says, start=1):
        moment = starts + number * BETWEEN_MESSAGES
        turn(
            at(house, moment),
            Inbound(
                channel=Channel.WEB,
                thread=talk.thread,
                external_id=f"{talk.thread}-{number}",
                received_at=moment,
                text=text,
            ),
        )


def _answer(house: House, almanac: Almanac, case: Case) -> None:
    if case.answered_at is not None:
        return
    days_ago, hour, minute = ANSWERED
    moment = almanac.at(almanac.working_days_ago(days_ago), hour, minute)
    with house.database.transaction() as session:
        place = territory(session, house)
        facilitator = person_by_email(session, house, place.facilitator_email)
        cases.answer(
            session,
            at(house, moment),
            case.id,
            ANSWER.format(name=place.facilitator_name),
            person_id=facilitator.id if facilitator else None,
        )


def _starts(almanac: Almanac, talk: Talk) -> datetime:
    return almanac.at(almanac.working_days_ago(talk.days_ago), talk.hour, talk.minute)
