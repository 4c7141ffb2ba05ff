"""A transaction ends once it is on the disk; those that end together wait for it together."""

import os
import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.house import House
from core.journal import Journal
from core.models import Audit
from core.schema import upgrade
from tests.houses import make_house


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = make_house(f"sqlite:///{tmp_path / 'house.sqlite3'}", tmp_path)
    upgrade(house.database)
    return house


def write(house: House) -> None:
    with house.database.transaction() as session:
        session.add(Audit(action="test", subject="test", detail="", happened_at=house.now()))


def written(house: House) -> int:
    with house.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Audit).where(Audit.action == "test")) or 0


def test_a_transaction_ends_once_its_journal_is_on_the_disk(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "fsync", lambda file: synced.append((os.fstat(file).st_ino, written(house))))
    write(house)
    journal = Path(f"{house.database.url.database}-wal")
    assert synced == [(journal.stat().st_ino, 1)]  # what was written was there when the disk was waited for
    house.database.close()


def test_the_writer_keeps_the_connection_that_no_reader_takes(house: House) -> None:
    def connection_of(session: Session) -> object:
        return session.connection().connection.dbapi_connection

    with house.database.transaction() as session:
        writer = connection_of(session)
        with house.database.reading() as other:
            assert connection_of(other) is not writer
    with house.database.reading() as session:
        assert connection_of(session) is not writer
    with house.database.transaction() as session:
        assert connection_of(session) is writer
    house.database.close()


def test_a_transaction_that_could_not_be_ended_does_not_stop_the_next_ones(house: House) -> None:
    with house.database.transaction() as session:
        spoilt = session.connection().connection.dbapi_connection  # kept for the next ones
    assert isinstance(spoilt, sqlite3.Connection)
    spoilt.execute("BEGIN IMMEDIATE")
    spoilt.execute("INSERT INTO audit (action, subject, detail, happened_at) VALUES ('test', '', '', '2026-11-29')")
    write(house)
    assert written(house) == 1  # what nobody committed is undone
    write(house)
    assert written(house) == 2
    house.database.close()


def test_a_disk_that_refuses_is_told(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(file: int) -> None:
        raise OSError("no disk")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", refuse)
        with pytest.raises(OSError, match="no disk"):
            write(house)
    write(house)  # the next one waits for the disk again
    house.database.close()


def test_work_that_nobody_is_told_of_waits_once_for_the_disk(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda file: synced.append(written(house)))
    with house.database.waiting_once():
        write(house)
        write(house)
        assert synced == []
        other = threading.Thread(target=write, args=(house,))
        other.start()
        other.join()
        assert synced == [3], "who works beside is told of its own as usual"
    assert synced == [3, 3]

    def interrupted() -> None:
        with house.database.waiting_once():
            write(house)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert synced == [3, 3, 4]
    write(house)
    assert synced == [3, 3, 4, 5]
    house.database.close()


def test_those_that_end_together_wait_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "house-wal").touch()
    journal, syncs = Journal(tmp_path / "house"), []
    began, go_on = threading.Event(), threading.Event()

    def sync(file: int) -> None:
        syncs.append(file)
        began.set()
        assert go_on.wait(20)

    monkeypatch.setattr(os, "fsync", sync)
    first = threading.Thread(target=journal.keep, args=(journal.wrote(),))
    first.start()
    assert began.wait(20)
    later = [threading.Thread(target=journal.keep, args=(journal.wrote(),)) for _ in range(5)]
    for thread in later:
        thread.start()
    go_on.set()
    for thread in (first, *later):
        thread.join(20)
    assert len(syncs) == 2  # the five came too late for the first, and shared the second


def test_a_journal_that_is_gone_has_nothing_to_keep(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "house")
    journal.keep(journal.wrote())
