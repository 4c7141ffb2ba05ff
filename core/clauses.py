"""A clause written for a buyer, or read for one, in a conversation."""

from collections.abc import Sequence

from sqlalchemy import select

from core.documents import read_document
from core.exchange import Inbound, ShownFile
from core.files import make, sent_in
from core.files import read as read_file
from core.flows.commands import CheckClause, WriteClause
from core.flows.purchase.asking import CHECK, DRAFT, STEPS, TOOLS
from core.hours import NBSP
from core.house import House
from core.messages import Meaning
from core.models import StoredFile
from core.purchases.wording import told_findings
from core.purchases.writing import draft_of, text_to_copy
from core.refusal import Refused
from core.turn import Turn
from core.word import word_file
from knowledge.checker import Paragraph, checked, paragraphs_of

READ = frozenset({".docx", ".odt", ".pdf"})

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


def paragraphs_sent(house: House, inbound: Inbound) -> tuple[Paragraph, ...] | Refused | None:
    """Read the first document of a message, before its turn; None when there is none to read."""
    with house.database.reading() as session:
        ids = sent_in(session, house, inbound.channel, inbound.thread, inbound.files[:1])
        row = session.scalar(select(StoredFile).where(StoredFile.id.in_(ids))) if ids else None
        if row is None or not row.name.lower().endswith(tuple(READ)):
            return None
        content = read_file(house, row)
    return _read(content)


def _paragraphs(turn: Turn, file_id: int) -> tuple[Paragraph, ...]:
    here = turn.conversation
    found = turn.paragraphs
    if found is None:
        ids = sent_in(turn.session, turn.house, here.channel, here.thread, (file_id,))
        row = turn.session.get(StoredFile, ids[0]) if ids else None
        if row is None:
            raise Refused("Ce fichier n’est plus là. Envoyez-le à nouveau, ou collez le texte.", reopen="clause")
        found = _read(read_file(turn.house, row))
    if isinstance(found, Refused):
        raise Refused(f"{found.message} Ou collez le texte de l’article.", reopen="clause")
    return found


def _read(content: bytes) -> tuple[Paragraph, ...] | Refused:
    try:
        return read_document(content)
    except Refused as refusal:
        return refusal


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
