"""Correct a month that the facilitateur accepted: before and after, asked of him in one tap."""

from collections.abc import Sequence

from core.commitments import lot_of, total_of
from core.declarations import Work
from core.dialogue import Chat, Option
from core.flows.commands import RequestCorrection, Say
from core.flows.hires import work_of
from core.flows.register import Register
from core.flows.summary import in_words
from core.hours import NBSP, in_hours
from core.models import Commitment, Declaration, Employment
from core.months import in_french
from core.terms import NilReason

ASK = "Demander une correction"
USUAL_REASONS = ("Erreur de saisie", "Heures connues après coup", "Absence oubliée")


def correction(
    chat: Chat, register: Register, commitment: Commitment, month: str, former: Declaration
) -> RequestCorrection | Say:
    """Ask for the hours that should be, then for agreement; what was told in a sentence is there already."""
    accepted = f"{in_french(month).capitalize()} est déjà validé ({in_hours(total_of(former))})."
    people = register.employments(commitment, month)
    if not people or any(key.startswith("hire.") for key in chat.answers):
        subject = {"subject": f"Corriger {in_french(month)}", "commitment": str(commitment.id)}
        text = f"{accepted} Pour le corriger, écrivez au facilitateur."
        return Say(text, (("Écrire au facilitateur", {"start": "contact", "answers": subject}),))
    if not any(key.startswith("hours.") for key in chat.answers):
        text = f"{accepted} Je peux demander au facilitateur de le corriger."
        chat.choose("corrects", text, [Option("yes", ASK)], ask_even_one=True)
    lines = {person.id: work_of(chat, f"hours.{person.id}", person.participant.name, month) for person in people}
    reason = reason_of(chat)
    text = _summary(commitment, month, former, people, lines, reason)
    chat.agree("agree", f"{accepted}\n\n{text}", yes=ASK, change=_changes(people), basis=f"declaration:{former.id}")
    return RequestCorrection(commitment.id, month, lines, reason, former.id)


def reason_of(chat: Chat) -> str:
    """Take the reason of a correction, given with it or asked for under « Corriger »; it is never required."""
    if "corrects" not in chat.answers:
        return ""
    usual = [Option(reason, reason) for reason in USUAL_REASONS]
    return chat.text("reason", f"Pourquoi cette correction{NBSP}?", most=300, suggestions=usual)


def _summary(
    commitment: Commitment,
    month: str,
    former: Declaration,
    people: Sequence[Employment],
    lines: dict[int, Work],
    reason: str,
) -> str:
    before = {line.employment_id: Work(line.worked, line.training) for line in former.lines}
    said = []
    for person in people:
        work, held = lines[person.id], before.get(person.id, Work(total_of(former) * 0))
        said.append(f"- {person.participant.name}{NBSP}: {in_words(work)}")
        if work != held:
            said[-1] += f" (au lieu de {in_words(held)})"
    total = sum((work.total for work in lines.values()), total_of(former) * 0)
    text = f"Correction à demander pour **{in_french(month)}, {commitment.contract.reference} {lot_of(commitment)}**"
    text = f"{text.rstrip()}{NBSP}:\n\n" + "\n".join(said)
    text += f"\n- **Total{NBSP}: {in_hours(total)}** (au lieu de {in_hours(total_of(former))})"
    nil: NilReason | None = former.nil_reason
    text += f"\n\nLe mois validé était sans heures ({nil.label})." if nil is not None else ""
    text += f"\n\nRaison{NBSP}: {reason}" if reason else ""
    return f"{text}\n\nLe facilitateur la valide en un clic, et vous recevez un nouveau reçu. Je la lui envoie{NBSP}?"


def _changes(people: Sequence[Employment]) -> tuple[Option, ...]:
    found = [Option(f"hours.{person.id}", f"Heures de {person.participant.name}") for person in people]
    return (*found, Option("reason", "Donner la raison de la correction"), Option("month", "Changer de mois"))
