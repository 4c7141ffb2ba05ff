"""How large a sheet would be once unrolled, measured without unrolling it."""

from xml.parsers import expat

_ODS = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_ODS_CELLS = {f"{_ODS} table-cell", f"{_ODS} covered-table-cell"}


def extent_of(part: bytes) -> int:
    """Return the number of cells of the largest rectangle that the XML part of a workbook describes, 0 without cells.

    Raises expat.ExpatError when it is not well-formed, ValueError when it declares entities or absurd positions.
    """
    measure = _Measure()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = measure.start
    parser.EndElementHandler = measure.end
    parser.EntityDeclHandler = _refuse_entity
    parser.Parse(part, True)
    return max(measure.largest, measure.width * measure.height)


def _refuse_entity(*_declaration: object) -> None:
    raise ValueError("a spreadsheet needs no entity")


class _Measure:
    """The position of the cell being read, and the rectangle of the filled ones."""

    def __init__(self) -> None:
        self.row = self.column = self.width = self.height = self.largest = 0
        self.rows_repeated = self.columns_repeated = 1
        self.in_cell = self.filled = self.row_filled = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in _ODS_CELLS:
            self.in_cell, self.filled = True, f"{_OFFICE} value-type" in attributes
            self.columns_repeated = int(attributes.get(f"{_ODS} number-columns-repeated", "1"))
        elif name == f"{_ODS} table-row":
            self.column, self.row_filled = 0, False
            self.rows_repeated = int(attributes.get(f"{_ODS} number-rows-repeated", "1"))
        elif name == f"{_ODS} table":
            self.largest = max(self.largest, self.width * self.height)
            self.row = self.width = self.height = 0
        elif name.endswith(" row"):
            self.row, self.column = int(attributes.get("r", self.row + 1)), 0
        elif name.endswith(" c"):
            self._place(attributes.get("r", ""))
        elif name.endswith((" v", " is", " f")):
            self.width, self.height = max(self.width, self.column), max(self.height, self.row)
        self.filled = self.filled or (self.in_cell and name not in _ODS_CELLS)

    def end(self, name: str) -> None:
        if name in _ODS_CELLS:
            self.column += self.columns_repeated
            if self.filled:
                self.width, self.row_filled = max(self.width, self.column), True
            self.in_cell = self.filled = False
        elif name == f"{_ODS} table-row":
            self.row += self.rows_repeated
            if self.row_filled:
                self.height = self.row

    def _place(self, reference: str) -> None:
        letters = reference.rstrip("0123456789")
        column = 0
        for letter in letters.upper():
            column = column * 26 + ord(letter) - 64
        self.column = column or self.column + 1
        self.row = int(reference[len(letters) :] or self.row)
