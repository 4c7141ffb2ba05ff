"""The fields of a plain form: what is shown, how it is read, and what was wrong with what was typed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from core.refusal import Refused

LONGEST = 4000


@dataclass(frozen=True)
class Field:
    """One field. With `options` it is a choice (value, label); with `rows` a text area. An empty one needs no reading
    where `required` is false; `read` returns what is stored, or refuses."""

    name: str
    label: str
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()
    read: Callable[[str], str] = str.strip
    required: bool = True
    rows: int = 0
    kind: str = "text"
    value: str = ""
    error: str = ""
    is_usual: bool = False  # it has a usual answer: shown folded, with the others of its kind


def filled(fields: Sequence[Field], typed: Mapping[str, str]) -> tuple[dict[str, str] | None, tuple[Field, ...]]:
    """Read a form; return the answers, None when one is wrong, and the fields with what was typed and its fault."""
    answers: dict[str, str] = {}
    shown = []
    for field in fields:
        text = typed.get(field.name, "")[:LONGEST]
        error = ""
        try:
            if (stored := _read(field, text)) is not None:
                answers[field.name] = stored
        except Refused as refusal:
            error = refusal.message
        shown.append(replace(field, value=text, error=error))
    wrong = any(field.error for field in shown)
    return (None if wrong else answers), tuple(shown)


def _read(field: Field, text: str) -> str | None:
    if not text.strip():
        if field.required:
            raise Refused("Remplissez ce champ.")
        return None
    if field.options and text not in {value for value, _ in field.options}:
        raise Refused("Choisissez une des réponses proposées.")
    return field.read(text)
