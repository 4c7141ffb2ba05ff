"""The model of the contracts table, to fill in with a spreadsheet."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, cast

from core.contracts_sheet.columns import COLUMNS, Column, Example
from core.hours import NBSP
from core.later import later
from core.terms import ContractNature

if TYPE_CHECKING:
    import openpyxl
    from openpyxl import styles
    from openpyxl.cell import Cell
    from openpyxl.utils import cell as places
    from openpyxl.worksheet import datavalidation
    from openpyxl.worksheet.worksheet import Worksheet
else:
    openpyxl, styles = later("openpyxl"), later("openpyxl.styles")
    places, datavalidation = later("openpyxl.utils.cell"), later("openpyxl.worksheet.datavalidation")

_SHEET = "Marchés"
_GUIDE = "Mode d’emploi"
_LAST_LINE = 1000
_USUAL_COLOUR, _REQUIRED_COLOUR = "DDE6F0", "F6D9A8"
# A spreadsheet would drop the zeros in front of a SIRET and turn "2026-05" into a date.
_KEPT_AS_TEXT = {"buyer_siret", "awardee_siret", "reference", "lot", "cpv", "contact_phone", "clause_article"}
_INTRODUCTION = (
    "Écrivez une ligne par marché, lot et entreprise attributaire, dans la première feuille.",
    "Pour un marché alloti ou un groupement, répétez l’acheteur et la référence sur chaque ligne.",
    "Les colonnes orange sont obligatoires. L’ordre est libre, et les colonnes que vous ajoutez sont ignorées.",
    "Supprimez les deux lignes d’exemple avant d’envoyer le fichier.",
    f"Rien n’est enregistré tant qu’une ligne pose un problème{NBSP}: on vous dit laquelle et quoi y écrire.",
)


def write_template(path: Path) -> None:
    """Write the model as an XLSX workbook: titles, two invented examples to delete, and what each column means."""
    book = openpyxl.Workbook()
    sheet = cast("Worksheet", book.active)
    sheet.title = _SHEET
    for number, column in enumerate(COLUMNS, start=1):
        _write_column(sheet, number, column)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{places.get_column_letter(len(COLUMNS))}1"
    _offer_natures(sheet)
    _write_guide(book.create_sheet(_GUIDE))
    book.save(path)


def put(cell: Cell, value: Example) -> None:
    """Write a value; a text stays a text even when it starts with "=", that openpyxl would make a formula."""
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"


def _write_column(sheet: Worksheet, number: int, column: Column) -> None:
    letter = places.get_column_letter(number)
    style = (
        "@" if column.field in _KEPT_AS_TEXT else "DD/MM/YYYY" if isinstance(column.examples[0], date) else "General"
    )
    sheet.column_dimensions[letter].width = max(14, min(34, len(column.header) + 4))
    sheet.column_dimensions[letter].number_format = style
    header = _cell(sheet, 1, number)
    put(header, column.header)
    header.font = styles.Font(bold=True)
    header.fill = styles.PatternFill("solid", fgColor=_REQUIRED_COLOUR if column.required else _USUAL_COLOUR)
    header.alignment = styles.Alignment(wrap_text=True, vertical="top")
    for line, example in enumerate(column.examples, start=2):
        cell = _cell(sheet, line, number)
        put(cell, example)
        cell.number_format = style
        cell.font = styles.Font(italic=True, color="6B6B6B")


def _offer_natures(sheet: Worksheet) -> None:
    choices = ",".join(nature.label for nature in ContractNature)
    natures = datavalidation.DataValidation(type="list", formula1=f'"{choices}"', allow_blank=True)
    natures.errorTitle, natures.error = "Nature du marché", f"Choisissez{NBSP}: {choices.replace(',', ', ')}."
    letter = places.get_column_letter([column.field for column in COLUMNS].index("nature") + 1)
    natures.add(f"{letter}2:{letter}{_LAST_LINE}")
    sheet.add_data_validation(natures)


def _write_guide(sheet: Worksheet) -> None:
    for line, sentence in enumerate(_INTRODUCTION, start=1):
        put(_cell(sheet, line, 1), sentence)
    top = len(_INTRODUCTION) + 2
    for number, (title, width) in enumerate(
        (("Colonne", 36), ("Obligatoire", 13), ("Ce qu’on y écrit", 80), ("Exemple", 60)), 1
    ):
        put(_cell(sheet, top, number), title)
        _cell(sheet, top, number).font = styles.Font(bold=True)
        sheet.column_dimensions[places.get_column_letter(number)].width = width
    for line, column in enumerate(COLUMNS, start=top + 1):
        example = column.examples[0]
        texts = (column.header, "oui" if column.required else "non", column.meaning,
                 f"{example:%d/%m/%Y}" if isinstance(example, date) else str(example))  # fmt: skip
        for number, text in enumerate(texts, start=1):
            put(_cell(sheet, line, number), text)


def _cell(sheet: Worksheet, line: int, column: int) -> Cell:
    return cast("Cell", sheet.cell(line, column))
