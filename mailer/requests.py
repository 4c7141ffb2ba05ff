"""What a mail asks, as the assistant reads it: what is new in it, without its courtesies; the subject when it helps."""

import re
from datetime import date

from core.hours import NBSP, plain
from core.months import in_french, read_month
from mailer.reading import Reading

_GREETING = re.compile(
    r"(?:(?:bonjour|bonsoir|salut|hello|coucou|ch[eè]re?s?|madame|monsieur|mesdames|messieurs|mme|m\.|clausette|"
    r"(?:à )?(?:tous|toutes)|et)\b[ ,.!]*)+(?:(?-i:[A-ZÀ-Ý])[\w'’-]*[ ,.!]*){0,3}",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:(?:bien |très )?cordialement|merci(?: d[’']avance| beaucoup| bien| par avance)?|bien à vous|cdlt|cdt|"
    r"bonne (?:journée|soirée|réception|fin de journée)|salutations|à bientôt)(?: à (?:vous|tous))?[ ,.!]*",
    re.IGNORECASE,
)
_TELLS_HOURS = re.compile(r"\d|\b(?:rien|neant|aucune?|personne|idem)\b")
LONGEST_GREETING = 60


def request_in(reading: Reading, *, begins: bool, today: date, month: str | None = None) -> str:
    """Return what a mail asks. The subject of the first mail of a thread may be all there is, or give the month.

    `month` is what the letter that it answers had recorded: hours told without a month correct that one.
    """
    text = without_courtesies(reading.text)
    if not begins:
        return _of_month(text, month, today)
    subject = re.sub(r"^(?:\s*(?:re|tr|fwd?)\s*:)+", "", reading.subject, flags=re.IGNORECASE).strip()
    if not any(letter.isalnum() for letter in text):
        return subject
    return _of_month(text, month_in(subject, today), today)


def _of_month(text: str, month: str | None, today: date) -> str:
    is_choice = len(text.split()) < 2
    if month and not is_choice and month_in(text, today) is None and _TELLS_HOURS.search(plain(text)):
        return f"{in_french(month).capitalize()}{NBSP}: {text}"
    return text


def without_courtesies(text: str) -> str:
    """Take away the lines that only greet, first and last: they are not part of an answer."""
    lines = text.strip().split("\n")
    while lines and (not lines[0].strip() or _is(lines[0], _GREETING)):
        lines.pop(0)
    while lines and (not lines[-1].strip() or _is(lines[-1], _CLOSING)):
        lines.pop()
    return "\n".join(lines).strip() or text.strip()


def month_in(text: str, today: date) -> str | None:
    """Return the first month that a text names."""
    words = re.findall(r"[\w/-]+\.?", text[:2000])
    for at in range(len(words)):
        for length in (3, 2, 1):
            said = " ".join(words[at : at + length])
            found = read_month(said, today) if any(letter.isalpha() for letter in said) or "/" in said else None
            if found is not None:
                return found
    return None


def _is(line: str, courtesy: re.Pattern[str]) -> bool:
    is_short = len(line) <= LONGEST_GREETING and not re.search(r"[\d?:]", line)
    return is_short and courtesy.fullmatch(line.strip()) is not None
