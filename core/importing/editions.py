"""Which published record of each contract is the last one, worked out on disk: memory does not grow with the file."""

import sqlite3
from collections.abc import Iterator

from core.decp import DecpContract

_LATEST = """
INSERT INTO latest VALUES (?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET version = excluded.version, position = excluded.position, wanted = excluded.wanted
WHERE excluded.version >= version
"""


class Editions:
    """The last version of each contract by buyer and reference; between equals, the last one read."""

    def __init__(self) -> None:
        self._store = sqlite3.connect("", isolation_level=None)  # a temporary file, deleted when closed
        self._store.execute("PRAGMA journal_mode=OFF")
        self._store.execute(
            "CREATE TABLE latest (buyer, reference, version, position, wanted, PRIMARY KEY (buyer, reference)) "
            "WITHOUT ROWID"
        )

    def add(self, contract: DecpContract, *, wanted: bool) -> None:
        """Take one record into account."""
        day, changes = contract.version
        version = f"{day.isoformat()} {changes:06}"
        self._store.execute(_LATEST, (*contract.key, version, contract.position, wanted))

    def wanted(self) -> Iterator[int]:
        """Yield the positions of the last records that are wanted, in the order of the file."""
        for (position,) in self._store.execute("SELECT position FROM latest WHERE wanted ORDER BY position"):
            yield position

    def close(self) -> None:
        """Forget everything."""
        self._store.close()
