"""A clause written for a buyer, or read for one, in a conversation."""

from collections.abc import Sequence

from core.exchange import ShownFile
from core.files import make
from core.flows.commands import CheckClause, WriteClause
from core.flows.purchase.asking import CHECK, DRAFT, STEPS, TOOLS
from core.hours import NBSP
from core.messages import Meaning
from core.purchases.wording import told_findings
from core.purchases.writing import draft_of, text_to_copy
from core.refusal import Refused
from core.turn import Turn
from core.word import word_file
from knowledge.checker import Paragraph, checked, paragraphs_of

UNREAD = "Je n’ai pas pu lire ce fichier. Envoyez l’article en .docx, .odt ou .pdf, ou collez-le."
NOT_A_TEXT = "Ce fichier est un tableau. Envoyez l’article en .docx, .odt ou .pdf, ou collez-le."

Replies = tuple[str, Sequence[tuple[str, Meaning]], Sequence[ShownFile]]


def done(turn: Turn, command: WriteClause | CheckClause) -> Replies:
    """Write or read a clause; return what to say, what can be done next, and the files. Raises Refused."""
    return _written(turn, command) if isinstance(command, WriteClause) else _checked(turn, command)


def _written(turn: Turn, command: WriteClause) -> Replies:
    """Write the clause: its text, what can be done next, the Word file. Raises Refused when an answer does not fit."""
    draft, title = draft_of(command.values), str(command.values["object"])
    content = word_file(draft, written_at=turn.house.now())
    file = make(turn.session, turn.house, turn.conversation, f"Clause insertion - {_slug(title)}.docx", content)
    checks = "\n".join(f"- {check}" for check in draft.checks)
    turn.say(text_to_copy(draft))
    said = (
        "Le texte ci-dessus est à copier. Le fichier Word est complet, avec l’annexe, la notice et les fondements.\n\n"
        f"À vérifier avant de publier{NBSP}:\n{checks}"
    )
    return (
        said,
        (_review(f"Relire une clause : {title}", command.sheet, file.id), STEPS, CHECK, TOOLS),
        (file,),
    )


def _checked(turn: Turn, command: CheckClause) -> Replies:
    """Say what a draft clause holds, lacks and contradicts. Raises Refused when it cannot be read."""
    if command.files:
        paragraphs = _paragraphs(turn, command.files[0])
        review = _review("Relire une clause", "Clause à relire, en fichier joint.", command.files[0])
    else:
        paragraphs = paragraphs_of(command.text)
        review = _review("Relire une clause", command.text, None)
    return told_findings(checked(paragraphs)), (review, DRAFT, TOOLS), ()


def _paragraphs(turn: Turn, file_id: int) -> tuple[Paragraph, ...]:
    reading = turn.read(file_id)
    if reading is None:
        raise Refused(UNREAD, reopen="clause")
    match reading.found:
        case tuple():
            return reading.found
        case Refused(message=message):
            raise Refused(f"{message} Ou collez le texte de l’article.", reopen="clause")
        case _:
            raise Refused(NOT_A_TEXT, reopen="clause")


def _review(subject: str, text: str, file_id: int | None) -> tuple[str, Meaning]:
    answers = {
        "case": "new",
        "subject": " ".join(subject.split())[:200],
        "commitment": "0",
        "message": text or subject,
        "file": str(file_id or ""),
    }
    return "Faire relire par le facilitateur", {"start": "contact", "answers": answers}


def _slug(title: str) -> str:
    kept = "".join(c if c.isalnum() or c in " -" else " " for c in title)
    return " ".join(kept.split())[:60].strip() or "achat"
