"""A backup is whole, restores on either database with the right keys, and never over anybody's data."""

import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import psycopg
import pytest
from sqlalchemy import Connection, Table, func, inspect, select, text

import core.backup
from core.backup import write_backup
from core.files import receive
from core.house import House
from core.keys import new_encryption_key
from core.models import Declaration, Employment, Organisation, Person, StoredFile
from core.receipts import first_broken
from core.refusal import Refused
from core.restoring import restore
from core.schema import current, head, migrate
from core.terms import Channel, OrganisationKind
from tests.cast import Cast
from tests.conftest import KEYS
from tests.houses import FakeClock, make_house

PDF = b"%PDF-1.7\nUn justificatif"


@pytest.fixture(params=["sqlite", "postgresql"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path, clock: FakeClock) -> Iterator[House]:
    """A house without even a schema, of either kind, with the same keys."""
    folder = tmp_path / "elsewhere"
    url = f"sqlite:///{folder / 'restored.sqlite3'}"
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql_server")
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS restored WITH (FORCE)")
            connection.execute("CREATE DATABASE restored")
        url = f"{server}/restored"
    made = make_house(url, folder, clock=clock, encryption_keys=KEYS)
    yield made
    made.database.close()


def worked_in(cast: Cast) -> Cast:
    """Let the cast have a month declared, a case and a file."""
    talk = cast.talk(cast.carole, Channel.TELEGRAM, "4242")
    talk.says("parler à quelqu’un")
    talk.says("Un arrêt de chantier")
    talk.taps("2026-TX-014")
    talk.says("Nous sommes arrêtés.")
    receive(cast.house, channel=Channel.TELEGRAM, thread="4242", name="preuve.pdf", content=PDF)
    articles = cast.house.settings.data_dir / "articles"
    articles.mkdir()
    (articles / "local.md").write_text("une fiche locale", encoding="utf-8")
    return cast


def counted(house: House) -> dict[str, int]:
    with house.database.reading() as session:
        return {
            model.__tablename__: session.scalar(select(func.count()).select_from(model)) or 0
            for model in (Organisation, Person, Employment, Declaration, StoredFile)
        }


def test_what_was_saved_comes_back_on_either_database(cast: Cast, elsewhere: House, tmp_path: Path) -> None:
    house = worked_in(cast).house
    archive = tmp_path / "sauvegarde.tar.gz"
    counts = write_backup(house, archive)
    done = restore(elsewhere, archive)
    assert done.tables == counts
    assert done.files == 1
    assert done.taken_at == house.now()
    assert counted(elsewhere) == counted(house)
    with house.database.reading() as here, elsewhere.database.reading() as there:
        people = select(Person.id, Person.name, Person.email).order_by(Person.id)
        assert there.execute(people).all() == here.execute(people).all()
        assert first_broken(there) is None
        stored = there.scalars(select(StoredFile)).one()
    kept = (elsewhere.files_dir / stored.stored_as[:2] / stored.stored_as).read_bytes()
    assert elsewhere.keys.decrypt(kept) == PDF
    assert (elsewhere.settings.data_dir / "articles" / "local.md").read_text(encoding="utf-8") == "une fiche locale"
    with elsewhere.database.transaction() as session:  # new rows get numbers that nobody has
        session.add(_newcomer(cast))
        session.flush()


def test_a_backup_holds_no_key_and_no_name_in_clear(cast: Cast, tmp_path: Path) -> None:
    house = worked_in(cast).house
    write_backup(house, tmp_path / "sauvegarde.tar.gz")
    with tarfile.open(tmp_path / "sauvegarde.tar.gz") as archive:
        names = archive.getnames()
        content = b"".join(found.read() for each in archive if (found := archive.extractfile(each)))
    assert not [name for name in names if "key" in name]
    for word in (KEYS.partition(":")[2], "a secret of the tests", "Carole", "Nous sommes arrêtés", "justificatif"):
        assert word.encode() not in content, word
    assert (tmp_path / "sauvegarde.tar.gz").stat().st_mode & 0o077 == 0


def test_a_house_with_data_is_not_overwritten(cast: Cast, tmp_path: Path) -> None:
    write_backup(cast.house, tmp_path / "sauvegarde.tar.gz")
    before = counted(cast.house)
    with pytest.raises(Refused, match="contient déjà des données"):
        restore(cast.house, tmp_path / "sauvegarde.tar.gz")
    assert counted(cast.house) == before


def test_a_backup_does_not_replace_another(cast: Cast, tmp_path: Path) -> None:
    (tmp_path / "sauvegarde.tar.gz").write_bytes(b"hier")
    with pytest.raises(Refused, match="existe déjà"):
        write_backup(cast.house, tmp_path / "sauvegarde.tar.gz")
    assert (tmp_path / "sauvegarde.tar.gz").read_bytes() == b"hier"


def test_without_the_keys_nothing_is_restored(cast: Cast, tmp_path: Path, clock: FakeClock) -> None:
    write_backup(cast.house, tmp_path / "sauvegarde.tar.gz")
    folder = tmp_path / "other"
    stranger = make_house(
        f"sqlite:///{folder / 'x.sqlite3'}", folder, clock=clock, encryption_keys=new_encryption_key()
    )
    with pytest.raises(Refused, match="clés de chiffrement"):
        restore(stranger, tmp_path / "sauvegarde.tar.gz")
    assert inspect(stranger.database.engine).get_table_names() == []
    stranger.database.close()


@pytest.mark.parametrize("keep", [0.3, 0.95])
def test_a_cut_file_restores_nothing(cast: Cast, elsewhere: House, tmp_path: Path, keep: float) -> None:
    house = worked_in(cast).house
    write_backup(house, tmp_path / "entier.tar.gz")
    whole = (tmp_path / "entier.tar.gz").read_bytes()
    (tmp_path / "coupe.tar.gz").write_bytes(whole[: int(len(whole) * keep)])
    with pytest.raises(Refused, match="pas une sauvegarde entière"):
        restore(elsewhere, tmp_path / "coupe.tar.gz")
    assert inspect(elsewhere.database.engine).get_table_names() == []
    assert not list(elsewhere.files_dir.rglob("*"))


def test_an_archive_with_rows_missing_restores_nothing(cast: Cast, elsewhere: House, tmp_path: Path) -> None:
    write_backup(cast.house, tmp_path / "entier.tar.gz")
    with tarfile.open(tmp_path / "entier.tar.gz") as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    people = tmp_path / "unpacked" / "tables" / "people.jsonl"
    lines = people.read_text(encoding="utf-8").splitlines(keepends=True)
    people.write_text("".join(lines[:-1]), encoding="utf-8")
    with tarfile.open(tmp_path / "moins.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "unpacked", ".")
    with pytest.raises(Refused, match="pas une sauvegarde entière"):
        restore(elsewhere, tmp_path / "moins.tar.gz")
    assert inspect(elsewhere.database.engine).get_table_names() == []


def test_a_backup_of_a_newer_version_is_refused(cast: Cast, elsewhere: House, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"format": 1, "revision": "9999"}), encoding="utf-8")
    with tarfile.open(tmp_path / "plus-recente.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "manifest.json", "manifest.json")
    with pytest.raises(Refused, match="version plus récente"):
        restore(elsewhere, tmp_path / "plus-recente.tar.gz")


def test_an_old_backup_opens_in_a_newer_house(
    elsewhere: House, tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = make_house(f"sqlite:///{tmp_path / 'old.sqlite3'}", tmp_path / "old", clock=clock, encryption_keys=KEYS)
    with old.database.engine.connect().execution_options(writes=True) as connection, connection.begin():
        migrate(connection, "0001")
        connection.execute(
            text(
                "INSERT INTO territories (id, name, facilitator_name, facilitator_email, facilitator_phone, "
                "reporting_day, answer_working_days, created_at) VALUES (1, 'Val', '', '', '', 10, 2, '2026-01-01')"
            )
        )
        connection.execute(text("INSERT INTO organisations (name, kind, territory_id) VALUES ('Mairie', 'buyer', 1)"))
    monkeypatch.setattr(core.backup, "head", lambda _: "0001")
    write_backup(old, tmp_path / "ancienne.tar.gz")
    restore(elsewhere, tmp_path / "ancienne.tar.gz")
    assert current(elsewhere.database) == head(elsewhere.database)
    with elsewhere.database.reading() as session:
        assert session.scalars(select(Organisation.name)).all() == ["Mairie"]
    old.database.close()


def test_a_database_in_use_is_saved_as_it_was_at_one_moment(
    cast: Cast, elsewhere: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, write_rows = counted(cast.house), core.backup._write_rows

    def while_somebody_writes(connection: Connection, table: Table, file: IO[bytes]) -> int:
        count = write_rows(connection, table, file)
        if table.name == "territories":
            with cast.house.database.transaction() as session:
                session.add(_newcomer(cast))
        return count

    monkeypatch.setattr(core.backup, "_write_rows", while_somebody_writes)
    write_backup(cast.house, tmp_path / "sauvegarde.tar.gz")
    restore(elsewhere, tmp_path / "sauvegarde.tar.gz")
    assert counted(elsewhere) == before
    assert counted(cast.house) == {**before, "organisations": before["organisations"] + 1}


def _newcomer(cast: Cast) -> Organisation:
    return Organisation(name="Une nouvelle", kind=OrganisationKind.AWARDEE, territory_id=cast.carole.territory_id)
