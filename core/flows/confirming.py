"""Hours that are possible but unusual are asked about one by one, before the month is read back; the answer is kept."""

from collections.abc import Sequence
from dataclasses import replace

from core.checks import Doubt, Facts, doubts_about
from core.declarations import NewHire, Work
from core.dialogue import Chat, Option, Reopened
from core.flows.register import Register
from core.models import Commitment, Employment

CHANGE = Option("change", "Non, je corrige")


def confirmed(
    chat: Chat,
    register: Register,
    commitment: Commitment,
    month: str,
    people: Sequence[Employment],
    lines: dict[int, Work],
    hires: tuple[NewHire, ...],
) -> tuple[dict[int, Work], tuple[NewHire, ...]]:
    """Return the same hours, with what the person confirmed of them."""
    former = register.former_totals(commitment, month)
    asked = dict(lines)
    for person in people:
        work = lines[person.id]
        about = Facts(person.participant.name, month, work.worked, work.training, former=former.get(person.id, ()))
        asked[person.id] = _asked(chat, f"hours.{person.id}", work, doubts_about(about))
    new = tuple(
        replace(each, work=_asked(chat, f"hire.{number}.hours", each.work, doubts_about(_of_hire(each, month))))
        for number, each in enumerate(hires, start=1)
    )
    return asked, new


def _of_hire(new: NewHire, month: str) -> Facts:
    return Facts(new.hire.name, month, new.work.worked, new.work.training)


def _asked(chat: Chat, key: str, work: Work, doubts: tuple[Doubt, ...]) -> Work:
    """Ask about each doubt; the answer holds the hours it was given for, so that other hours are asked about again."""
    for doubt in doubts:
        sure = f"sure.{doubt.rule}.{key}"
        options = (Option(f"{work.worked}+{work.training}", "Oui, c’est exact"), CHANGE)
        if chat.choose(sure, doubt.sentence, options) == CHANGE.value:
            raise Reopened((key, sure))
    return replace(work, confirmed=tuple(doubt.rule for doubt in doubts))
