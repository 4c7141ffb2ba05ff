"""Check a clause that is already written: pasted, or sent as a file."""

from core.dialogue import Chat, Option
from core.flows.commands import CheckClause
from core.flows.register import Register
from core.hours import NBSP
from core.refusal import Refused

LONGEST_CLAUSE = 20_000
SHORTEST_CLAUSE = 60
LIKELY_CUT = 3500  # Telegram cuts what is pasted at 4,096 characters
MOST_PARTS = 12
FILE = "file:"
THE_END = Option("end", "C’est tout")


def check_clause(chat: Chat, register: Register) -> CheckClause:
    """Take the article, in one or several messages, or a file."""
    given = chat.writing(
        "clause",
        "Collez ici l’article sur l’insertion, ou envoyez le fichier (.docx, .odt ou .pdf).\n\n"
        "Je dirai ce qui est présent, ce qui manque et ce qui se contredit, en citant le texte.",
        _clause,
    )
    if given.startswith(FILE):
        return CheckClause("", (int(given.removeprefix(FILE)),))
    parts = [given]
    while len(parts[-1]) >= LIKELY_CUT and len(parts) < MOST_PARTS:
        more = chat.value(
            f"clause.{len(parts)}", f"Est-ce tout{NBSP}? Sinon, collez la suite.", _more, suggestions=[THE_END]
        )
        if more == THE_END.value:
            break
        parts.append(more)
    return CheckClause("\n".join(parts))


def _clause(typed: str) -> str:
    if len(typed.strip()) < SHORTEST_CLAUSE:
        raise Refused("C’est trop court pour une clause. Collez l’article entier, ou envoyez le fichier.")
    return typed.strip()[:LONGEST_CLAUSE]


def _more(typed: str) -> str:
    if typed.strip(" .!").lower() in {"oui", "c’est tout", "c'est tout", "non", "1", "tout", "fin"}:
        return THE_END.value
    if len(typed) < 2:
        raise Refused("Collez la suite de l’article, ou dites «\u00a0C’est tout\u00a0».")
    return typed
