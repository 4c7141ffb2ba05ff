"""What the company is told of its documents, in its chat and by letter; and the facilitateur that some wait."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from core.commitments import title_of
from core.facilitators import facilitators_of
from core.hours import NBSP
from core.house import House
from core.letters import NoticeLetter
from core.messages import Meaning
from core.models import Commitment, Employment, Proof
from core.notices import is_first_time, tell, who_answers
from core.people import post_letter
from core.replies import are_read
from core.terms import ProofVerdict

BY_MAIL = (
    f" Vous pouvez aussi répondre à cet e-mail, sur la première ligne{NBSP}: #justificatif accepté, #justificatif "
    "refusé et le motif, ou #justificatif vu (le document est effacé). S’il y en a plusieurs, écrivez le numéro après "
    "#justificatif."
)
SAID = {
    ProofVerdict.ACCEPTED: "Le facilitateur a accepté ce document.",
    ProofVerdict.REFUSED: "Le facilitateur a refusé ce document.",
    ProofVerdict.SEEN: "Le facilitateur a vu ce document, et il est effacé : nous ne le conservons pas.",
}


def tell_decided(
    session: Session, house: House, proof: Proof, employment: Employment, commitment: Commitment
) -> list[int]:
    """Tell the company what became of a document, and why; return the conversations to ring."""
    name, title = employment.participant.name, title_of(commitment, short=True)
    refused = proof.verdict is ProofVerdict.REFUSED
    said = SAID[proof.verdict].replace(" :", f"{NBSP}:")
    then = "Envoyez un autre document ici, en photo ou en PDF." if refused else "Vous n’avez rien à faire."
    facts = [("Personne", name), ("Marché", title), ("Document", proof.kind.label), ("Décision", proof.verdict.label)]
    facts += [("Raison", proof.reason)] if proof.reason else []
    again: Meaning = {"who": str(employment.id), "kind": str(proof.kind)}
    buttons: tuple[tuple[str, Meaning], ...] = (
        (("Envoyer un autre document", {"start": "prove", "answers": again}),) if refused else ()
    )
    text = f"**{name}**, {title}\n\n{proof.kind.capitalised}. {said}"
    text += f" Raison{NBSP}: {proof.reason}" if proof.reason else ""
    rung = []
    for person in who_answers(session, proof.sent_by_id, commitment.awardee_id):
        letter = NoticeLetter(
            name=person.name,
            title=f"Justificatif {proof.verdict.label}{NBSP}: {name}",
            opening=said,
            facts=tuple(facts),
            closing=then,
            link=house.link("/"),
        )
        told = tell(session, house, person, f"{text}\n\n{then}", buttons, letter=letter)
        rung += [told] if told is not None else []
    return rung


def tell_received(session: Session, house: House, commitment: Commitment, said: Sequence[str]) -> None:
    """Tell the facilitateurs that documents wait for them, once a day; `said` names those that came now."""
    territory_id = commitment.contract.territory_id
    for person in facilitators_of(session, territory_id):
        if not is_first_time(session, house, person, f"proofs:{person.id}:{house.today().isoformat()}"):
            continue
        letter = NoticeLetter(
            name=person.name,
            title="Des justificatifs sont à examiner",
            opening="Une entreprise vous a envoyé des justificatifs aujourd’hui.",
            facts=(("Entreprise", commitment.awardee.name), ("Marché", title_of(commitment, short=True))),
            items=tuple(said),
            closing="Les autres de la journée vous attendent au même endroit, sans autre e-mail."
            + (BY_MAIL if are_read(house) else ""),
            act="Voir les justificatifs",
            link=house.link("/desk/justificatifs"),
        )
        post_letter(session, house, letter, person)
