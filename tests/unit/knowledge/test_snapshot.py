"""The product's articles kept as they were read and counted: worth something for one program only."""

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge import pycache, snapshot
from knowledge.indexing import tables_of
from knowledge.lexicon import own_lexicon
from knowledge.ranking import Index
from knowledge.snapshot import Snapshot, digest, read, written
from knowledge.spelling import french_guard
from tests.unit.knowledge.shelf import shelf

QUESTIONS = ("Quel justificatif pour une personne au RSA ?", "un marche resreve c'est quoi", "Et pour un apprenti ?")


def counted() -> Snapshot:
    articles = shelf()
    return Snapshot(articles, tables_of(tuple(articles.values()), own_lexicon(), ["Comment cuire une tarte ?"]))


def index_of(found: Snapshot) -> Index:
    return Index(tuple(found.articles.values()), own_lexicon(), french_guard(), tables=found.tables)


def test_what_is_read_ranks_as_what_was_counted() -> None:
    made = counted()
    found = read(written(made))
    assert dict(found.articles) == dict(made.articles)
    for question in QUESTIONS:
        tokens = own_lexicon().tokens(question)
        assert index_of(found).rank(tokens) == index_of(made).rank(tokens)
    assert written(found) == written(made)


def test_any_change_to_what_is_read_or_counted_makes_another_program(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    files = [tmp_path / name for name in ("words.py", "lexicon.yaml", "elsewhere.txt", "articles/rsa.md")]
    for path in files:
        path.write_text("un deux")
    seen = {digest(tmp_path)}
    for path in files:
        path.write_text("un  deux")
        seen.add(digest(tmp_path))
        path.write_text("un deux")
        path.rename(path.with_stem("autre"))
        seen.add(digest(tmp_path))
        path.with_stem("autre").rename(path)
        path.unlink()
        seen.add(digest(tmp_path))
        path.write_text("un deux")
    (tmp_path / "articles/new.md").write_text("un deux")
    seen.add(digest(tmp_path))
    assert len(seen) == 2 + 3 * len(files) - 1, "without elsewhere.txt or with another name are the same"
    (tmp_path / "articles/new.md").unlink()
    assert digest(tmp_path) in seen


def test_every_file_that_is_read_and_counted_is_in_the_digest() -> None:
    covered = {path.relative_to(snapshot.PACKAGE).as_posix() for path in snapshot._files(snapshot.PACKAGE)}
    there = {
        path.relative_to(snapshot.PACKAGE).as_posix()
        for folder in (snapshot.PACKAGE, snapshot.PACKAGE / "articles")
        for path in folder.iterdir()
        if path.is_file()
    }
    assert there - covered == {"guard.txt", "calibration.json", "order.json"}, "these are read at each start"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where this process keeps what it counts, in a package whose files are old."""
    package = tmp_path / "package"
    (package / "articles").mkdir(parents=True)
    (package / "words.py").write_text("un")
    os.utime(package / "words.py", (1, 1))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(snapshot, "PACKAGE", package)
    monkeypatch.setattr(snapshot, "PLACE", tmp_path / "made" / "kept")
    monkeypatch.setattr(snapshot, "_counted", counted)
    cached = (snapshot.own_articles, snapshot.own_tables, snapshot._own_snapshot, snapshot._own_digest)
    for function in cached:
        function.cache_clear()
    yield tmp_path / "made" / "kept"
    for function in cached:
        function.cache_clear()


def test_the_first_process_that_counts_keeps_it_for_the_next(place: Path) -> None:
    snapshot.own_tables()
    assert pycache.read(place, snapshot._own_digest()) == written(counted())


def test_where_nothing_may_be_written_it_is_counted_all_the_same(place: Path) -> None:
    place.parent.write_text("a file, not a folder")
    assert snapshot.own_tables().vocabulary


def test_nothing_is_kept_where_python_keeps_no_compiled_modules(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    snapshot.own_tables()
    assert not place.exists()
    snapshot.keep()
    assert place.exists(), "the installation asks for it"


def test_nothing_is_kept_of_a_package_that_is_being_changed(place: Path) -> None:
    changed = snapshot.PACKAGE / "words.py"
    os.utime(changed, (time.time(), time.time()))
    snapshot.own_tables()
    assert not place.exists(), "this process may have imported the former words.py"
    os.utime(changed, (1, 1))
    snapshot.own_tables.cache_clear()
    snapshot._own_snapshot.cache_clear()
    changed.write_text("deux")
    os.utime(changed, (1, 1))
    snapshot.own_tables()
    assert not place.exists(), "it changed since this process looked at it"
