"""Articles that the facilitateur publishes from the desk: checked, written, listed, withdrawn.

Each is a Markdown file in `DATA_DIR/articles`, like those the operator writes by hand; the shelf serves it seconds
later. Nothing is published with somebody's name, address or number in it unless he says he has read it.
"""

import contextlib
import os
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml
from sqlalchemy.orm import Session

from core import audit
from core.access import keeps_articles
from core.drafts import Draft, concerns, day_of, lines_of, missing_in
from core.house import House
from core.models import Case, Person, Territory
from core.months import day_in_french
from core.refusal import Refused
from core.shelf import articles_folder, is_expired, served_of
from core.surroundings import names_around
from knowledge import Article, InvalidArticle
from knowledge.articles import check_together, read_article, read_file
from knowledge.words import plain

REVIEW_MONTHS = 12
LONGEST_NAME = 60
WITHDRAWN = "retirees"
_FIELD_OF = {"sources": "source", "texte": "text"}  # from the front matter's to the form's


class InvalidDraft(Exception):
    """A draft that is not published: what is wrong by field, and what to read again before saying it is right."""

    def __init__(self, errors: Mapping[str, str], warnings: Iterable[str] = ()) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors, self.warnings = dict(errors), tuple(warnings)


@dataclass(frozen=True)
class OwnArticle:
    """One file of the operator's folder as the desk lists it. `fault` says why it is not served, if it is not."""

    id: str
    title: str
    fault: str
    territory: str
    expires: str
    is_due: bool


def publish(
    session: Session, house: House, draft: Draft, *, by: Person, case: Case | None = None, is_read: bool = False
) -> Article:
    """Write an article where the shelf finds it. Raises InvalidDraft, Refused.

    `is_read` says that the facilitateur has read the warnings of `concerns` and keeps his text.
    """
    _check_keeps(by)
    names = names_around(session, case.person) if case else []
    warnings = concerns(draft, names)
    place = session.get_one(Territory, by.territory_id).name
    folder = articles_folder(house.settings)
    served, _ = served_of(folder, place, house.today())
    errors = missing_in(draft, house.today())
    article, text = None, ""
    if not errors:
        name = _free_name(draft.title, served, folder)
        text = _markdown(draft, name, place, house.today())
        article, errors = _checked(text, name, served)
    if article is None or (warnings and not is_read):
        raise InvalidDraft(errors, warnings)
    _write(folder / f"{article.id}.md", text)
    audit.note(session, house, "publish_article", f"article:{article.id}", person_id=by.id,
               detail=f"case:{case.id}" if case else "")  # fmt: skip
    return article


def listed(house: House, territory: str) -> list[OwnArticle]:
    """Return the files of the operator's folder that concern a territory, faulty ones first, then by title."""
    folder, today = articles_folder(house.settings), house.today()
    _, faults = served_of(folder, territory, today)
    why = {fault.file: str(fault) for fault in faults}
    rows = []
    for path in folder.glob("*.md"):
        try:
            article = read_file(path)
        except (InvalidArticle, OSError):
            rows.append(OwnArticle(path.stem, path.name, why.get(path.name, "illisible"), "", "", is_due=False))
            continue
        if article.territory not in {None, territory}:
            continue
        fault = why.get(path.name, "")
        if not fault and is_expired(article, today):
            fault = "sa date de fin est passée"
        rows.append(
            OwnArticle(
                id=article.id,
                title=article.title,
                fault=fault,
                territory=article.territory or "",
                expires=day_in_french(article.expires_on) if article.expires_on else "",
                is_due=article.review_due_on() < today,
            )
        )
    return sorted(rows, key=lambda row: (not row.fault, plain(row.title)))


def withdraw(session: Session, house: House, name: str, *, by: Person) -> None:
    """Serve an article no longer; its file is kept aside. Raises Refused when it is not one of his territory's."""
    _check_keeps(by)
    place = session.get_one(Territory, by.territory_id).name
    if name not in {row.id for row in listed(house, place)}:
        raise Refused("Cette fiche n’existe plus, ou elle n’est pas de votre territoire.")
    folder = articles_folder(house.settings)
    aside = folder / WITHDRAWN
    aside.mkdir(exist_ok=True)
    with contextlib.suppress(FileNotFoundError):  # somebody else has just done it
        (folder / f"{name}.md").rename(aside / f"{name}.{house.now():%Y%m%d-%H%M%S}.md")
    audit.note(session, house, "withdraw_article", f"article:{name}", person_id=by.id)


def _check_keeps(person: Person) -> None:
    if not keeps_articles(person):
        raise Refused("Seul le facilitateur tient les fiches.")


def _checked(text: str, name: str, served: Mapping[str, Article]) -> tuple[Article | None, dict[str, str]]:
    """Read the draft as the file it will be, with the rules of every article."""
    try:
        article = read_article(text, name)
        check_together({**served, name: article})
    except InvalidArticle as fault:
        return None, {_FIELD_OF.get(fault.field, fault.field or "text"): f"{fault.why[:1].upper()}{fault.why[1:]}."}
    return article, {}


def _markdown(draft: Draft, name: str, territory: str, today: date) -> str:
    fields = {
        "id": name,
        "title": " ".join(draft.title.split()),
        "audience": draft.audience,
        "questions": lines_of(draft.questions),
        "sources": [
            {
                "title": " ".join(draft.source.split()),
                "article": " ".join(draft.reference.split()) or None,
                "url": draft.url.strip() or None,
            }
        ],
        "checked_on": today,
        "review_months": REVIEW_MONTHS,
        "certainty": "practice",
        "expires_on": day_of(draft.expires_on),
        "territory": None if draft.everywhere else territory,
    }
    head = yaml.safe_dump(fields, allow_unicode=True, sort_keys=False, width=1000)
    return f"---\n{head}---\n{draft.text.strip()}\n"


def _write(path: Path, text: str) -> None:
    """Write a file that is whole as soon as it has its name, and replaces none. Raises Refused if one has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path.with_suffix(f".{secrets.token_hex(4)}.tmp")
    made.write_text(text, encoding="utf-8")
    try:
        os.link(made, path)
    except FileExistsError as error:
        raise Refused("Une fiche du même nom vient d’être publiée. Vérifiez la liste.") from error
    finally:
        made.unlink()


def _free_name(title: str, served: Mapping[str, Article], folder: Path) -> str:
    stem = re.sub(r"[^a-z0-9]+", "-", plain(title)).strip("-")[:LONGEST_NAME].strip("-") or "fiche"
    name, number = stem, 1
    while name in served or (folder / f"{name}.md").exists():
        number += 1
        name = f"{stem}-{number}"
    return name
