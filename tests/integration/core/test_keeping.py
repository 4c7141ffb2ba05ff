"""What the house promises of its database: encrypted at rest, migrated both ways, no update lost."""

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import delete, inspect, select, text, update

from core import receipts, schema
from core.cases import answer
from core.database import Database
from core.house import House
from core.keys import new_encryption_key
from core.models import (
    CaseMessage,
    Commitment,
    Participant,
    Receipt,
    Root,
)
from core.outbox import DeliveryError, claim, mark_failed
from core.people import refuse_address
from core.terms import Channel
from tests.cast import PARTICIPANTS, Cast
from tests.houses import FakeClock, make_house
from tests.together import together

SECRET = "Le chantier de la rue des Tilleuls est arrêté"
PDF = b"%PDF-1.7\nFiche de paie de Marie Leroy"


def stored(database: Database, data_dir: Path) -> Iterator[bytes]:
    """Yield everything that somebody with the database and the disk would read."""
    with database.engine.connect() as connection:
        for table in inspect(connection).get_table_names():
            for row in connection.execute(text(f'SELECT * FROM "{table}"')):
                for value in row:
                    yield bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
    for path in data_dir.rglob("*"):
        if path.is_file():
            yield path.read_bytes()


def test_names_addresses_texts_and_files_are_never_in_clear(cast: Cast, tmp_path: Path) -> None:
    talk = cast.talk(cast.carole, Channel.TELEGRAM, "4242")
    talk.says("parler à quelqu’un")
    talk.says("Un arrêt de chantier")
    talk.taps("2026-TX-014")
    talk.says(SECRET)
    talk.sends_file("paie-marie-leroy.pdf", PDF)
    talk.says("connexion")
    talk.says("david.dupre@exemple.fr")
    with cast.house.database.transaction() as session:
        case_id = session.scalars(select(CaseMessage.case_id)).one()
        answer(session, cast.house, case_id, "Rappelez Marie Leroy lundi.", person_id=cast.fanny.id)
        refuse_address(session, cast.house, "carole.constructeur@exemple.fr", "550 carole.constructeur@exemple.fr ?")
    parcel = claim(cast.house, Channel.EMAIL, most=1)[0]
    with cast.house.database.transaction() as session:
        mark_failed(session, cast.house, parcel, DeliveryError(f"451 <{parcel.peer}> later", permanent=False))
    cast.house.database.close()  # folds SQLite's journal into its file
    kept = [(place, each.lower()) for place, each in enumerate(stored(cast.house.database, tmp_path))]
    first_names = ("carole", "claude", "david", "olivia", "alice", "bernard", "lucas")
    words = [*PARTICIPANTS, *first_names, SECRET, "Tilleuls", "Rappelez", "Fiche de paie", "paie-marie", "Leroy"]
    for word in words:
        assert not [place for place, each in kept if word.lower().encode() in each], word
    assert any(b"b\xc3\xa2ti nord" in each for _, each in kept)  # what may be in clear is seen by this test


def test_after_a_rotation_old_rows_are_read_and_new_ones_use_the_new_key(
    database_url: str, tmp_path: Path, clock: FakeClock
) -> None:
    old, new = new_encryption_key(1), new_encryption_key(2)

    def hire(house: House, name: str) -> None:
        with house.database.transaction() as session:
            session.add(Participant(name=name, name_hash="0", created_at=house.now()))
        house.database.close()

    hire(make_house(database_url, tmp_path, clock=clock, encryption_keys=old), "Marie Leroy")
    house = make_house(database_url, tmp_path, clock=clock, encryption_keys=f"{new},{old}")
    hire(house, "Karim Haddad")
    with house.database.reading() as session:
        assert tuple(session.scalars(select(Participant.name).order_by(Participant.id))) == PARTICIPANTS[:2]
        raw = session.execute(text("SELECT name FROM participants ORDER BY id")).scalars()
        assert [bytes(value)[0] for value in raw] == [1, 2]
    house.database.close()


def test_the_schema_goes_up_down_and_up_again(database_url: str, tmp_path: Path) -> None:
    house = make_house(database_url, tmp_path)
    database = house.database
    for revision, expected in (("base", {"alembic_version"}), ("head", {*Root.metadata.tables, "alembic_version"})):
        with database.engine.connect().execution_options(writes=True) as connection, connection.begin():
            config = schema.configuration()
            config.attributes["connection"] = connection
            (command.downgrade if revision == "base" else command.upgrade)(config, revision)
        with database.engine.connect() as connection:
            assert set(inspect(connection).get_table_names()) == expected
    assert schema.current(database) == schema.head(database)
    database.close()


def test_the_migrations_make_exactly_the_models(house: House) -> None:
    with house.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Root.metadata) == []


def test_processes_that_start_together_migrate_once(postgresql_server: str, tmp_path: Path) -> None:
    with psycopg.connect(f"{postgresql_server}/postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE together")
    houses = [make_house(f"{postgresql_server}/together", tmp_path) for _ in range(4)]
    assert together(*(partial(schema.upgrade, house.database) for house in houses)) == [None] * 4
    assert {schema.current(house.database) for house in houses} == {schema.head(houses[0].database)}
    for house in houses:
        house.database.close()


def test_four_threads_of_read_modify_write_lose_nothing(cast: Cast) -> None:
    database, commitment_id = cast.house.database, cast.cleaning.id

    def add_hours() -> None:
        for _ in range(50):
            with database.transaction() as session:
                query = select(Commitment).where(Commitment.id == commitment_id).with_for_update(of=Commitment)
                row = session.scalars(query).one()
                row.committed_hours = (row.committed_hours or Decimal(0)) + 1

    assert together(add_hours, add_hours, add_hours, add_hours) == [None] * 4
    with database.reading() as session:
        assert session.get_one(Commitment, commitment_id).committed_hours == 800 + 4 * 50


def test_a_block_that_raises_writes_nothing(house: House) -> None:
    def hire_then_fail() -> None:
        with house.database.transaction() as session:
            session.add(Participant(name="Marie Leroy", name_hash="0", created_at=house.now()))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        hire_then_fail()
    with house.database.reading() as session:
        assert session.scalars(select(Participant)).all() == []


def test_reading_waits_for_no_writer(house: House) -> None:
    with house.database.transaction() as session:
        session.add(Participant(name="Marie Leroy", name_hash="0", created_at=house.now()))
        session.flush()
        with house.database.reading() as other:
            assert other.scalars(select(Participant)).all() == []


def test_receipts_are_chained_and_a_tampered_one_is_found(cast: Cast) -> None:
    database = cast.house.database
    with database.reading() as session:
        assert receipts.first_broken(session) is None
        assert session.scalars(select(Receipt.number).order_by(Receipt.number)).all() == [1, 2, 3]
        honest = session.get_one(Receipt, 2).content
    for forged in (
        update(Receipt).where(Receipt.number == 2).values(content=honest.replace("120.5", "220.5")),
        update(Receipt).where(Receipt.number == 2).values(hash="0" * 64),
        update(Receipt).where(Receipt.number == 3).values(previous_hash="0" * 64),
        update(Receipt).where(Receipt.number == 3).values(number=4),
        delete(Receipt).where(Receipt.number == 1),
    ):
        with database.reading() as session:  # rolled back: each forgery is alone
            session.execute(forged)
            assert receipts.first_broken(session) in {2, 3, 4}
