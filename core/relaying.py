"""The facilitateur's mail about a case: his answer goes to the person, his orders are carried out, all or nothing."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import audit, cases, eligibility, proof_orders, signing
from core.case_letters import case_link, contact_of, organisation_of, post_to_facilitator, who_of
from core.facilitators import facilitators_of, named
from core.hours import NBSP, plain
from core.house import House
from core.letters import EscalationLetter, OrdersLetter
from core.messages import moment
from core.models import Case, Commitment, Employment, Person, Territory
from core.months import day_in_french
from core.orders import Decision, Orders, orders_in
from core.outbox import new_message_id
from core.refusal import Refused
from core.savepoint import savepoint
from core.terms import Author, EligibilityStatus

CLOSED_WITHOUT_A_WORD = "Votre dossier est clos."
EMPTY = "Votre message est vide, ou il ne contient que le texte auquel il répond. Écrivez votre réponse au-dessus."


def relay(
    session: Session,
    house: House,
    case: Case,
    by: Person,
    written: str,
    files: Sequence[int] = (),
    *,
    is_proven: bool,
    refused_files: Sequence[str] = (),
) -> list[int]:
    """Do what a facilitateur's mail says, all of it or nothing; return the conversations to ring.

    When something is refused or not understood nothing leaves, and he is told why. What is recorded in the register
    (an eligibility) needs a sender who is proven.
    """
    orders = orders_in(written)
    try:
        if orders.mistakes or refused_files:
            raise Refused(" ".join([*orders.mistakes, *refused_files]))
        with savepoint(session):
            done, rung = _carried_out(session, house, case, by, orders, files, is_proven=is_proven)
    except Refused as refusal:
        _tell(session, house, case, by, [refusal.message], refused=True)
        return []
    if done:
        _tell(session, house, case, by, done, refused=False)
    return rung


def _carried_out(
    session: Session,
    house: House,
    case: Case,
    by: Person,
    orders: Orders,
    files: Sequence[int],
    *,
    is_proven: bool,
) -> tuple[list[str], list[int]]:
    done: list[str] = []
    rung: list[int] = []
    if orders.are_none and not orders.text and not files:
        raise Refused(EMPTY)
    for note in orders.notes:
        cases.write(session, house, case, Author.FACILITATOR, note, (), by=by, is_note=True)
    if orders.eligible is not None:
        if not is_proven:
            raise Refused(
                "Votre messagerie ne prouve pas que ce message vient de vous. "
                "Décidez de l’éligibilité depuis le dossier, avec son lien."
            )
        said, told = _decided(session, house, case, by, orders.eligible)
        done.append(said)
        rung += told
    if orders.amendment is not None:
        rung += _amended(session, house, case, by, orders.amendment, is_proven=is_proven)
        said = "signé" if orders.amendment.accepted else "écarté"
        done.append(f"L’avenant est {said}, l’entreprise est prévenue.")
    if orders.proofs:
        said_of, told_of = proof_orders.carry_out(
            session, house, by, orders.proofs, is_proven=is_proven, commitment_id=case.commitment_id
        )
        done += said_of
        rung += told_of
    if orders.text or files or orders.closes:
        said = CLOSED_WITHOUT_A_WORD if orders.closes else "Voir le fichier joint."
        text = _without_addresses(session, case, orders.text) or said
        told_in = cases.answer(session, house, case.id, text, person_id=by.id, close=orders.closes, files=tuple(files))
        rung += [told_in] if told_in is not None else []
    if orders.assign:
        done.append(_assigned(session, house, case, by, orders.assign))
    if orders.article:
        link = house.link(f"/desk/fiches/nouvelle?dossier={case.id}")
        done.append(f"La fiche est préparée avec ce dossier, il reste à la relire et à la sourcer{NBSP}: {link}")
    return done, rung


def _assigned(session: Session, house: House, case: Case, by: Person, written: str) -> str:
    """Entrust a case to another facilitateur, who gets all of it."""
    chosen = named(session, case.territory_id, written)
    case.assigned_to_id = chosen.id
    audit.note(session, house, "assign_case", f"case:{case.id}", person_id=by.id, detail=f"person:{chosen.id}")
    if chosen.id != by.id:
        first = next((message.text for message in case.messages if message.author is Author.PERSON), "")
        letter = EscalationLetter(
            number=case.number,
            subject=case.subject,
            who=who_of(case),
            organisation=organisation_of(case),
            channel=str(case.context.get("channel", "")),
            since=moment(house, case.opened_at),
            contact=contact_of(case),
            question=first,
            transcript=cases.lines_of(house, case),
            articles=(),
            state=None,
            file_names=(),
            promised=day_in_french(case.promised_on),
            link=case_link(session, house, case),
        )
        post_to_facilitator(session, house, case, letter, message_id=new_message_id(house), files=[], follows=True,
                            to=chosen)  # fmt: skip
    return f"Le dossier est confié à {chosen.name}."


def _decided(session: Session, house: House, case: Case, by: Person, decision: Decision) -> tuple[str, list[int]]:
    """Decide on the eligibility of the one person who waits for it around a case, or of the one who is named."""
    employment, rest = _waiting(session, case, decision.rest)
    verdict = EligibilityStatus.ACCEPTED if decision.accepted else EligibilityStatus.REFUSED
    rung = eligibility.decide(session, house, employment.id, verdict, rest, by)
    said = "validée" if decision.accepted else "refusée"
    return f"L’éligibilité de {employment.participant.name} est {said}, l’entreprise est prévenue.", rung


def _amended(
    session: Session, house: House, case: Case, by: Person, decision: Decision, *, is_proven: bool
) -> list[int]:
    """Sign the amendment that a case asks for, or decline it with the words that follow."""
    if not is_proven:
        raise Refused(
            "Votre messagerie ne prouve pas que ce message vient de vous. Signez l’avenant depuis le dossier, avec son "
            "lien."
        )
    asked = signing.amendment_in(session, house, case.id)
    if asked is None:
        raise Refused("Ce dossier ne demande aucun avenant.")
    if decision.accepted:
        return signing.sign(session, house, asked.id, by)
    return signing.decline(session, house, asked.id, decision.rest, by)


def _waiting(session: Session, case: Case, rest: str) -> tuple[Employment, str]:
    """Return the employment that an order is about, and what is left of the order: the reason."""
    query = select(Employment).where(Employment.eligibility == EligibilityStatus.PENDING).order_by(Employment.id)
    if case.commitment_id is not None:
        query = query.where(Employment.commitment_id == case.commitment_id)
    elif case.person is not None and case.person.organisation_id is not None:
        mine = select(Commitment.id).where(Commitment.awardee_id == case.person.organisation_id)
        query = query.where(Employment.commitment_id.in_(mine))
    else:
        raise Refused(f"Ce dossier n’est lié à aucun marché{NBSP}: décidez de l’éligibilité depuis le bureau.")
    rows = list(session.scalars(query).unique())
    for row in rows:
        name = row.participant.name
        if plain(rest).startswith(plain(name)):
            return row, rest[len(name) :].strip(" ,;:.")
    if len(rows) == 1:
        return rows[0], rest
    if not rows:
        raise Refused("Personne n’attend de décision d’éligibilité dans ce dossier.")
    names = ", ".join(row.participant.name for row in rows)
    raise Refused(f"Plusieurs personnes attendent une décision ({names}). Écrivez le nom après oui ou non.")


def _without_addresses(session: Session, case: Case, text: str) -> str:
    """Take the facilitateurs' addresses out of an answer where the territory does not show them."""
    if session.get_one(Territory, case.territory_id).shows_facilitator_address:
        return text
    for each in facilitators_of(session, case.territory_id):
        text = text.replace(each.email or "\0", "…")
    return text


def _tell(session: Session, house: House, case: Case, by: Person, lines: list[str], *, refused: bool) -> None:
    letter = OrdersLetter(case.number, case.subject, tuple(lines), refused, case_link(session, house, case))
    post_to_facilitator(session, house, case, letter, message_id=new_message_id(house), files=[], follows=True, to=by)
