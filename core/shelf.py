"""The library in force: the product's articles and the operator's, which he may change while the house is open.

The operator's folder is looked at every two seconds at most, during a call; what changed is read beside the calls,
which get the old library meanwhile. A folder with a faulty article changes nothing until it is right: half a change is
worse than none. Only at the start, where no older library exists, the faulty articles are left out.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from sqlalchemy import select

from core.database import Database
from core.models import Territory
from core.settings import Settings
from knowledge import Article, InvalidArticle, Library
from knowledge.articles import check_together, read_file
from knowledge.snapshot import own_articles

log = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
Glance = tuple[date, tuple[tuple[str, int, int], ...]]


class Shelf:
    """Gives the library in force. Calls may come from any thread.

    `folder` is the operator's and may be absent; `territory` gives the territory's name and `today` the day in it:
    an article of another territory, or expired, is not served.
    """

    def __init__(
        self,
        folder: Path,
        *,
        territory: Callable[[], str],
        today: Callable[[], date],
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        self._folder, self._territory, self._today = folder, territory, today
        self._look_seconds = look_seconds
        self._library: Library | None = None
        self._seen: Glance | None = None
        self._next_look = 0.0
        self._first = threading.Lock()
        self._looking = threading.Lock()  # held from a look until the end of the reading it began

    def __call__(self) -> Library:
        """Return the library in force now."""
        library = self._library
        if library is None:
            with self._first:
                if self._library is None:
                    self._open()
                return self._in_force()
        if time.monotonic() >= self._next_look and self._looking.acquire(blocking=False):
            self._look()
        return library

    def _in_force(self) -> Library:
        if self._library is None:
            raise RuntimeError("the library was not opened")
        return self._library

    def _open(self) -> None:
        self._seen = self._glance()
        self._next_look = time.monotonic() + self._look_seconds
        served, faults = served_of(self._folder, self._territory(), self._seen[0])
        for fault in faults:
            log.warning("article left out: %s, field %s; run `clausette doctor`", fault.file, fault.field or "?")
        self._library = Library.of(served)

    def _look(self) -> None:
        """Look at the folder; begin to read it when it changed, else let the next call look."""
        try:
            glance = self._glance()
            self._next_look = time.monotonic() + self._look_seconds
            if glance != self._seen:
                threading.Thread(target=self._read, args=(glance,), name="articles", daemon=True).start()
                return
        except BaseException:
            self._looking.release()
            raise
        self._looking.release()

    def _read(self, glance: Glance) -> None:
        self._seen = glance
        try:
            served, faults = served_of(self._folder, self._territory(), glance[0])
            if not faults:
                self._library = Library.of(served)
            for fault in faults[:1]:
                log.warning(
                    "articles not read again, the former ones stay: %s, field %s; run `clausette doctor`",
                    fault.file,
                    fault.field or "?",
                )
        except Exception:
            log.exception("articles not read again, the former ones stay")
        finally:
            self._looking.release()

    def _glance(self) -> Glance:
        files = []
        try:
            for path in self._folder.glob("*.md"):
                found = path.stat()
                files.append((path.name, found.st_mtime_ns, found.st_size))
        except FileNotFoundError:
            pass  # a file withdrawn between the listing and the look: the next look sees the rest
        return self._today(), tuple(sorted(files))


def articles_folder(settings: Settings) -> Path:
    """Return the folder of the operator's articles in a data directory."""
    return settings.data_dir / "articles"


def territory_name(database: Database, settings: Settings) -> str:
    """Return the name of the first territory, the one of the settings when there is none yet."""
    with database.reading() as session:
        return session.scalar(select(Territory.name).order_by(Territory.id).limit(1)) or settings.territory


def served_of(folder: Path, territory: str, today: date) -> tuple[Mapping[str, Article], list[InvalidArticle]]:
    """Return the product's articles with the operator's that are served here today, and why others are left out."""
    served = dict(own_articles())
    faults: list[InvalidArticle] = []
    found: dict[str, Article] = {}
    for path in sorted(folder.glob("*.md")):
        try:
            article = read_file(path)
            if article.id in served:
                raise InvalidArticle(path.name, f"une fiche du produit porte déjà le nom « {article.id} »", field="id")
        except InvalidArticle as fault:
            faults.append(fault)
        except OSError as error:
            faults.append(InvalidArticle(path.name, f"illisible ({error.strerror})"))
        else:
            if article.territory in {None, territory} and not is_expired(article, today):
                found[article.id] = article
    together = {**served, **found}
    try:
        check_together(together)
    except InvalidArticle:
        return _one_by_one(served, found, faults)
    return together, faults


def _one_by_one(
    served: dict[str, Article], found: Mapping[str, Article], faults: list[InvalidArticle]
) -> tuple[Mapping[str, Article], list[InvalidArticle]]:
    """Leave out those that clash with an article before them, or point nowhere."""
    for name, article in found.items():
        linked = {other: found[other] for other in article.see_also if other in found}
        try:
            check_together({**linked, **served, name: article})
        except InvalidArticle as fault:
            faults.append(fault)
        else:
            served[name] = article
    return served, faults


def is_expired(article: Article, today: date) -> bool:
    """Tell whether an article is past its last day."""
    return article.expires_on is not None and article.expires_on < today
