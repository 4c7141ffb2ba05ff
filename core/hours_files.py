"""Files of hours that a company sends: read before the turn, by the layouts that the company has confirmed."""

import logging
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from core.files import read
from core.house import House
from core.models import Person, SheetLayout, StoredFile
from core.sheets import UnreadableSheet, read_sheets
from core.timesheets import Timesheet, read_timesheet
from core.timesheets.template import HOURS_COLUMN, SIGNATURE

log = logging.getLogger(__name__)

TABLES = frozenset(
    {
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.oasis.opendocument.spreadsheet",
        "text/csv",
    }
)
NO_HOURS = (
    "Je n’y trouve pas de tableau d’heures. Il me faut une colonne avec les noms et une avec les heures, "
    "chacune avec son titre."
)


@dataclass(frozen=True)
class HoursFile:
    """A file as it is read; `unreadable` says why it is not, in French. `known` are the layouts confirmed before."""

    id: int
    name: str
    timesheet: Timesheet
    known: Mapping[str, int]
    unreadable: str = ""

    @property
    def is_known(self) -> bool:
        """Whether every table of it is of a layout that the company confirmed, or our own."""
        return all(layout.signature in self.known for layout in self.timesheet.layouts)


def read_hours_file(session: Session, house: House, person: Person | None, file_id: int) -> HoursFile | None:
    """Read a stored file as hours; None when it is no spreadsheet."""
    row = session.get(StoredFile, file_id)
    if row is None or row.content_type not in TABLES:
        return None
    return read_with(session, house, row, confirmed_for(session, person))


def read_with(session: Session, house: House, row: StoredFile, known: Mapping[str, int]) -> HoursFile:
    """Read a stored spreadsheet with given layouts."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"heures{PurePosixPath(row.name).suffix}"
        path.write_bytes(read(house, row))
        try:
            sheets = read_sheets(path)
        except UnreadableSheet as error:
            log.warning("file %s is refused: it cannot be opened as a spreadsheet", row.id)
            return HoursFile(row.id, row.name, Timesheet((), ()), known, error.message)
    timesheet = read_timesheet(sheets, house.today(), file_name=row.name, hours=known)
    return HoursFile(row.id, row.name, timesheet, known, "" if timesheet.lines else NO_HOURS)


def confirmed_for(session: Session, person: Person | None) -> dict[str, int]:
    """Return the column of the hours by signature: those that a person's company confirmed, and our own table's.

    Who has no company (an accountant who prepares months) is remembered alone.
    """
    found = {SIGNATURE: HOURS_COLUMN}
    if person is not None:
        query = select(SheetLayout.signature, SheetLayout.hours_column).where(_whose(person))
        found |= {str(signature): int(column) for signature, column in session.execute(query)}
    return found


def confirm(session: Session, house: House, person: Person, hours: Mapping[str, int]) -> None:
    """Remember how a company's tables are read; the latest word is the one that counts."""
    for signature, column in hours.items():
        query = select(SheetLayout).where(_whose(person), SheetLayout.signature == signature)
        layout = session.scalar(query.with_for_update())
        if layout is None:
            layout = SheetLayout(organisation_id=person.organisation_id, signature=signature)
            layout.person_id = person.id if person.organisation_id is None else None
            session.add(layout)
        layout.hours_column, layout.confirmed_by_id, layout.confirmed_at = column, person.id, house.now()


def _whose(person: Person) -> ColumnElement[bool]:
    if person.organisation_id is None:
        return SheetLayout.person_id == person.id
    return SheetLayout.organisation_id == person.organisation_id
