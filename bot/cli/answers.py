"""`clausette ask` and `clausette articles`: questions and the base of answers, without database or settings."""

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from knowledge import Answer, InvalidArticle, Library
from knowledge.articles import OWN_FOLDER, read_folders
from knowledge.calibration import Asked, calibrated
from knowledge.clues import store_order
from knowledge.decision import own_calibration, store
from knowledge.lexicon import own_lexicon
from knowledge.outside import own_outside
from knowledge.presentation import day_in_france
from knowledge.scoring import VERDICTS, Given, Score, verdict
from knowledge.spelling import french_guard

AUDIENCES = ("company", "buyer", "participant", "both")

articles = typer.Typer(no_args_is_help=True, help="La base des fiches : vérifier, noter, régler.")

Folders = Annotated[
    list[Path] | None,
    typer.Option("--folder", help="Dossier de fiches (plusieurs possibles) ; celles du produit sinon."),
]
JsonOutput = Annotated[bool, typer.Option("--json", help="Répondre en JSON.")]


def register(app: typer.Typer) -> None:
    """Add `ask` and `articles` to the command line."""
    app.command("ask")(ask)
    app.add_typer(articles, name="articles")


def ask(
    question: Annotated[str | None, typer.Argument(help="La question, entre guillemets.")] = None,
    audience: Annotated[str | None, typer.Option(help=f"Qui demande : {', '.join(AUDIENCES)}.")] = None,
    on: Annotated[str | None, typer.Option(help="Jour de lancement de la consultation, AAAA-MM-JJ.")] = None,
    json_output: JsonOutput = False,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Une question JSON par ligne de l’entrée standard.")] = False,
    folder: Folders = None,
) -> None:
    """Poser une question à la base des fiches."""
    day = _day(on)
    if audience is not None and audience not in AUDIENCES:
        _stop(f"--audience : « {audience} » inconnue ({', '.join(AUDIENCES)})")
    if jsonl == (question is not None):
        _stop("donnez une question, ou bien --jsonl et des questions sur l’entrée standard")
    if question is not None and not question.strip():
        _stop("la question est vide")
    library = _library(folder)
    if question is not None:
        answer = library.ask(question, audience=audience, on=day)
        typer.echo(json.dumps(answer_record(answer), ensure_ascii=False) if json_output else answer.text)
        return
    for number, record in _lines(sys.stdin, "entrée standard"):
        asked, who = _asked(record, number)
        answer = library.ask(asked, audience=who or audience, on=day)
        typer.echo(json.dumps({"id": record.get("id"), **answer_record(answer)}, ensure_ascii=False))


def answer_record(answer: Answer) -> dict[str, Any]:
    """An answer as tools outside read it; `answer` is the whole text shown."""
    return {
        "outcome": answer.outcome,
        "answer": answer.text,
        "article": answer.article,
        "sources": [{"title": s.title, "url": s.url, "article": s.article} for s in answer.sources],
        "options": [{"title": o.title, "answer": o.answer} for o in answer.options],
        "confidence": round(answer.confidence, 3),
    }


@articles.command("check")
def check(folder: Folders = None) -> None:
    """Vérifier toutes les fiches : champs, liens, questions en double.

    Celles d’un dossier sont vérifiées avec les fiches du produit, auxquelles elles s’ajoutent.
    """
    try:
        together = read_folders(dict.fromkeys([OWN_FOLDER, *(folder or ())]))
    except InvalidArticle as error:
        _fail(str(error))
    names = {path.stem for each in folder or [OWN_FOLDER] for path in each.glob("*.md")}
    found = {name: article for name, article in together.items() if name in names}
    due = [article for article in found.values() if article.review_due_on() < day_in_france()]
    plural = "s" if len(found) > 1 else ""
    typer.echo(f"{len(found)} fiche{plural} valide{plural}, {len(due)} à revérifier")
    for article in due:
        typer.echo(f"- {article.id} : à revérifier depuis le {article.review_due_on().isoformat()}")


@articles.command("score")
def score(
    file: Annotated[Path, typer.Argument(help="Questions attendues, une par ligne (JSON).")],
    show: Annotated[list[str] | None, typer.Option(help="Afficher les questions qui ont ce verdict.")] = None,
    json_output: JsonOutput = False,
    folder: Folders = None,
) -> None:
    """Noter les réponses sur un fichier de questions."""
    for wanted in show or []:
        if wanted not in VERDICTS:
            _stop(f"verdict « {wanted} » inconnu ; les verdicts : {', '.join(VERDICTS)}")
    library, total = _library(folder), Score()
    try:
        with file.open(encoding="utf-8") as lines:
            for number, record in _lines(lines, file.name):
                asked, who = _asked(record, number)
                if not isinstance(record.get("answerable"), bool):
                    _stop(f"{file.name}, ligne {number} : « answerable » doit valoir true ou false")
                answer = library.ask(asked, audience=who)
                given = Given(
                    answer.outcome, answer.text, bool(answer.sources), [option.answer for option in answer.options]
                )
                result = verdict(record, given)
                total.add(record, result)
                if result in (show or []):
                    typer.echo(f"[{result}] {asked}\n    {answer.article or answer.reason} ({answer.confidence:.2f})")
    except OSError as error:
        _stop(f"{file} : {error.strerror}")
    if not json_output:
        for topic, counts in sorted(total.topics.items()):
            typer.echo(f"{topic:28} " + "  ".join(f"{name} {counts[name]}" for name in VERDICTS if counts[name]))
        calibration = own_calibration()
        limits = calibration.thresholds
        typer.echo(f"seuils : réponse dès {limits.answer}, seule dès {limits.sure}, humain sous {limits.human}")
        if crossed := calibration.figures.get("cross_validated"):
            typer.echo(
                f"validation croisée : {crossed['answered']:.0%} de réponses, "
                f"justes à {crossed['answered_right']:.0%}, "
                f"à {crossed['answered_shown']:.0%} avec les fiches qui les suivent ; "
                f"bonne fiche parmi trois {crossed['among_three']:.0%} ; "
                f"faux et sûr {crossed['wrong_and_sure']:.1%} du trafic"
            )
    typer.echo(json.dumps(total.figures()))


@articles.command("calibrate")
def calibrate(
    answer: Annotated[float | None, typer.Option(min=0, max=1, help="Répondre à partir de cette probabilité.")] = None,
    human: Annotated[float | None, typer.Option(min=0, max=1, help="Passer à l’humain sous cette probabilité.")] = None,
    sure: Annotated[float | None, typer.Option(min=0, max=1, help="Répondre sans autre fiche à partir de là.")] = None,
    doubt: Annotated[float | None, typer.Option(min=0, max=1, help="Demander de choisir sous celle-ci.")] = None,
    asked: Annotated[
        list[Path] | None,
        typer.Option("--asked", help="Questions posées (JSON : question, audience, expected), plusieurs fichiers."),
    ] = None,
    folder: Folders = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Montrer les chiffres sans rien écrire.")] = False,
) -> None:
    """Régler la décision sur les fiches elles-mêmes et sur les questions hors base."""
    try:
        found = read_folders(folder or [OWN_FOLDER])
    except InvalidArticle as error:
        _fail(str(error))
    given = {"answer": answer, "human": human, "sure": sure, "doubt": doubt}
    thresholds = replace(
        own_calibration().thresholds, **{name: value for name, value in given.items() if value is not None}
    )
    if thresholds.human >= thresholds.answer:
        _stop("le seuil humain doit être au-dessous du seuil de réponse")
    questions = [one for file in asked or [] for one in _asked_of(file)]
    order, fitted = calibrated(found, own_lexicon(), own_outside(), french_guard(), questions, thresholds)
    typer.echo(json.dumps({"order": order.figures, **fitted.figures}, ensure_ascii=False, indent=2))
    if not dry_run:
        store_order(order)
        store(fitted)


def _asked_of(file: Path) -> Iterator[Asked]:
    try:
        with file.open(encoding="utf-8") as lines:
            for number, record in _lines(lines, file.name):
                question, audience = _asked(record, number)
                expected = record.get("expected") or []
                if not isinstance(expected, list):
                    _stop(f"{file.name}, ligne {number} : « expected » doit être une liste de fiches")
                yield Asked(question, audience, frozenset(expected), file.stem)
    except OSError as error:
        _stop(f"{file} : {error.strerror}")


def _library(folders: list[Path] | None) -> Library:
    try:
        return Library.load(*(folders or ()))
    except InvalidArticle as error:
        _fail(str(error))


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        _stop(f"--on : « {text} » n’est pas une date comme 2026-11-23")


def _lines(lines: Any, name: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            _stop(f"{name}, ligne {number} : JSON invalide ({error.msg})")
        if not isinstance(record, dict):
            _stop(f"{name}, ligne {number} : un objet JSON est attendu")
        yield number, record


def _asked(record: Mapping[str, Any], number: int) -> tuple[str, str | None]:
    question, audience = record.get("question"), record.get("audience")
    if not isinstance(question, str) or not question.strip():
        _stop(f"ligne {number} : « question » manque")
    if audience is not None and audience not in AUDIENCES:
        _stop(f"ligne {number} : audience « {audience} » inconnue ({', '.join(AUDIENCES)})")
    return question, audience


def _stop(message: str) -> NoReturn:
    """A wrong command: exit code 2."""
    typer.echo(f"Erreur : {message}", err=True)
    raise typer.Exit(2)


def _fail(message: str) -> NoReturn:
    """The command was right, the base is not: exit code 1."""
    typer.echo(f"Erreur : {message}", err=True)
    raise typer.Exit(1)
