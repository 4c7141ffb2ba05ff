"""The same conversations on the web chat, Telegram, the terminal and by mail: a specification to read, not code.

In a transcript, ">" is what the person does: a text, [a button], or {a file}. "<" is a passage that the answer must
hold, in this order; "<!" one that it must not. "as:" names somebody of the cast, or nobody for a stranger.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from core.house import House
from core.models import Person
from tests.cast import gather
from tests.e2e.heard import Heard
from tests.e2e.players import Player, player_on
from tests.integration.buying.files import docx
from tests.integration.buying.published import PLANNED
from tests.photos import pdf, photo

TRANSCRIPTS = sorted((Path(__file__).parent / "transcripts").glob("*.txt"))
CLAUSE = (
    "# Clause d’insertion",
    "Le facilitateur est joignable à clauses@exemple.fr.",
    "Le titulaire du lot 1 réalise 500 heures d’insertion, puis déclare chaque mois avant le 10 du mois suivant.",
    "Le titulaire du lot 1 réalise 650 heures d’insertion.",
)
FILES = {
    ".docx": docx(CLAUSE),
    ".xlsx": PLANNED,
    ".jpg": photo(),
    ".txt": "Un pense-bête".encode(),
    "paie.pdf": pdf("NIR 2 55 08 14 168 025 38"),
}
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


@dataclass
class Step:
    """One message of the person, and what its answer must and must not hold."""

    does: str
    line: int
    holds: list[str] = field(default_factory=list)
    lacks: list[str] = field(default_factory=list)


def steps_of(path: Path) -> tuple[str, list[Step]]:
    """Read a transcript: who plays it, and its steps; the first one is the arrival."""
    who, steps = "", [Step("", 0)]
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("as:"):
            who = line.removeprefix("as:").strip()
        elif line.startswith(">"):
            steps.append(Step(line[1:].strip(), number))
        elif line.startswith("<!"):
            steps[-1].lacks.append(line[2:].strip())
        elif line.startswith("<"):
            steps[-1].holds.append(line[1:].strip())
        elif line and not line.startswith("#"):
            raise ValueError(f"{path.name}, line {number}: neither >, < nor #")
    return who, steps


async def does(player: Player, what: str) -> Heard:
    """Do what a step says."""
    if not what:
        return await player.opens()
    if button := re.fullmatch(r"\[(.+)\]", what):
        return await player.taps(button[1])
    if file := re.fullmatch(r"\{(.+)\}", what):
        return await player.sends(file[1], FILES.get(file[1]) or FILES.get(Path(file[1]).suffix, PDF))
    return await player.says(what)


def spaced(text: str) -> str:
    """One space for every run of spaces: channels break lines where they like."""
    return " ".join(text.split())


@pytest.mark.parametrize("channel", ["web", "telegram", "terminal", "mail"])
@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
async def test_the_conversation_goes_as_written(path: Path, channel: str, sqlite_house: House) -> None:
    """Play it, step by step."""
    cast = gather(sqlite_house)
    who, steps = steps_of(path)
    person: Person | None = getattr(cast, who) if who else None
    async with player_on(channel, sqlite_house, person) as player:
        for step in steps:
            heard = await does(player, step.does)
            _check(heard, step, f"{path.name}:{step.line} on {channel}")


def _check(heard: Heard, step: Step, where: str) -> None:
    text = spaced(heard.text + " " + " | ".join(heard.labels))
    place = 0
    for passage in step.holds:
        found = text.find(spaced(passage), place)
        assert found >= 0, f"{where}: «{passage}» is not in, after what came before:\n{text}"
        place = found
    for passage in step.lacks:
        assert spaced(passage) not in text, f"{where}: «{passage}» is in:\n{text}"


def test_there_are_ten_transcripts_or_more() -> None:
    """Ten at least, of strangers, companies and buyers."""
    assert len(TRANSCRIPTS) >= 10
    assert {steps_of(path)[0] for path in TRANSCRIPTS} >= {"", "carole", "alice"}
