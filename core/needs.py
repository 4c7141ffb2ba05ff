"""What a company looks for, sent to the partners that the facilitateur chooses, and what they answer.

A partner answers on a page that its letter opens: how many candidates, and whom to call. No candidate is named there.
"""

import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit
from core.access import declares_for, reviews
from core.cases import Request, open_case
from core.commitments import title_of
from core.hours import NBSP, plain
from core.house import House
from core.letters import NoticeLetter
from core.models import Case, Commitment, Contract, Conversation, Forward, Need, Organisation, Partner, Person
from core.months import day_in_french, in_french
from core.notices import people_of, tell, who_answers
from core.people import post_letter
from core.refusal import Refused
from core.terms import NeedKind, NeedStatus
from core.tokens import signature
from core.wanted import MOST_PLACES, in_words

NOT_YOURS = "Ce besoin n’est pas suivi dans votre territoire."
CLOSED = "Ce besoin est clos : merci, il n’attend plus de candidats."
NOBODY = "Choisissez au moins un partenaire qui a un contact."
_SECRET = re.compile(r"(\d{1,10})-([A-Za-z0-9_-]{22})")


@dataclass(frozen=True)
class Asked:
    """A need as a company tells it."""

    commitment_id: int
    kind: NeedKind
    what: str
    places: int
    month: str
    place: str
    details: str = ""


def ask(session: Session, house: House, conversation: Conversation, person: Person, asked: Asked) -> tuple[Need, Case]:
    """Record a need and open its case. Raises Refused: not the awardee's, or too many people."""
    commitment = session.get(Commitment, asked.commitment_id)
    if commitment is None or not declares_for(person, commitment):
        raise Refused("Ce marché n’est pas suivi par votre organisation.")
    if not 0 < asked.places <= MOST_PLACES:
        raise Refused(f"Écrivez un nombre de personnes entre 1 et {MOST_PLACES}.", reopen="places")
    said = in_words(asked.what, asked.places, asked.month, asked.place)
    request = Request(
        subject=f"Besoin de {asked.kind.label}{NBSP}: {asked.places} × {asked.what}",
        text=f"{said}.\n\n{asked.details}".strip()
        + f"\n\nPour transmettre ce besoin à vos partenaires{NBSP}: {house.link('/desk/besoins')}",
        commitment_id=commitment.id,
    )
    case = open_case(session, house, conversation, person, request)
    need = Need(
        commitment_id=commitment.id,
        kind=asked.kind,
        status=NeedStatus.OPENED,
        what=asked.what[:120],
        places=asked.places,
        month=asked.month,
        place=asked.place[:120],
        details=asked.details,
        case_id=case.id,
        asked_by_id=person.id,
        asked_at=house.now(),
    )
    session.add(need)
    session.flush()
    audit.note(session, house, "ask_candidates", f"need:{need.id}", person_id=person.id)
    return need, case


def needs_of(session: Session, commitment_id: int) -> list[Need]:
    """Return the needs of a commitment, oldest first."""
    return list(session.scalars(select(Need).where(Need.commitment_id == commitment_id).order_by(Need.id)))


def open_needs(session: Session, who: Person) -> list[Need]:
    """Return the needs of a facilitateur's territory that are not closed, oldest first."""
    query = (
        select(Need)
        .join(Commitment, Commitment.id == Need.commitment_id)
        .join(Contract, Contract.id == Commitment.contract_id)
        .where(Contract.territory_id == who.territory_id, Need.status != NeedStatus.CLOSED)
        .order_by(Need.id)
    )
    return list(session.scalars(query))


def forwards_of(session: Session, need_id: int) -> list[Forward]:
    """Return to whom a need was sent, and the answers."""
    return list(session.scalars(select(Forward).where(Forward.need_id == need_id).order_by(Forward.id)))


def need_for(session: Session, who: Person, need_id: int) -> tuple[Need, Commitment]:
    """Return a need that a facilitateur follows. Raises Refused otherwise."""
    need = session.get(Need, need_id)
    commitment = session.get_one(Commitment, need.commitment_id) if need is not None else None
    if need is None or commitment is None or not reviews(who, commitment):
        raise Refused(NOT_YOURS)
    return need, commitment


def partners_for(session: Session, territory_id: int, need: Need) -> list[tuple[Partner, bool]]:
    """Return the partners of a territory, those whose trades or area suit a need first; whether each one does."""
    rows = session.scalars(
        select(Partner)
        .join(Organisation, Organisation.id == Partner.organisation_id)
        .where(Organisation.territory_id == territory_id)
        .order_by(Organisation.name)
    ).unique()
    suited = [(partner, _suits(partner, need)) for partner in rows]
    return sorted(suited, key=lambda each: not each[1])


def forward(session: Session, house: House, need_id: int, partner_ids: Sequence[int], who: Person) -> int:
    """Send a need to chosen partners, each once; return how many letters leave. Raises Refused."""
    need, commitment = need_for(session, who, need_id)
    if need.status is NeedStatus.CLOSED:
        raise Refused(CLOSED)
    sent_before = {each.partner_id for each in forwards_of(session, need.id)}
    left = 0
    for partner in session.scalars(select(Partner).where(Partner.organisation_id.in_(partner_ids))).unique():
        if partner.organisation_id in sent_before or partner.organisation.territory_id != who.territory_id:
            continue
        row = Forward(need_id=need.id, partner_id=partner.organisation_id, sent_at=house.now(), text="")
        session.add(row)
        session.flush()
        letters = [
            post_letter(session, house, _letter(house, need, commitment, row, person), person)
            for person in people_of(session, partner.organisation_id)
        ]
        if not any(letters):
            session.delete(row)
            continue
        left += 1
    if not left:
        raise Refused(NOBODY)
    need.status = NeedStatus.FORWARDED
    audit.note(session, house, "forward_need", f"need:{need.id}", person_id=who.id, detail=str(left))
    return left


def close(session: Session, house: House, need_id: int, who: Person) -> None:
    """Close a need: no answer is awaited any more. Raises Refused."""
    need, _ = need_for(session, who, need_id)
    need.status, need.closed_at = NeedStatus.CLOSED, house.now()
    audit.note(session, house, "close_need", f"need:{need.id}", person_id=who.id)


def forward_of(session: Session, house: House, secret: str) -> Forward | None:
    """Return what the link of a partner's letter is about; None when it was not made here."""
    match = _SECRET.fullmatch(secret)
    if match is None or not hmac.compare_digest(_signature(house, int(match[1])), match[2]):
        return None
    return session.get(Forward, int(match[1]))


def answer(session: Session, house: House, secret: str, candidates: int, text: str) -> list[int]:
    """Keep a partner's answer, the last one holds, and tell who asked; return the conversations to ring.

    Raises Refused: a link not made here, a need that is closed, a number or a text that cannot be.
    """
    row = forward_of(session, house, secret)
    if row is None:
        raise Refused("Ce lien n’est pas reconnu. Répondez au facilitateur par e-mail.")
    if row.need.status is NeedStatus.CLOSED:
        raise Refused(CLOSED)
    written = text.strip()
    if not 0 <= candidates <= MOST_PLACES:
        raise Refused(f"Écrivez un nombre de candidats entre 0 et {MOST_PLACES}.")
    if candidates and not written:
        raise Refused("Écrivez qui l’entreprise peut joindre chez vous : un nom, un téléphone ou une adresse.")
    if len(written) > 2000:
        raise Refused("Votre texte est trop long : 2 000 caractères au maximum.")
    row.candidates, row.text, row.answered_at = candidates, written, house.now()
    audit.note(session, house, "answer_need", f"need:{row.need_id}", detail=str(candidates))
    return _tell(session, house, row)


def secret_of(house: House, row: Forward) -> str:
    """Return the end of the link that answers a need."""
    return f"{row.id}-{_signature(house, row.id)}"


def told_of(row: Forward) -> str:
    """Say what a partner answered, in one line."""
    if row.answered_at is None:
        return "pas encore de réponse"
    if not row.candidates:
        return "aucun candidat à proposer"
    return f"{row.candidates} candidat{'s' if row.candidates > 1 else ''} proposé{'s' if row.candidates > 1 else ''}"


def by_month(month: str) -> str:
    """Say from when people are needed."""
    return f"à partir de {in_french(month)}"


def asked_on(house: House, need: Need) -> date:
    """Return the day a need was told."""
    return house.local(need.asked_at).date()


def _suits(partner: Partner, need: Need) -> bool:
    wanted = {word[:5] for word in re.findall(r"\w{4,}", plain(need.what))}
    known = {word[:5] for trade in partner.trades for word in re.findall(r"\w{4,}", plain(trade))}
    near = not need.place or not partner.area or plain(need.place) in plain(partner.area)
    return bool(wanted & known) or (near and bool(need.place) and bool(partner.area))


def _letter(house: House, need: Need, commitment: Commitment, row: Forward, person: Person) -> NoticeLetter:
    is_training = need.kind is NeedKind.TRAINING
    looked_for = "une formation" if is_training else "des candidats"
    return NoticeLetter(
        name=person.name,
        title=f"{'Besoin de formation' if is_training else 'Recherche de candidats'}{NBSP}: {need.what}",
        opening=(f"Une entreprise qui réalise des heures d’insertion cherche {looked_for}. Pouvez-vous l’aider{NBSP}?"),
        facts=(
            ("Besoin", f"{need.places} × {need.what}"),
            ("Quand", by_month(need.month)),
            ("Où", need.place or commitment.contract.place or "à préciser"),
            ("Entreprise", commitment.awardee.name),
            ("Marché", title_of(commitment, short=True)),
            *((("Précisions", need.details),) if need.details else ()),
        ),
        closing=(
            "Dites combien de candidats vous proposez, et qui l’entreprise peut joindre. "
            "N’écrivez aucun nom de candidat."
        ),
        act="Répondre à ce besoin",
        link=house.link(f"/besoin/{secret_of(house, row)}"),
    )


def _tell(session: Session, house: House, row: Forward) -> list[int]:
    need = row.need
    commitment = session.get_one(Commitment, need.commitment_id)
    who = row.partner.organisation.name
    opening = f"**{who}** vous répond pour «{NBSP}{need.what}{NBSP}»{NBSP}: {told_of(row)}."
    rung = []
    for person in who_answers(session, need.asked_by_id, commitment.awardee_id):
        letter = NoticeLetter(
            name=person.name,
            title=f"Réponse de {who}{NBSP}: {need.what}",
            opening=opening.replace("**", ""),
            facts=(("Pour les joindre", row.text),) if row.text else (),
            closing=f"Cette réponse du {day_in_french(house.today())} est gardée dans vos démarches.",
            link=house.link("/"),
        )
        text = f"{opening}\n\n{row.text}".strip()
        button = ("Noter la suite", {"start": "effort", "answers": {"commitment": str(commitment.id)}})
        rung.append(tell(session, house, person, text, [button], letter=letter))
    return [each for each in rung if each is not None]


def _signature(house: House, number: int) -> str:
    return signature(house, f"need:{number}")
