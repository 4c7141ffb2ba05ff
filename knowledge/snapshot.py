"""The product's articles as they were read and counted, kept on the disk: reading them again takes a second."""

import json
import time
from array import array
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from knowledge import pycache
from knowledge.articles import OWN_FOLDER, Article, Source, read_folders
from knowledge.indexing import ArticleTables, QuestionTables, Tables, tables_of
from knowledge.lexicon import own_lexicon
from knowledge.outside import own_outside
from knowledge.postings import Postings

PACKAGE = Path(__file__).parent
PLACE = pycache.place_of(__file__)
# A file changed since these seconds before this module was imported may not be the one that this process works with.
_SETTLED = 10.0
_IMPORTED_AT = time.time()
_KINDS = ("*.py", "*.yaml", "elsewhere.txt", "articles/*.md")
_DAYS = ("checked_on", "valid_from", "valid_until", "expires_on")
_LISTS = ("questions", "tags", "see_also")
_ARRAYS = {"starts": "L", "numbers": "H", "weights": "f", "share": "f", "article": "H", "first": "L"}


@dataclass(frozen=True)
class Snapshot:
    """A base and what is counted in it."""

    articles: Mapping[str, Article]
    tables: Tables


@cache
def own_articles() -> Mapping[str, Article]:
    """The articles of the package, read once. Raises InvalidArticle."""
    kept = _own_snapshot()
    return kept.articles if kept else read_folders([OWN_FOLDER])


@cache
def own_tables() -> Tables:
    """What is counted in the articles of the package, once. Raises InvalidArticle."""
    kept = _own_snapshot()
    if kept:
        return kept.tables
    made = _counted()
    if _is_settled():
        pycache.offer(PLACE, _own_digest(), lambda: written(made))
    return made.tables


def keep() -> None:
    """Write the snapshot if it is not there; for the installation. Raises InvalidArticle, OSError."""
    if _own_snapshot() is None:
        pycache.write(PLACE, _own_digest(), written(_counted()))


def _counted() -> Snapshot:
    articles = own_articles()
    return Snapshot(articles, tables_of(tuple(articles.values()), own_lexicon(), own_outside().examples))


@cache
def _own_snapshot() -> Snapshot | None:
    kept = pycache.read(PLACE, _own_digest())
    return None if kept is None else read(kept)


@cache
def _own_digest() -> str:
    return digest(PACKAGE)


def _is_settled() -> bool:
    """Whether what was read and counted is what the digest says: nothing changed meanwhile."""
    latest = max(path.stat().st_mtime for path in _files(PACKAGE))
    return latest < _IMPORTED_AT - _SETTLED and digest(PACKAGE) == _own_digest()


def digest(package: Path) -> str:
    """Tell a package from any other: its code, its articles and words, what counts them."""
    return pycache.digest(_files(package), yaml.__version__)


def _files(package: Path) -> Iterator[Path]:
    for kind in _KINDS:
        yield from sorted(package.glob(kind))


def written(snapshot: Snapshot) -> bytes:
    """A snapshot as it is kept, in JSON."""
    found = {"articles": list(snapshot.articles.values()), "tables": snapshot.tables}
    return json.dumps(found, default=_plain).encode()  # ASCII alone is read a third faster


def read(content: bytes) -> Snapshot:
    """The snapshot that was written."""
    found = json.loads(content)
    articles = [_article(fields) for fields in found["articles"]]
    return Snapshot(MappingProxyType({article.id: article for article in articles}), _tables(**found["tables"]))


def _plain(value: Any) -> Any:
    """What JSON does not know: days, arrays, and the objects that hold them."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, array):
        return b64encode(value).decode()
    if isinstance(value, Postings):
        return {name: getattr(value, name) for name in ("units", "starts", "numbers", "weights")}
    return vars(value)


def _article(fields: dict[str, Any]) -> Article:
    for name in _LISTS:
        fields[name] = tuple(fields[name])
    for name in _DAYS:
        fields[name] = fields[name] and date.fromisoformat(fields[name])
    fields["sources"] = tuple(Source(**source) for source in fields["sources"])
    return Article(**fields)


def _tables(articles: Any, questions: Any, pairs: Any, scope: Any, kinds: Any, vocabulary: Any) -> Tables:
    whole = {**articles, "postings": _postings(articles["postings"]), "about": _postings(articles["about"])}
    asked = {**_arrays(questions), "entries": _postings(questions["entries"]), "said": _postings(questions["said"])}
    return Tables(ArticleTables(**whole), QuestionTables(**asked), _postings(pairs), scope, kinds, vocabulary)


def _postings(fields: dict[str, Any]) -> Postings:
    return Postings(**_arrays(fields))


def _arrays(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: array(_ARRAYS[name], b64decode(f)) if name in _ARRAYS else f for name, f in fields.items()}
