"""What is read back before it is recorded: line by line, the total, what remains, before and after for a correction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from core.commitments import counted_of, lot_of, total_of
from core.declarations import NewHire, Work
from core.dialogue import Chat, Option
from core.hours import NBSP, Progress, in_hours
from core.models import Commitment, Declaration, DeclarationLine, Employment
from core.months import day_in_french, in_french
from core.terms import Light

HIRE = Option("hire", "Ajouter une embauche")
TO_DECIDE = f"{Light.ORANGE.label} à valider"


@dataclass(frozen=True)
class Read:
    """A declaration about to be read back; `former` is the version that it replaces."""

    commitment: Commitment
    month: str
    people: list[Employment]
    lines: dict[int, Work]
    hires: tuple[NewHire, ...]
    progress: Progress | None  # None for who only prepares the month
    former: Declaration | None
    lights: Mapping[int, str] = field(default_factory=dict)  # by employment id, in two words
    missing: str = ""  # the documents still to send, by person
    whose: str = ""  # the company for whom somebody else prepares the month

    @property
    def total(self) -> Decimal:
        """All the hours, new hires included."""
        works = [*self.lines.values(), *(new.work for new in self.hires)]
        return sum((work.total for work in works), Decimal(0))


def summary(chat: Chat, read: Read, reason: str = "") -> str:
    """Write the declaration out, to be agreed to."""
    before = _before(read.former)
    said = [_line(chat, person, read, before) for person in read.people]
    said += [f"- {new.hire.name}{_new(new)}{NBSP}: {in_words(new.work)} – {TO_DECIDE}" for new in read.hires]
    formerly = total_of(read.former) if read.former else Decimal(0)
    text = (
        f"**{in_french(read.month).capitalize()}, {read.commitment.contract.reference} {lot_of(read.commitment)}**\n\n"
    )
    text += "\n".join([*said, f"- **Total{NBSP}: {in_hours(read.total)}**"])
    if read.former is not None:
        text += f" (avant{NBSP}: {in_hours(formerly)})"
    if copied := chat.answers.get("copied"):
        text += f"\n\nHeures reprises{NBSP}: {in_french(copied)}."
    if note := chat.answers.get("note"):
        text += f"\n\nRemarque{NBSP}: {note}"
    if reason:
        text += f"\n\nRaison de la correction{NBSP}: {reason}"
    text += remaining(read)
    if warnings := _warnings(chat, read, before):
        text += f"\n\n**À vérifier**{NBSP}: " + " ".join(warnings)
    if read.missing:
        text += f"\n\nIl manque encore{NBSP}: {read.missing}. Vous pourrez l’envoyer ici, en photo ou en PDF."
    return f"{text}\n\n{confirming(read.whose)}"


def confirming(whose: str) -> str:
    """Ask for agreement; of a delegate, to send the month to the company."""
    if not whose:
        return f"Vous confirmez{NBSP}?"
    return f"{whose} le vérifiera et le validera. Je le lui envoie{NBSP}?"


def remaining(read: Read) -> str:
    """Say what will remain to do; nothing to who only prepares the month."""
    owed = read.progress
    if owed is None:
        return ""
    done = owed.done - counted_of(read.former) + read.total - _still_returned(read)
    left = Progress(owed.committed, done, owed.accepted).remaining
    return f"\n\nIl restera {in_hours(left)} à faire sur {in_hours(owed.committed)}."


def _still_returned(read: Read) -> Decimal:
    """Add the hours that were sent back and are said again as they were: they go on waiting."""
    lines = read.former.lines if read.former is not None else []
    same = [line for line in lines if line.is_returned and read.lines.get(line.employment_id) == _work(line)]
    return sum((_work(line).total for line in same), Decimal(0))


def _work(line: DeclarationLine) -> Work:
    return Work(line.worked, line.training)


def _before(former: Declaration | None) -> dict[int, Work]:
    return {line.employment_id: _work(line) for line in former.lines} if former else {}


def _line(chat: Chat, person: Employment, read: Read, before: dict[int, Work]) -> str:
    work = read.lines[person.id]
    text = f"- {person.participant.name}{NBSP}: {in_words(work)}"
    former = before.get(person.id)
    if former is not None and former != work:
        text += f" (avant{NBSP}: {in_words(former)})"
    if note := chat.answers.get(f"note.{person.id}"):
        text += f", {note}"
    light = read.lights.get(person.id)
    return f"{text} – {light}" if light else text


def _warnings(chat: Chat, read: Read, before: dict[int, Work]) -> list[str]:
    found = []
    for person in read.people:
        said, former = chat.answers.get(f"instead.{person.id}"), before.get(person.id)
        if said is not None and former is not None and Decimal(said) != former.total:
            found.append(
                f"vous avez écrit «{NBSP}au lieu de {in_hours(Decimal(said))}{NBSP}» pour {person.participant.name}, "
                f"mais la version enregistrée dit {in_hours(former.total)}."
            )
    return found


def note_of(chat: Chat, read: Read, reason: str = "") -> str:
    """Return what was said beside the hours, kept with the declaration for the facilitateur."""
    notes = [chat.answers.get("note", "")]
    notes += [
        f"{person.participant.name}{NBSP}: {note}"
        for person in read.people
        if (note := chat.answers.get(f"note.{person.id}"))
    ]
    notes += [
        f"{new.hire.name}{NBSP}: {note}"
        for number, new in enumerate(read.hires, start=1)
        if (note := chat.answers.get(f"hire.{number}.note"))
    ]
    notes += [f"Correction{NBSP}: {reason}"] if reason else []
    return "\n".join(filter(None, notes))


def _new(new: NewHire) -> str:
    return f" (embauche du {day_in_french(new.hire.starts_on)})"


def in_words(work: Work) -> str:
    """Write the hours of a line, training apart."""
    if not work.training:
        return in_hours(work.worked)
    return f"{in_hours(work.total)} (dont {in_hours(work.training)} de formation)"


def changes(chat: Chat, read: Read) -> tuple[Option, ...]:
    """Offer what can be corrected: the keys to ask again, and their names."""
    found = [Option(f"hours.{person.id}", f"Heures de {person.participant.name}") for person in read.people]
    for number, new in enumerate(read.hires, start=1):
        found.append(Option(f"hire.{number}.hours", f"Heures de {new.hire.name}"))
        found.append(Option(f"hire.{number}.name hire.{number}.starts_on", f"Nom ou date de {new.hire.name}"))
    if not read.hires:
        found.append(Option("way", HIRE.label))
    else:
        found.append(Option(f"hire.{len(read.hires)}.more", "Ajouter une autre embauche"))
    if "corrects" in chat.answers:
        found.append(Option("reason", "Donner la raison de la correction"))
    found.append(Option("month way", "Changer de mois"))
    return tuple(found)
