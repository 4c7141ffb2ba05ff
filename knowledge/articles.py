"""Articles: one Markdown file each, with a YAML front matter checked field by field.

A wrong file is refused with one line naming the file and the field: the facilitateur who writes it reads that line.
"""

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, NoReturn, get_args

import yaml

from knowledge.words import plain

Audience = Literal["company", "buyer", "participant", "both"]
Certainty = Literal["verified", "practice", "unverified"]
FEWEST_QUESTIONS = 5
MOST_QUESTIONS = 40
LONGEST_BODY = 1200  # characters; about 900 are aimed at, a list may need some more
OWN_FOLDER = Path(__file__).parent / "articles"

_REQUIRED = ("id", "title", "audience", "questions", "sources", "checked_on", "review_months", "certainty")
_OPTIONAL = ("tags", "see_also", "valid_from", "valid_until", "expires_on", "territory", "local_check")


class InvalidArticle(ValueError):
    """An article that cannot be served; the message says why in French, `file` and `field` only where."""

    def __init__(self, file: str, why: str, *, field: str = "") -> None:
        super().__init__(f"{file} : champ « {field} » : {why}" if field else f"{file} : {why}")
        self.file, self.field, self.why = file, field, why


@dataclass(frozen=True)
class Source:
    """Where an answer comes from; `article` is a reference inside it (« L2112-2 »)."""

    title: str
    article: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class Article:
    """One answer: what it says, to whom, from which sources, and the ways people ask for it.

    `valid_from` and `valid_until` are days a consultation is launched; after `expires_on` it is not served at all.
    """

    id: str
    title: str
    audience: Audience
    questions: tuple[str, ...]
    sources: tuple[Source, ...]
    checked_on: date
    review_months: int
    certainty: Certainty
    body: str
    tags: tuple[str, ...] = ()
    see_also: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    territory: str | None = None
    local_check: str | None = None
    expires_on: date | None = None

    def in_force(self, on: date) -> bool:
        """Whether the article answers for a consultation launched on that day."""
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_until is None or on <= self.valid_until
        )

    def review_due_on(self) -> date:
        """The day from which the article should be checked again."""
        months = self.checked_on.year * 12 + self.checked_on.month - 1 + self.review_months
        year, month = months // 12, months % 12 + 1
        return date(year, month, min(self.checked_on.day, calendar.monthrange(year, month)[1]))


def read_article(text: str, name: str) -> Article:
    """The article written in `text`; `name` is the file's, without its ending. Raises InvalidArticle."""
    if not text.startswith("---"):
        raise InvalidArticle(f"{name}.md", "l’en-tête entre deux lignes « --- » manque")
    head, mark, body = text[3:].partition("\n---")
    if not mark:
        raise InvalidArticle(f"{name}.md", "la ligne « --- » qui ferme l’en-tête manque")
    try:
        fields = yaml.load(head, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise InvalidArticle(f"{name}.md", f"en-tête illisible ({' '.join(str(error).split())})") from error
    if not isinstance(fields, dict):
        raise InvalidArticle(f"{name}.md", "l’en-tête doit être une liste de champs")
    return _Fields(name, fields).article(body.partition("\n")[2].strip())


def read_folders(folders: Iterable[Path]) -> Mapping[str, Article]:
    """Every article of the folders, by id; raises InvalidArticle, also for links and questions that clash."""
    found: dict[str, Article] = {}
    for folder in folders:
        if not folder.is_dir():
            raise InvalidArticle(str(folder), "dossier d’articles introuvable")
        for path in sorted(folder.glob("*.md")):
            article = read_file(path)
            if article.id in found:
                raise InvalidArticle(path.name, f"deux articles portent le nom « {article.id} »", field="id")
            found[article.id] = article
    check_together(found)
    return MappingProxyType(found)


def read_file(path: Path) -> Article:
    """The article of one file. Raises InvalidArticle, OSError."""
    try:
        return read_article(path.read_text(encoding="utf-8"), path.stem)
    except UnicodeDecodeError as error:
        raise InvalidArticle(path.name, "le fichier n’est pas en UTF-8") from error


def check_together(articles: Mapping[str, Article]) -> None:
    """Raise InvalidArticle for a link to nowhere, or for a question that two articles hold at the same time."""
    asked: dict[str, Article] = {}
    for article in articles.values():
        for other in article.see_also:
            if other not in articles:
                raise InvalidArticle(f"{article.id}.md", f"l’article « {other} » n’existe pas", field="see_also")
        for question in article.questions:
            twin = asked.setdefault(_compared(question), article)
            if twin is not article and not _apart_in_time(twin, article):
                why = f"« {question} » est déjà dans « {twin.id} »"
                raise InvalidArticle(f"{article.id}.md", why, field="questions")


def _compared(question: str) -> str:
    return plain(question).strip(" ?!.")


def _apart_in_time(one: Article, other: Article) -> bool:
    return any(
        a.valid_until is not None and b.valid_from is not None and a.valid_until < b.valid_from
        for a, b in ((one, other), (other, one))
    )


@dataclass(frozen=True)
class _Fields:
    name: str
    values: dict[str, Any]

    def article(self, body: str) -> Article:
        for field in _REQUIRED:
            if self.values.get(field) in (None, "", []):
                self.refuse(field, "il est obligatoire")
        for field in self.values:
            if field not in _REQUIRED and field not in _OPTIONAL:
                self.refuse(str(field), "ce champ n’existe pas")
        if self.values["id"] != self.name:
            self.refuse("id", f"« {self.values['id']} » doit être le nom du fichier, « {self.name} »")
        if not body:
            self.refuse("texte", "il est vide")
        if len(body) > LONGEST_BODY:
            self.refuse("texte", f"{len(body)} caractères, {LONGEST_BODY} au plus")
        return Article(
            id=self.name,
            title=self.text("title"),
            audience=self.choice("audience", Audience),
            questions=self.questions(),
            sources=self.sources(),
            checked_on=self.day("checked_on") or date.min,
            review_months=self.months(),
            certainty=self.choice("certainty", Certainty),
            body=body,
            tags=self.texts("tags"),
            see_also=self.texts("see_also"),
            valid_from=self.day("valid_from"),
            valid_until=self.day("valid_until"),
            territory=self.optional("territory"),
            local_check=self.optional("local_check"),
            expires_on=self.day("expires_on"),
        )

    def refuse(self, field: str, why: str) -> NoReturn:
        raise InvalidArticle(f"{self.name}.md", why, field=field)

    def text(self, field: str) -> str:
        value = self.values[field]
        if not isinstance(value, str) or not value.strip():
            self.refuse(field, "un texte est attendu")
        return str(value).strip()

    def optional(self, field: str) -> str | None:
        return None if self.values.get(field) is None else self.text(field)

    def texts(self, field: str) -> tuple[str, ...]:
        values = self.values.get(field) or []
        if not isinstance(values, list) or not all(isinstance(v, str | int | float) and str(v).strip() for v in values):
            self.refuse(field, "une liste de textes est attendue (un texte contenant « : » se met entre guillemets)")
        return tuple(str(value).strip() for value in values)

    def choice(self, field: str, choices: Any) -> Any:
        if self.values[field] not in get_args(choices):
            self.refuse(field, f"« {self.values[field]} » n’est pas parmi {', '.join(get_args(choices))}")
        return self.values[field]

    def day(self, field: str) -> date | None:
        value = self.values.get(field)
        if value is not None and type(value) is not date:
            self.refuse(field, f"« {value} » n’est pas une date comme 2026-11-23")
        return value

    def months(self) -> int:
        value = self.values["review_months"]
        if not isinstance(value, int) or not 1 <= value <= 60:
            self.refuse("review_months", "un nombre de mois entre 1 et 60 est attendu")
        return int(value)

    def questions(self) -> tuple[str, ...]:
        questions = self.texts("questions")
        if not FEWEST_QUESTIONS <= len(questions) <= MOST_QUESTIONS:
            self.refuse(
                "questions", f"{len(questions)} questions, entre {FEWEST_QUESTIONS} et {MOST_QUESTIONS} voulues"
            )
        seen: set[str] = set()
        for question in questions:
            key = _compared(question)
            if key in seen:
                self.refuse("questions", f"« {question} » est répétée")
            seen.add(key)
        return questions

    def sources(self) -> tuple[Source, ...]:
        values = self.values["sources"]
        if not isinstance(values, list):
            self.refuse("sources", "une liste est attendue")
        return tuple(self.source(value) for value in values)

    def source(self, value: Any) -> Source:
        if not isinstance(value, dict) or not isinstance(value.get("title"), str) or not value["title"].strip():
            self.refuse("sources", "chaque source porte un titre (« title »)")
        if extra := set(value) - {"title", "article", "url"}:
            self.refuse("sources", f"« {sorted(map(str, extra))[0]} » n’existe pas (title, article, url)")
        article, url = value.get("article"), value.get("url")
        if url is not None and not str(url).startswith("https://"):
            self.refuse("sources", f"l’adresse « {url} » ne commence pas par https://")
        return Source(value["title"].strip(), None if article is None else str(article), url)
