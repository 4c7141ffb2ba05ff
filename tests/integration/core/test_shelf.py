"""The operator's articles: served while the house is open, refused without harm when they are faulty."""

import logging
import os
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path

import pytest

from core.shelf import Shelf
from knowledge.snapshot import own_articles
from tests.unit.knowledge.shelf import article_text
from tests.waiting import eventually

TODAY = date(2026, 11, 23)
QUESTIONS = "\n" + "\n".join(
    f"  - {question}"
    for question in (
        "Où garer le camion-benne du chantier de Clairval ?",
        "parking camion benne clairval",
        "stationnement des bennes à Clairval",
        "puis-je laisser la benne rue des Tilleuls",
        "place pour la benne à clairval",
    )
)


def local(name: str, **changes: str) -> str:
    return article_text(name, **{"title": "Où garer la benne ?", "questions": QUESTIONS, **changes})


def shelf_of(
    folder: Path, *, territory: str = "Département du Val", today: Callable[[], date] = lambda: TODAY
) -> Shelf:
    return Shelf(folder, territory=lambda: territory, today=today, look_seconds=0)


def settled(shelf: Shelf) -> None:
    """Let the shelf look, and finish reading what it began to read."""
    shelf()
    for thread in threading.enumerate():
        if thread.name == "articles":
            thread.join()


@pytest.fixture(autouse=True)
def few_articles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixty of the product's articles: all of them would be indexed again at each change."""
    few = {name: replace(article, see_also=()) for name, article in islice(own_articles().items(), 60)}
    monkeypatch.setattr("core.shelf.own_articles", lambda: few)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "articles"


def test_a_new_article_is_served_without_a_restart(folder: Path) -> None:
    shelf = shelf_of(folder)
    before = shelf()
    folder.mkdir()
    (folder / "benne.md").write_text(local("benne"), encoding="utf-8")
    assert shelf() is before, "nobody waits for the reading"
    eventually(lambda: "benne" in shelf().articles)
    assert shelf().ask("où garer la benne à Clairval ?").article == "benne"
    assert set(before.articles) < set(shelf().articles)


def test_a_changed_article_is_served_and_a_withdrawn_one_no_longer(folder: Path) -> None:
    folder.mkdir()
    (folder / "benne.md").write_text(local("benne"), encoding="utf-8")
    shelf = shelf_of(folder)
    assert "MSA" in shelf().article("benne").body
    (folder / "benne.md").write_text(local("benne", body="Devant la mairie."), encoding="utf-8")
    eventually(lambda: shelf().article("benne").body == "Devant la mairie.")
    (folder / "benne.md").unlink()
    eventually(lambda: "benne" not in shelf().articles)


def test_a_faulty_article_leaves_the_library_as_it_was(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder.mkdir()
    (folder / "benne.md").write_text(local("benne"), encoding="utf-8")
    shelf = shelf_of(folder)
    before = shelf()
    (folder / "grue.md").write_text(local("grue", audience="secret-audience"), encoding="utf-8")
    with caplog.at_level(logging.WARNING, logger="core.shelf"):
        settled(shelf)
        settled(shelf)
    assert shelf() is before
    assert [record.getMessage() for record in caplog.records] == [
        "articles not read again, the former ones stay: grue.md, field audience; run `clausette doctor`"
    ], "said once, without the article's text"
    questions = QUESTIONS.replace("benne", "grue").replace("camion", "tour")
    (folder / "grue.md").write_text(local("grue", questions=questions), encoding="utf-8")
    eventually(lambda: {"benne", "grue"} <= set(shelf().articles))


def test_at_the_start_only_the_faulty_articles_are_left_out(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder.mkdir()
    (folder / "benne.md").write_text(local("benne"), encoding="utf-8")
    (folder / "copie.md").write_text(local("copie"), encoding="utf-8")
    (folder / "cassee.md").write_text("pas d’en-tête", encoding="utf-8")
    (folder / "latin.md").write_bytes("---\ntitle: été".encode("latin-1"))
    with caplog.at_level(logging.WARNING, logger="core.shelf"):
        served = shelf_of(folder)().articles
    assert "benne" in served
    assert not {"copie", "cassee", "latin"} & set(served)
    named = {record.getMessage().partition(": ")[2].partition(",")[0] for record in caplog.records}
    assert named == {"copie.md", "cassee.md", "latin.md"}


def test_an_article_cannot_take_the_place_of_the_products(folder: Path) -> None:
    shelf = shelf_of(folder)
    name = next(iter(shelf().articles))
    body = shelf().article(name).body
    folder.mkdir()
    (folder / f"{name}.md").write_text(local(name), encoding="utf-8")
    settled(shelf)
    assert shelf().article(name).body == body


def test_an_article_of_another_territory_is_not_served(folder: Path) -> None:
    folder.mkdir()
    (folder / "ici.md").write_text(local("ici", territory="Département du Val"), encoding="utf-8")
    (folder / "ailleurs.md").write_text(local("ailleurs", territory="Département du Lac"), encoding="utf-8")
    assert "ici" in shelf_of(folder)().articles
    assert "ailleurs" not in shelf_of(folder)().articles, "and it clashes with nothing here"
    assert "ailleurs" in shelf_of(folder, territory="Département du Lac")().articles


def test_an_article_is_served_until_the_end_of_its_last_day(folder: Path) -> None:
    folder.mkdir()
    (folder / "benne.md").write_text(local("benne", expires_on="2026-11-24"), encoding="utf-8")
    day = [date(2026, 11, 24)]
    shelf = shelf_of(folder, today=lambda: day[0])
    assert "benne" in shelf().articles
    day[0] = date(2026, 11, 25)
    eventually(lambda: "benne" not in shelf().articles)


def test_the_folder_is_not_looked_at_at_each_call(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir()
    shelf = Shelf(folder, territory=lambda: "", today=lambda: TODAY, look_seconds=60)
    shelf()
    looks: list[str] = []
    glob = Path.glob

    def counted(path: Path, pattern: str) -> Iterable[Path]:
        looks.append(pattern)
        return glob(path, pattern)

    monkeypatch.setattr(Path, "glob", counted)
    for _ in range(50):
        shelf()
    assert looks == []


def test_many_threads_get_a_library_while_the_folder_changes(folder: Path) -> None:
    folder.mkdir()
    shelf = shelf_of(folder)
    stop = threading.Event()
    failures: list[BaseException] = []

    def ask() -> None:
        while not stop.is_set():
            try:
                assert len(shelf().articles) > 50
            except BaseException as error:
                failures.append(error)
                return

    askers = [threading.Thread(target=ask) for _ in range(4)]
    for asker in askers:
        asker.start()
    (folder / "benne.md").write_text(local("benne"), encoding="utf-8")
    os.utime(folder / "benne.md")
    try:
        eventually(lambda: "benne" in shelf().articles)
    finally:
        stop.set()
        for asker in askers:
            asker.join()
    assert failures == []
