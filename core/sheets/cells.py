"""What a spreadsheet is made of, whatever the format of its file, and the reasons why one cannot be read."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

Cell = str | float | bool | date | datetime | time | timedelta
"""A value; an empty cell is "", a number is a float even when the person sees an integer."""

_SAVE_AS = "Enregistrez-le au format .xlsx, .ods ou .csv, puis envoyez-le à nouveau."
EMPTY_FILE = "Ce fichier est vide. Vérifiez que vous avez choisi le bon, puis envoyez-le à nouveau."
EMPTY_TABLE = "Ce tableau est vide, aucune cellule n’est remplie. Vérifiez que vous avez choisi le bon fichier."
TOO_LARGE = "Ce tableau est trop gros (plus de 50 Mo une fois ouvert). Coupez-le en plusieurs fichiers."
TOO_WIDE = (
    "Ce tableau a des cellules remplies très loin des autres, en bas ou à droite. "
    "Copiez les lignes utiles dans une feuille neuve, puis envoyez-la."
)
LOCKED = "Ce tableau est protégé par un mot de passe. Retirez le mot de passe à l’ouverture, puis envoyez-le à nouveau."
OLD_FORMAT = f"Ce fichier est dans un ancien format (.xls ou .doc). {_SAVE_AS}"
NOT_A_TABLE = f"Ce fichier n’est pas un tableau. {_SAVE_AS}"
DAMAGED = "Ce tableau est abîmé et ne peut pas être lu. Ouvrez-le, enregistrez-le sous un autre nom, puis renvoyez-le."


class UnreadableSheet(Exception):
    """The file cannot be read as a spreadsheet; `message` is for the person, in French: why, and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Row:
    """Cells from column A on; `number` counts from 1, as the person sees it (and as CSV opened in a spreadsheet)."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Sheet:
    """A named sheet and its rows that hold something."""

    name: str
    rows: tuple[Row, ...]


def filled(cells: tuple[Cell, ...]) -> bool:
    """Tell whether a row holds anything else than blanks."""
    return any(cell.strip() if isinstance(cell, str) else True for cell in cells)
