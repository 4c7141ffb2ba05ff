"""What a reminder says, in a chat and by mail: what is missing, why the person is told, how to do it at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.commitments import lot_of
from core.employments import employments_of
from core.hours import NBSP, in_hours
from core.house import House
from core.letters import MissingMonth, ReminderLetter
from core.messages import Meaning
from core.models import Commitment, Person, PreparedMonth
from core.months import day_in_french, in_french
from core.preparations import answers_of, checking, prepared_for, total_of
from core.terms import ReminderStep
from core.tokens import LIFETIMES, issue_token

MOST_BUTTONS = 4
WHY: tuple[str, Meaning] = (f"Pourquoi ce message{NBSP}?", {"start": "reminded"})


@dataclass(frozen=True)
class Missing:
    """A month missing on a commitment: the last day to declare it, and the step that it has reached.

    `prepared` is what a delegate prepared of it: it waits for the company's word only.
    """

    commitment: Commitment
    month: str
    by: date
    step: ReminderStep
    prepared: PreparedMonth | None = None
    prepared_by: str = ""

    @property
    def is_late(self) -> bool:
        """Whether its last day has passed."""
        return self.step in {ReminderStep.FIRST, ReminderStep.SECOND}


@dataclass(frozen=True)
class Said:
    """All that one message says: what is missing, what else is late, when the facilitateur will be told."""

    missing: tuple[Missing, ...]
    also: tuple[tuple[Commitment, str], ...]
    told_on: date | None


def missing_of(session: Session, commitment: Commitment, month: str, by: date, step: ReminderStep) -> Missing:
    """Put together a missing month, with what somebody prepared of it."""
    rows = prepared_for(session, [commitment.id])
    prepared = next((row for row in rows if row.month == month), None)
    whose = session.get_one(Person, prepared.prepared_by_id).name if prepared is not None else ""
    return Missing(commitment, month, by, step, prepared, whose)


def chat_text(session: Session, person: Person, said: Said, today: date) -> str:
    """Write a reminder for a chat."""
    lines = [
        f"- **{in_french(each.month).capitalize()}**, {contract_of(each.commitment)}, au plus tard le "
        f"{day_in_french(each.by)}{_expected(session, each)}"
        for each in said.missing
    ]
    text = f"{title_of(said, today)}.\n\n" + "\n".join(lines)
    if said.also:
        text += f"\n\nRestent aussi à déclarer{NBSP}: {', '.join(_also(said))}."
    if then := _then(said):
        text += f"\n\n{then}"
    return f"{text}\n\n{why(person, said)}"


def chat_buttons(session: Session, said: Said) -> list[tuple[str, Meaning]]:
    """Offer to declare each month at once."""
    several = len({each.commitment.id for each in said.missing}) > 1
    buttons: list[tuple[str, Meaning]] = []
    for each in said.missing[:MOST_BUTTONS]:
        reference = each.commitment.contract.reference if several else ""
        if each.prepared is not None:
            people = employments_of(session, each.commitment.id, each.month)
            buttons.append(
                checking(each.prepared, answers_of(each.prepared, people, each.prepared_by), reference=reference)
            )
            continue
        label = f"Déclarer {in_french(each.month)}" + (f", {reference}" if reference else "")
        buttons.append((label, {"start": "declare", "answers": _task(each)}))
    return [*buttons, WHY]


def letter_of(session: Session, house: House, person: Person, said: Said) -> ReminderLetter:
    """Write a reminder for the mail, with a fresh link to its first month."""
    first = said.missing[0]
    secret = issue_token(session, house, "task", person=person, commitment_id=first.commitment.id, month=first.month)
    return ReminderLetter(
        name=person.name,
        title=title_of(said, house.today()),
        months=tuple(
            MissingMonth(
                contract=f"{each.commitment.contract.reference} – {each.commitment.contract.object}"
                + (f", {lot_of(each.commitment)}" if each.commitment.lot else ""),
                month=in_french(each.month),
                by=day_in_french(each.by),
                people=_people(session, each) if each.prepared is None else "",
                ready=_ready(each),
            )
            for each in said.missing
        ),
        also=tuple(_also(said)),
        why=why(person, said),
        then=_then(said),
        link=house.link(f"/tache/{secret}"),
        days=LIFETIMES["task"].days,
    )


def title_of(said: Said, today: date) -> str:
    """Say in one line what is missing: the subject of the letter, the first words of the chat."""
    names = list(dict.fromkeys(in_french(each.month) for each in sorted(said.missing, key=lambda each: each.month)))
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} et {names[-1]}"
    several = len(names) > 1
    if any(each.is_late for each in said.missing):
        return f"Rappel{NBSP}: {listed} {'ne sont' if several else 'n’est'} pas encore déclaré{'s' if several else ''}"
    by = min(each.by for each in said.missing)
    when = "aujourd’hui" if by == today else f"au plus tard le {day_in_french(by)}"
    return f"{listed.capitalize()}{NBSP}: vos heures d’insertion sont à déclarer {when}"


def why(person: Person, said: Said) -> str:
    """Say why this person gets this message."""
    whose = person.organisation.name if person.organisation else "votre organisation"
    on = "sur ce marché" if len({each.commitment.id for each in said.missing}) == 1 else "sur ces marchés"
    what = "ce mois n’est pas déclaré" if len(said.missing) == 1 else "ces mois ne sont pas déclarés"
    message = "ce rappel" if any(each.is_late for each in said.missing) else "ce message"
    owing = {each.commitment.awardee_id: each.commitment.awardee.name for each in said.missing}
    if person.organisation_id not in owing:
        return (
            f"Vous recevez {message} parce que {', '.join(owing.values())} vous confie la préparation de ses mois "
            f"{on}, et que {what} à ce jour."
        )
    return (
        f"Vous recevez {message} parce que {whose} déclare chaque mois ses heures {on}, que vous êtes son contact, "
        f"et que {what} à ce jour."
    )


def contract_of(commitment: Commitment) -> str:
    """Name a commitment in a few words: the contract's reference and the lot."""
    return f"{commitment.contract.reference} {lot_of(commitment)}".strip()


def commitments_by_id(session: Session, numbers: Sequence[int]) -> dict[int, Commitment]:
    """Read commitments at once."""
    rows = session.scalars(select(Commitment).where(Commitment.id.in_(numbers))).unique()
    return {row.id: row for row in rows}


def _task(each: Missing) -> dict[str, str]:
    return {"commitment": str(each.commitment.id), "month": each.month}


def _expected(session: Session, each: Missing) -> str:
    if each.prepared is not None:
        return f"{NBSP}: {_ready(each)}"
    people = _people(session, each)
    return f"{NBSP}: heures de {people}" if people else ""


def _ready(each: Missing) -> str:
    """Say what only waits for the company's word."""
    if each.prepared is None:
        return ""
    return f"préparé par {each.prepared_by} ({in_hours(total_of(each.prepared))}), il ne reste qu’à valider"


def _people(session: Session, each: Missing) -> str:
    names = [row.participant.name for row in employments_of(session, each.commitment.id, each.month)]
    return ", ".join(names)


def _also(said: Said) -> list[str]:
    return [f"{in_french(month)} ({contract_of(commitment)})" for commitment, month in said.also]


def _then(said: Said) -> str:
    if said.told_on is None:
        return ""
    return (
        f"Sans nouvelle de vous, le facilitateur en sera prévenu le {day_in_french(said.told_on)}, pour vous aider. "
        f"Une difficulté{NBSP}? Dites-la dès maintenant."
    )
