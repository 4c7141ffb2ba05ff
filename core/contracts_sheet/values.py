"""One cell of the contracts table as people type it: a text, a reference, a SIRET, an address.

Each reader returns None for an empty cell and raises Unreadable for one that it does not understand.
"""

import re
from datetime import date, datetime

from core.hours import NBSP
from core.sheets import Cell
from core.siret import read_siret

LONGEST_TEXT = 1000  # what the open data schema allows for the object of a contract
_ROUNDED = re.compile(r"\d[.,]\d+e\+?\d+", re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s,;:<>()\[\]\"]+@[^@\s,;:<>()\[\]\"]+\.[a-z]{2,}")
_AS_TEXT = "Mettez la colonne au format Texte, puis écrivez à nouveau"


class Unreadable(Exception):
    """A cell that says nothing understandable: what is wrong with it, then what to write."""

    def __init__(self, fault: str, remedy: str) -> None:
        super().__init__(fault)
        self.fault = fault
        self.remedy = remedy


def is_number(cell: Cell) -> bool:
    """Tell whether the spreadsheet holds a number there (a boolean is not one)."""
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def shown(cell: Cell) -> str:
    """Return a cell as the person sees it, on one line: "1200", "12/03/2026", a text without odd spaces."""
    if isinstance(cell, bool):
        return "VRAI" if cell else "FAUX"
    if isinstance(cell, int | float):
        return f"{cell:.0f}" if abs(cell) < 1e15 and cell == int(cell) else repr(cell).replace(".", ",")
    if isinstance(cell, datetime | date):
        return f"{cell:%d/%m/%Y}"
    visible = "".join(character if character.isprintable() else " " for character in str(cell))
    return " ".join(visible.split())


def read_text(cell: Cell) -> str | None:
    """Read a free text of at most LONGEST_TEXT characters."""
    text = shown(cell)
    if len(text) > LONGEST_TEXT:
        raise Unreadable(f"fait plus de {LONGEST_TEXT} caractères", "Raccourcissez ce texte.")
    return text or None


def read_code(cell: Cell) -> str | None:
    """Read a reference or a lot number, that a spreadsheet may have turned into something else."""
    if isinstance(cell, datetime | date):
        raise Unreadable("est devenu une date dans le tableur", f"{_AS_TEXT}{NBSP}: 2026-05 par exemple.")
    text = read_text(cell)
    if text and _ROUNDED.fullmatch(text):
        raise Unreadable("a été arrondi par le tableur", f"{_AS_TEXT} tous les chiffres.")
    return text


def read_siret_cell(cell: Cell) -> str | None:
    """Read a SIRET, even as a number that lost its leading zeros."""
    text = read_code(cell)
    if text is None:
        return None
    siret = read_siret(text.zfill(14) if is_number(cell) else text)
    if siret is None:
        raise Unreadable("n’est pas un numéro SIRET valide", "Vérifiez ses 14 chiffres.")
    return siret


def read_cpv(cell: Cell) -> str | None:
    """Read a CPV code as eight digits; its control digit is dropped, as the open data schema advises."""
    text = (shown(cell).zfill(8) if is_number(cell) else shown(cell)).replace(" ", "")
    if text and not re.fullmatch(r"[0-9]{8}(-[0-9])?", text):
        raise Unreadable("n’est pas un code CPV", "Écrivez ses 8 chiffres, par exemple 45000000 ou 45000000-7.")
    return text[:8] or None


def read_email(cell: Cell) -> str | None:
    """Read one e-mail address, in lower case."""
    text = shown(cell).lower().removeprefix("mailto:")
    if text and not _EMAIL.fullmatch(text):
        raise Unreadable(
            "n’est pas une adresse e-mail", "Écrivez une seule adresse, par exemple prenom.nom@exemple.fr."
        )
    return text or None


def read_phone(cell: Cell) -> str | None:
    """Read a telephone number; a French one is written by pairs of digits."""
    text = shown(cell)
    digits = re.sub(r"[\s.\-/()]", "", text)
    national = re.sub(r"^(?:(?:\+|00)33)?0?(?=[1-9][0-9]{8}$)", "0", digits)
    if re.fullmatch(r"0[1-9][0-9]{8}", national):
        return " ".join(national[place : place + 2] for place in range(0, 10, 2))
    if text and not re.fullmatch(r"\+?[0-9]{6,15}", digits):
        raise Unreadable("n’est pas un numéro de téléphone", "Écrivez un seul numéro, par exemple 01 23 45 67 89.")
    return text or None
