"""SQLite's write-ahead journal on the disk: one wait for all the commits that are waiting.

With `synchronous=FULL` each commit waits for the disk while it holds the only place of writer, so turns that arrive
together wait one after the other. Here SQLite writes (`NORMAL`: the file cannot be corrupted, and a killed process
loses nothing, for the kernel holds what was written) and lets the next writer in; the commit is acknowledged only once
the journal is on the disk, which one call does for everything written before it. So nothing acknowledged is lost in a
power cut either: the promise of FULL, kept by us. https://sqlite.org/pragma.html#pragma_synchronous

SQLite holds no lock on the journal's file itself, so opening and closing it here releases none (POSIX locks belong to
the process). When it is gone, or begun again, a checkpoint has put its content in the database, on the disk already.
"""

import os
import threading
from pathlib import Path


class Journal:
    """The journal of one database, as written by this process."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(f"{database.name}-wal")
        self._written = 0
        self._safe = 0
        self._syncing = threading.Lock()

    def wrote(self) -> int:
        """Number a commit that was just written; the writer calls it before it lets the next one in."""
        self._written += 1
        return self._written

    def keep(self, number: int) -> None:
        """Return once a commit is on the disk. Raises OSError when the disk refuses."""
        with self._syncing:
            if number <= self._safe:
                return  # the one before waited for this commit too
            reached = self._written
            self._sync()
            self._safe = reached

    def _sync(self) -> None:
        try:
            journal = os.open(self._path, os.O_RDONLY)
        except FileNotFoundError:
            return
        try:
            os.fsync(journal)
        finally:
            os.close(journal)
