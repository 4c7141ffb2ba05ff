"""What a buyer's file says, read before the turn: a clause to check, or a programme of purchases to judge.

Reading holds no lock (a document of 200 pages takes seconds); the turn uses what was read, for the same file only.
"""

import logging
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from sqlalchemy import Select, select

from core.access import acts_for_buyer
from core.documents import read_document
from core.exchange import Inbound
from core.files import read, sent_in
from core.hours_files import TABLES
from core.house import House
from core.models import Person, StoredFile, Territory
from core.people import person_of
from core.purchases.habits import Habits, habits_of
from core.purchases.programme import Programme
from core.purchases.programme_sheet import read_programme
from core.purchases.programme_workbook import programme_workbook
from core.refusal import Refused
from core.sheets import UnreadableSheet
from knowledge.checker import Paragraph

log = logging.getLogger(__name__)

DOCUMENTS = frozenset({".docx", ".odt", ".pdf", ".txt"})


@dataclass(frozen=True)
class Studied:
    """A programme of purchases judged, and its workbook."""

    programme: Programme
    workbook: bytes


class Unread(Exception):
    """A turn needs a file that was sent before and was not read for it: read the file, then run the turn again."""

    def __init__(self, file: int) -> None:
        super().__init__(file)
        self.file = file


@dataclass(frozen=True)
class Reading:
    """A file by its id, as the paragraphs of a document or as a programme, or why it cannot be read."""

    file: int
    is_table: bool
    found: tuple[Paragraph, ...] | Studied | Refused


def received(house: House, inbound: Inbound) -> Reading | None:
    """Read the first file of a message; None when a buyer has nothing to do with it."""
    return reading_of(house, inbound, inbound.files[0]) if inbound.files else None


def reading_of(house: House, inbound: Inbound, number: int) -> Reading | None:
    """Read a file sent in a conversation, when it is still there."""
    with house.database.reading() as session:
        ids = sent_in(session, house, inbound.channel, inbound.thread, (number,))
        row = session.get(StoredFile, ids[0]) if ids else None
        if row is None:
            return None
        suffix, is_table = PurePosixPath(row.name.lower()).suffix, row.content_type in TABLES
        if suffix not in DOCUMENTS and not is_table:
            return None
        person = person_of(session, inbound.channel, inbound.thread)
        if is_table and person is not None and not (acts_for_buyer(person) or person.is_facilitator):
            return None  # a company's spreadsheet holds hours
        habits = habits_of(session.scalar(_place_of(person)) or Territory(sizing={}))
        content = read(house, row)
    try:
        found = _studied(content, suffix, habits, house) if is_table else read_document(content)
    except (Refused, UnreadableSheet) as refusal:
        log.warning("file %s is refused: it cannot be read", number)
        return Reading(number, is_table, Refused(refusal.message))
    return Reading(number, is_table, found)


def _place_of(person: Person | None) -> Select[Territory]:
    if person is not None:
        return select(Territory).where(Territory.id == person.territory_id)
    return select(Territory).order_by(Territory.id).limit(1)


def _studied(content: bytes, suffix: str, habits: Habits, house: House) -> Studied:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"programme{suffix}"
        path.write_bytes(content)
        programme = read_programme(path, habits, house.today())
    return Studied(programme, programme_workbook(programme))
