"""Documents decided on by mail: « #justificatif accepté », « #justificatif 12 refusé illisible », or « vu »."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.hours import NBSP, plain
from core.house import House
from core.letters import NoticeLetter
from core.models import Commitment, Contract, Employment, Person, Proof
from core.orders import ProofOrder
from core.people import post_letter
from core.proofs import decide, named
from core.refusal import Refused
from core.savepoint import savepoint
from core.terms import ProofVerdict

MOST_LISTED = 10
UNPROVEN = (
    "Votre messagerie ne prouve pas que ce message vient de vous. Examinez le document depuis le bureau, page "
    f"«{NBSP}Justificatifs{NBSP}»."
)


def carry_out(
    session: Session,
    house: House,
    by: Person,
    orders: Sequence[ProofOrder],
    *,
    is_proven: bool,
    commitment_id: int | None = None,
) -> tuple[list[str], list[int]]:
    """Decide on documents of the territory, or of one commitment; return what was done and the conversations to ring.

    Raises Refused: a sender who is not proven, a document that is not known for sure, a refusal without a reason.
    """
    if not is_proven:
        raise Refused(UNPROVEN)
    done: list[str] = []
    rung: list[int] = []
    for order in orders:
        proof, rest = _meant(_pending(session, by, commitment_id), order)
        rung += decide(session, house, proof.id, order.verdict, rest, by)
        done.append(f"{_said(session, proof)}{NBSP}: {order.verdict.label}. L’entreprise est prévenue.")
    return done, rung


def answer(
    session: Session,
    house: House,
    by: Person,
    orders: Sequence[ProofOrder],
    mistakes: Sequence[str],
    *,
    is_proven: bool,
) -> list[int]:
    """Do what a mail outside any case says of documents, all of it or nothing, and tell its writer."""
    rung: list[int] = []
    try:
        if mistakes:
            raise Refused(" ".join(mistakes))
        with savepoint(session):
            done, rung = carry_out(session, house, by, orders, is_proven=is_proven)
        title, opening, items = "Justificatifs examinés", "C’est fait.", tuple(done)
    except Refused as refusal:
        title, opening, items = "Justificatifs : rien n’est fait".replace(" :", f"{NBSP}:"), refusal.message, ()
    letter = NoticeLetter(
        name=by.name,
        title=title,
        opening=opening,
        items=items,
        act="Voir les justificatifs",
        link=house.link("/desk/justificatifs"),
    )
    post_letter(session, house, letter, by)
    return rung


def _pending(session: Session, by: Person, commitment_id: int | None) -> list[tuple[Proof, str]]:
    """Return the documents that wait, each with its person's name."""
    query = (
        select(Proof, Employment)
        .join(Employment, Employment.id == Proof.employment_id)
        .join(Commitment, Commitment.id == Employment.commitment_id)
        .join(Contract, Contract.id == Commitment.contract_id)
        .where(Proof.verdict == ProofVerdict.PENDING, Contract.territory_id == by.territory_id)
        .order_by(Proof.id)
    )
    if commitment_id is not None:
        query = query.where(Commitment.id == commitment_id)
    return [(proof, employment.participant.name) for proof, employment in session.execute(query).unique()]


def _meant(waiting: list[tuple[Proof, str]], order: ProofOrder) -> tuple[Proof, str]:
    """Return the document that an order is about, and what is left of its words: the reason."""
    if order.number is not None:
        found = [proof for proof, _ in waiting if proof.id == order.number]
        if not found:
            raise Refused(f"Le document n°{NBSP}{order.number} n’attend pas d’examen ici.")
        return found[0], order.rest
    for proof, name in waiting:
        if plain(order.rest).startswith(plain(name)):
            alone = [each for each, whose in waiting if whose == name]
            if len(alone) == 1:
                return proof, order.rest[len(name) :].strip(" ,;:.")
    if len(waiting) == 1:
        return waiting[0][0], order.rest
    if not waiting:
        raise Refused("Aucun justificatif n’attend d’examen ici.")
    listed = "; ".join(f"{each.id}, {named(each.kind, each.month)} de {name}" for each, name in waiting[:MOST_LISTED])
    raise Refused(
        f"Plusieurs documents attendent{NBSP}: {listed}. Écrivez le numéro, par exemple "
        f"«{NBSP}#justificatif {waiting[0][0].id} accepté{NBSP}»."
    )


def _said(session: Session, proof: Proof) -> str:
    name = session.get_one(Employment, proof.employment_id).participant.name
    return f"{named(proof.kind, proof.month).capitalize()} de {name}"
