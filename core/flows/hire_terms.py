"""The terms of a hire, asked one by one: only what the contract allows, and what can be said later may be left."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from core.dialogue import Chat, Option
from core.employments import KINDS
from core.hours import NBSP, plain, read_hours
from core.models import Commitment
from core.months import day_in_french, read_day
from core.refusal import Refused
from core.terms import Criterion, EmploymentKind, Modality
from core.trades import matching

LATER = Option("", "Plus tard")
NO_TRADE = Option("none", "Aucun de ceux-là")
MOST_WEEKLY = Decimal(48)  # the legal most in one week (Code du travail, L3121-20)
LONGEST_EMPLOYMENT = timedelta(days=366 * 5)
UNSAID = frozenset({"plus tard", "passer", "je ne sais pas", "aucun", "non", "sans", ""})


def modality_of(chat: Chat, key: str, commitment: Commitment) -> Modality:
    """Ask how the hours are done, among what the contract allows."""
    allowed = [Modality.of(value) for value in commitment.modalities] or list(Modality)
    options = [Option(str(each), each.capitalised) for each in allowed]
    return Modality.of(chat.choose(key, f"De quelle façon{NBSP}?", options))


def employer_of(chat: Chat, key: str, modality: Modality, name: str) -> str:
    """Ask which structure employs somebody who is not hired directly."""
    if modality is Modality.DIRECT_HIRE:
        return ""
    return chat.text(key, f"Quelle structure emploie {name}{NBSP}?", most=200)


def kind_of(chat: Chat, key: str, modality: Modality) -> EmploymentKind:
    """Ask for the contract of employment, among those that go with the way of doing the hours."""
    kinds = [Option(str(kind), kind.capitalised) for kind in KINDS[modality]]
    return EmploymentKind.of(chat.choose(key, f"Quel contrat de travail{NBSP}?", kinds))


def criterion_of(chat: Chat, key: str, name: str) -> Criterion:
    """Ask why somebody may be eligible: the public, never the detail of a situation."""
    criteria = [Option(str(each), each.capitalised) for each in Criterion]
    text = f"Quelle est la situation de {name}{NBSP}? Le facilitateur validera, n’envoyez aucun détail médical."
    return Criterion.of(chat.choose(key, text, criteria))


def job_of(chat: Chat, name: str) -> tuple[str, str]:
    """Ask for a job in free words, then for its ROME code when several are possible; both may be left."""
    job = chat.value("job", f"Quel poste occupe {name}{NBSP}? Par exemple maçon ou agent d’entretien.",
                     _either(_short), suggestions=[LATER])  # fmt: skip
    trades = matching(job) if job else ()
    if len(trades) == 1:
        return job, trades[0].code
    if not trades:
        return job, ""
    options = [Option(trade.code, f"{trade.label} ({trade.code})") for trade in trades]
    chosen = chat.choose("rome", f"Quel métier du ROME pour «{NBSP}{job}{NBSP}»{NBSP}?", [*options, NO_TRADE])
    return job, "" if chosen == NO_TRADE.value else chosen


def weekly_of(chat: Chat) -> Decimal | None:
    """Ask for the hours in a week; they may be left."""
    text = f"Combien d’heures par semaine{NBSP}? Par exemple 35."
    said = chat.value("weekly", text, _either(_weekly), suggestions=[LATER])
    return Decimal(said) if said else None


def end_of(chat: Chat, starts_on: date) -> date | None:
    """Ask for the last day of a contract; it may be left."""
    text = f"Jusqu’à quel jour va le contrat{NBSP}? Par exemple 28/02/2027."
    said = chat.value("ends_on", text, _either(_end(starts_on, chat.today)), suggestions=[LATER])
    return date.fromisoformat(said) if said else None


def _either(read: Callable[[str], str]) -> Callable[[str], str]:
    return lambda typed: "" if plain(typed).strip(" .!") in UNSAID else read(typed)


def _short(typed: str) -> str:
    job = " ".join(typed.split())
    if len(job) > 100:
        raise Refused("Dites le poste en quelques mots.")
    return job


def _weekly(typed: str) -> str:
    words = plain(typed)
    for more in ("par semaine", "/semaine", "/ semaine", "hebdomadaires", "la semaine"):
        words = words.removesuffix(more).strip()
    hours = read_hours(words, most=MOST_WEEKLY)
    if not hours:
        raise Refused("Donnez le nombre d’heures par semaine, par exemple 35.")
    return str(hours)


def _end(starts_on: date, today: date) -> Callable[[str], str]:
    def read(typed: str) -> str:
        day = read_day(typed, today)
        if day is None:
            raise Refused("Je n’ai pas reconnu une date. Écrivez par exemple 28/02/2027.")
        if not starts_on <= day <= starts_on + LONGEST_EMPLOYMENT:
            raise Refused(f"La fin doit suivre le premier jour ({day_in_french(starts_on)}).")
        return day.isoformat()

    return read
