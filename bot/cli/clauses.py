"""`clausette draft` and `check`: writing a clause, and reading one, without database or settings."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.rooms import stop
from core.documents import MOST_BYTES, read_document
from core.refusal import Refused
from core.word import word_file
from knowledge.checker import Finding, checked
from knowledge.drafting import Answers, Draft, WrongAnswers, as_text, drafted, read_answers
from knowledge.figures import NBSP
from knowledge.presentation import cited

_HEADINGS = {"contradiction": "Se contredit", "missing": "Manque", "present": "Présent"}
_NOTE = (
    "Ce contrôle cherche des mots, article par article\u00a0: il ne remplace ni la relecture du facilitateur, "
    "ni celle d’un juriste."
)


def register(app: typer.Typer) -> None:
    """Add `draft` and `check` to the command line."""
    app.command("draft")(draft)
    app.command("check")(check)


def draft(
    answers: Annotated[str, typer.Option(help="Réponses en JSON (nature, buyer, object, lots…), ou - pour l’entrée.")],
    out: Annotated[Path | None, typer.Option(help="Fichier .docx à écrire.")] = None,
    text: Annotated[bool, typer.Option("--text", help="Afficher aussi le texte.")] = False,
    json_output: Annotated[bool, typer.Option("--json", help="Répondre en JSON.")] = False,
) -> None:
    """Rédiger la clause d’insertion d’un achat : article, règlement, engagement, annexe, notice, données."""
    if out is None and not text and not json_output:
        stop("--out manque (un fichier .docx), ou demandez --text ou --json", code=2)
    if text and json_output:
        stop("--text et --json : gardez l’un des deux", code=2)
    if out is not None and out.suffix.lower() != ".docx":
        stop(f"--out : « {out.name} » doit finir par .docx", code=2)
    proposal = drafted(_answers(_bytes_of(answers)))
    if out is not None:
        try:
            out.write_bytes(word_file(proposal, written_at=datetime.now(UTC)))
        except OSError as error:
            stop(f"« {out} » ne s’écrit pas ({error.strerror})")
        typer.echo(f"Proposition écrite dans {out}, à faire relire par le facilitateur.", err=text or json_output)
    if json_output:
        typer.echo(json.dumps(_record_of_draft(proposal), ensure_ascii=False))
    if text:
        typer.echo(as_text(proposal), nl=False)


def _record_of_draft(proposal: Draft) -> dict[str, Any]:
    return {
        "title": proposal.title,
        "checks": list(proposal.checks),
        "blocks": [{"kind": type(block).__name__.lower(), **asdict(block)} for block in proposal.blocks],
    }


def _answers(data: bytes) -> Answers:
    try:
        return read_answers(json.loads(data))
    except json.JSONDecodeError as error:
        stop(f"les réponses ne sont pas du JSON valide (ligne {error.lineno}, colonne {error.colno})")
    except (ValueError, RecursionError):
        stop("les réponses ne sont pas du JSON lisible en UTF-8")
    except WrongAnswers as wrong:
        stop("\nclausette : ".join(wrong.lines))


def check(
    file: Annotated[
        str, typer.Argument(help="Projet de clause (.txt, .docx, .odt, .pdf), ou - pour l’entrée standard.")
    ],
    json_output: Annotated[bool, typer.Option("--json", help="Répondre en JSON.")] = False,
) -> None:
    """Dire ce qu’un projet de clause contient, ce qui lui manque et ce qui s’y contredit."""
    try:
        findings = checked(read_document(_bytes_of(file)))
    except Refused as refusal:
        stop(refusal.message)
    if json_output:
        typer.echo(json.dumps({"items": [_record(finding) for finding in findings]}, ensure_ascii=False))
    else:
        typer.echo(_shown(findings))


def _bytes_of(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    try:
        with Path(file).open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as error:
        stop(f"« {file} » ne s’ouvre pas ({error.strerror})")


def _record(finding: Finding) -> dict[str, str]:
    return {
        "item": finding.title,
        "status": finding.status,
        "quote": finding.quote,
        "proposal": finding.proposal,
        "source": cited(finding.source),
    }


def _shown(findings: Sequence[Finding]) -> str:
    missing = sum(finding.minimum and finding.status == "missing" for finding in findings)
    verdict = (
        "Les quatre mentions minimales des CCAG de 2021 sont là."
        if not missing
        else f"Mentions minimales des CCAG de 2021 qui manquent{NBSP}: {missing} sur 4."
    )
    sections = [
        "\n".join((f"{heading}{NBSP}:", *(_lines(finding) for finding in found)))
        for status, heading in _HEADINGS.items()
        if (found := [finding for finding in findings if finding.status == status])
    ]
    return "\n\n".join((verdict, *sections, _NOTE))


def _lines(finding: Finding) -> str:
    lines = [f"- {finding.title}" + (" (minimum)" if finding.minimum else "")]
    if finding.quote:
        lines.append(f"  Lu{NBSP}: «{NBSP}{finding.quote}{NBSP}»")
    if finding.proposal:
        lines.append(f"  À écrire{NBSP}: {finding.proposal}")
        lines.append(f"  Source{NBSP}: {cited(finding.source)}")
    return "\n".join(lines)
