"""The end of somebody's employment, asked or told in a sentence, and what became of them months later."""

import re
from collections.abc import Mapping
from datetime import timedelta

from core.commitments import lot_of, title_of
from core.dialogue import Chat, Option
from core.endings import AHEAD, FOLLOW_UPS, Ending, asking
from core.flows.commands import EndEmployment, Say, TellExit
from core.flows.filling import Answers
from core.flows.register import Register
from core.hours import NBSP, plain
from core.models import Employment
from core.months import NAMES, day_in_french, read_day
from core.tellings import Known
from core.tellings.names import WORD, Names
from core.terms import EndReason, ExitSituation

NOBODY = "Personne n’est employé sur vos marchés en ce moment."
NOT_ASKED = "Cette question n’est plus posée."
LONGEST = 200
LATELY = timedelta(days=90)
LEAVES = re.compile(
    r"\b(est (parti|partie)|sont partis|(a|ont) (quitte|demissionne|arrete|termine|fini)|part|quitte|s'en va|"
    r"ne travaille plus|n'est plus (la|chez nous|dans l'entreprise)|fin (de|du) contrat|contrat (termine|fini|rompu)|"
    r"est (licencie|licenciee)|s'est (barre|barree|tire|tiree|casse|cassee)|(a|ont) plaque|ne vient plus|est plus la|"
    r"(fin|rupture) (de|de la|de sa) (periode d')?essai|depart de)\b"
)
REASONS: Mapping[str, EndReason] = {
    r"periode d'essai|fin d'essai": EndReason.TRIAL,
    r"demissionn\w*": EndReason.RESIGNED,
    r"en formation": EndReason.TRAINING,
    r"embauchee? ailleurs|trouve (un )?(autre )?(travail|emploi|poste)|autre employeur": EndReason.HIRED_ELSEWHERE,
    r"licencie\w*|rompu": EndReason.DISMISSED,
    r"fin (de|du) contrat|contrat (termine|fini)": EndReason.TERM,
    r"fin (des travaux|du chantier)": EndReason.WORK_ENDED,
}
HOURS = re.compile(r"\d ?(h|heures?)\b|\brien\b|\bheures\b")
DAY = re.compile(rf"\b(?:le )?(\d{{1,2}}(?:er)?(?:[/.-]\d{{1,2}}(?:[/.-]\d{{2,4}})?| (?:{'|'.join(map(plain, NAMES))})"
                 rf"(?: \d{{4}})?)?|hier|aujourd'hui|demain)(?![\w/])")  # fmt: skip


def leave(chat: Chat, register: Register) -> EndEmployment | Say:
    """Say that somebody's employment ends: who, which day, why, and what comes next."""
    there = employed(register)
    if not there:
        return Say(NOBODY)
    options = [Option(str(each.id), _label(register, each, there)) for each in there]
    chosen = chat.choose("employment", f"Qui part{NBSP}?", options, ask_even_one="employment" not in chat.answers)
    employment = next(each for each in there if str(each.id) == chosen)
    name = employment.participant.name
    ends_on = chat.day("ends_on", f"Quel est le dernier jour de {name}{NBSP}? Par exemple 12/11.",
                       first=employment.starts_on, last=chat.today + AHEAD)  # fmt: skip
    reasons = [Option(str(each), each.capitalised) for each in EndReason]
    reason = EndReason.of(chat.choose("reason", f"Pour quelle raison{NBSP}?", reasons))
    situations = [Option(str(each), each.capitalised) for each in ExitSituation]
    situation = ExitSituation.of(chat.choose("situation", f"Et ensuite, que devient {name}{NBSP}?", situations))
    row = next(row for row in register.declarable if row.id == employment.commitment_id)
    chat.agree(
        "agree",
        f"**Fin du contrat de {name}**\n\n- Marché{NBSP}: {title_of(row, short=True)}\n"
        f"- Dernier jour{NBSP}: {day_in_french(ends_on)}\n- Raison{NBSP}: {reason.label}\n"
        f"- Ensuite{NBSP}: {situation.label}\n\nVous confirmez{NBSP}?",
        change=(
            Option("employment", "La personne"),
            Option("ends_on", "Le jour"),
            Option("reason", "La raison"),
            Option("situation", "La suite"),
        ),
    )
    return EndEmployment(Ending(employment.id, ends_on, reason, situation))


def tell_exit(chat: Chat, register: Register) -> TellExit | Say:
    """Say what became of somebody 3 or 6 months after the end: one tap on what was asked."""
    waiting = register.exits_waiting()
    named, months = chat.answers.get("employment"), chat.answers.get("months", "")
    if named is None:
        if not waiting:
            return Say(NOT_ASKED)
        options = [Option(str(each.id), each.participant.name) for each, _ in waiting]
        named = chat.choose("who", f"De qui voulez-vous donner des nouvelles{NBSP}?", options)
        months = next(str(due) for each, due in waiting if str(each.id) == named)
    known = {str(each.id): each for row in register.declarable for each in register.employments_ever(row)}
    employment = known.get(named)
    if employment is None or months not in map(str, FOLLOW_UPS):
        return Say(NOT_ASKED)
    situations = [Option(str(each), each.capitalised) for each in ExitSituation]
    situation = ExitSituation.of(chat.choose("situation", asking(employment, int(months)), situations))
    return TellExit(employment.id, int(months), situation)


def employed(register: Register) -> list[Employment]:
    """Return who works now for the person's company, or whose contract ended lately without a word of why."""
    lately = register.today - LATELY
    return [
        each
        for row in register.declarable
        for each in register.employments_ever(row)
        if each.end_reason is None and (each.ends_on is None or each.ends_on >= lately)
    ]


def leaving_told(register: Register, text: str) -> Answers | None:
    """Return what a sentence says of somebody who leaves; None when it names nobody for sure, or tells hours."""
    words = plain(text)
    if len(text) > LONGEST or "?" in text or not LEAVES.search(words) or HOURS.search(words):
        return None
    there = employed(register)
    people = {each.participant_id: each.participant.name for each in there}
    named = _named(Names([Known(number, name) for number, name in people.items()]), words)
    if len(named) != 1:
        return None
    found: Answers = {}
    theirs = [each for each in there if each.participant_id in named]
    if len(theirs) == 1:
        found["employment"] = str(theirs[0].id)
    days = [match[1] for match in DAY.finditer(words)]
    day = _day(days[0], register) if len(days) == 1 else None
    found |= {"ends_on": day} if day else {}
    reasons = [term for way, term in REASONS.items() if re.search(rf"\b(?:{way})\b", words)]
    return found | ({"reason": str(reasons[0])} if len(reasons) == 1 else {})


def _named(names: Names, words: str) -> frozenset[int]:
    """Return who is named: by words that belong together, else by each word."""
    for match in WORD.finditer(words):
        phrase = names.phrase_at(words, match.start())
        if phrase is not None:
            return phrase[1]
    return frozenset().union(*(names.called(match[0]) for match in WORD.finditer(words)))


def _day(said: str, register: Register) -> str | None:
    """Read the last day; a number alone is of this month when it has come, else nobody knows."""
    number = said.removesuffix("er")
    today = register.today
    if number.isdigit():
        return today.replace(day=int(number)).isoformat() if 1 <= int(number) <= today.day else None
    found = read_day(said, today)
    return found.isoformat() if found is not None else None


def _label(register: Register, employment: Employment, there: list[Employment]) -> str:
    name = employment.participant.name
    if sum(each.participant.name == name for each in there) == 1:
        return name
    row = next(row for row in register.declarable if row.id == employment.commitment_id)
    return f"{name}, {row.contract.reference} {lot_of(row)}".strip()
