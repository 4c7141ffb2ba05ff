"""Reading a JSON object field by field, so that all that is wrong is said at once."""

import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from knowledge.figures import Unreadable, read_euros, read_share
from knowledge.rules import typeset

LONGEST = 300
MOST_ITEMS = 99


class Fields:
    """One JSON object being read; what is wrong is collected, and something harmless is returned in its place."""

    def __init__(self, values: Mapping[str, Any], path: str, wrong: list[str]) -> None:
        self.values, self.path, self.wrong = values, path, wrong
        self.asked: set[str] = set()

    def refuse(self, field: str, why: str) -> None:
        """Keep one line on that field."""
        self.wrong.append(typeset(f"{self.path}{field} : {why}"))

    def refuse_unknown(self) -> None:
        """Refuse what nobody asked for: a misspelt field would be left out in silence."""
        for field in self.values:
            if field not in self.asked:
                self.refuse(str(field)[:40], "champ inconnu")

    def has(self, field: str) -> bool:
        """Whether an optional field is given; null counts as absent."""
        self.asked.add(field)
        return self.values.get(field) is not None

    def given(self, field: str) -> bool:
        """As `has`, for a field that must be there even if it is null, so that nothing is left out by mistake."""
        if not self.has(field) and field not in self.values:
            self.refuse(field, "manque (écrivez null s’il n’y en a pas)")
        return self.has(field)

    def inside(self, field: str, value: Any = None) -> "Fields":
        """The object under that field; `value` when it is an element of a list."""
        value = self.values.get(field) if value is None else value
        if not isinstance(value, dict):
            self.refuse(field, "doit être un objet JSON, entre accolades")
            value = {}
        return Fields(value, f"{self.path}{field}.", self.wrong)

    def many(self, field: str) -> Sequence[Any]:
        """The elements of an optional list."""
        if not self.has(field):
            return ()
        value = self.values[field]
        if not isinstance(value, list) or len(value) > MOST_ITEMS:
            self.refuse(field, f"doit être une liste d’au plus {MOST_ITEMS} éléments")
            return ()
        return [{} if item is None else item for item in value]

    def text(self, field: str) -> str:
        """A line of text that must be there."""
        return self._text(field, self.values.get(field)) if self._required(field) else ""

    def texts(self, field: str) -> tuple[str, ...]:
        """An optional list of lines."""
        items = self.many(field)
        return tuple(self._text(f"{field}[{place}]", item) for place, item in enumerate(items))

    def _text(self, field: str, value: Any) -> str:
        text = " ".join(value.split()) if isinstance(value, str) else ""
        if not text:
            self.refuse(field, "doit être un texte")
        elif len(text) > LONGEST:
            self.refuse(field, f"dépasse {LONGEST} caractères")
        elif any(unicodedata.category(letter) in ("Cc", "Cs", "Co", "Cn") for letter in text):
            self.refuse(field, "contient des caractères qui ne s’écrivent pas")
        return text

    def one_of(self, field: str, choices: Sequence[Any]) -> Any:
        """One of the choices, or an empty text when refused."""
        if not self._required(field):
            return ""
        value = self.values[field]
        if value not in choices:
            self.refuse(field, f"« {str(value)[:40]} » inconnu ({', '.join(choices)})")
            return ""
        return value

    def choices(self, field: str, choices: Sequence[str]) -> tuple[str, ...]:
        """Some of the choices, in their own order."""
        if not self._required(field):
            return ()
        value = self.values[field]
        unknown = [item for item in value if item not in choices] if isinstance(value, list) else [value]
        if unknown or not value:
            told = f"« {str(unknown[0])[:40]} » inconnu" if unknown else "liste vide"
            self.refuse(field, f"{told} ; attendu, une liste parmi : {', '.join(choices)}")
            return ()
        return tuple(choice for choice in choices if choice in value)

    def whole(self, field: str, least: int, most: int) -> int:
        """A whole number between two others."""
        if not self._required(field):
            return least
        value = self.values[field]
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.refuse(field, f"« {str(value)[:40]} » n’est pas un nombre entier, entre {least} et {most}")
            return least
        return value

    def euros(self, field: str) -> Decimal:
        """Euros above 0."""
        if not self._required(field):
            return Decimal(0)
        try:
            amount = read_euros(self._figure(field))
        except Unreadable as error:
            self.refuse(field, str(error))
            return Decimal(0)
        if amount == 0:
            self.refuse(field, "doit dépasser 0 € (retirez le champ s’il n’y a pas de pénalité)")
        return amount

    def share(self, field: str) -> Decimal:
        """A share above 0, written as a percentage."""
        try:
            share = read_share(self._figure(field), fraction_up_to=Decimal(0))
        except Unreadable as error:
            self.refuse(field, str(error))
            return Decimal(1)
        if share == 0:
            self.refuse(field, "doit dépasser 0 %")
        return share

    def yes_or_no(self, field: str, *, default: bool | None = None) -> bool:
        """A boolean, which must be there unless it has a default."""
        if default is not None and not self.has(field):
            return default
        if not self._required(field):
            return False
        if not isinstance(self.values[field], bool):
            self.refuse(field, "doit être true ou false")
            return False
        return bool(self.values[field])

    def _figure(self, field: str) -> str:
        value = self.values[field]
        return "" if isinstance(value, bool) else str(value)

    def _required(self, field: str) -> bool:
        if not self.has(field):
            self.refuse(field, "manque")
        return self.has(field)
