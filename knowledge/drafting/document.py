"""A document as blocks, whatever it is written to: Word or plain text."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Heading:
    """A title; level 1 is the highest."""

    text: str
    level: int


@dataclass(frozen=True)
class Text:
    """A paragraph, and the line that says what it rests on."""

    text: str
    basis: str


@dataclass(frozen=True)
class Bullets:
    """A list."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """Rows of cells, the first of them a header where `header` says so."""

    rows: tuple[tuple[str, ...], ...]
    header: bool


Block = Heading | Text | Bullets | Table


@dataclass(frozen=True)
class Draft:
    """The proposal: what to check before it is published, then its blocks."""

    title: str
    checks: tuple[str, ...]
    blocks: tuple[Block, ...]


def as_text(draft: Draft) -> str:
    """The whole draft in plain text, tables as rows « a | b »."""
    checks = "\n".join(f"- {check}" for check in draft.checks)
    return "\n\n".join((draft.title.upper(), f"À vérifier\n{checks}", *map(_block_as_text, draft.blocks))) + "\n"


def _block_as_text(block: Block) -> str:
    match block:
        case Heading(text, level):
            return text.upper() if level == 1 else text
        case Text(text, basis):
            return f"{text}\n[{basis}]"
        case Bullets(items):
            return "\n".join(f"- {item}" for item in items)
        case Table(rows, _):
            return "\n".join(" | ".join(row) for row in rows)
