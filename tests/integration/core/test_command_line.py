"""The command line lists its commands from a table, and imports each one when it is called."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

import bot.cli
from bot.cli.commands import COMMANDS, made

MODULES = {module for listed in COMMANDS.values() for module in listed.modules}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_says_what_the_command_says(name: str) -> None:
    assert COMMANDS[name].help == made(name).help.split("\n\n")[0].replace("\n", " ")


def test_every_command_is_listed() -> None:
    folder = Path(str(bot.cli.__file__)).parent
    found = {path.stem for path in folder.glob("*.py") if path.stem != "__init__"}
    assert {each for each in found if hasattr(import_module(f"bot.cli.{each}"), "register")} == MODULES
    app = typer.Typer()
    for module in MODULES - {"learning"}:  # which adds to the articles of `answers`
        import_module(f"bot.cli.{module}").register(app)
    assert set(typer.main.get_group(app).commands) == set(COMMANDS)


def test_an_unknown_command_is_refused_with_the_nearest_one() -> None:
    result = CliRunner().invoke(bot.cli.app, ["docteur"])
    assert result.exit_code == 2
    assert "doctor" in result.output


UNUSED_BY_THE_DEMO = {"telegram", "aiohttp", "httpx", "alembic", "openpyxl", "docx", "pypdf", "icalendar", "lxml"}


@pytest.mark.parametrize("words", [["--help"], ["ask", "Un apprenti compte-t-il ?"]])
def test_answers_wait_for_no_database_and_no_web(words: list[str]) -> None:
    program = (
        "import sys, bot.cli\n"
        "try:\n    bot.cli.main()\n"
        "except SystemExit as end:\n    assert not end.code\n"
        "print(*sorted({'sqlalchemy', 'fastapi', 'telegram', 'openpyxl'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True, check=True)
    assert done.stdout
    assert done.stderr.strip() == ""


def test_the_demo_waits_for_no_library_that_it_does_not_use() -> None:
    program = f"import sys, bot.cli.running\nprint(*sorted({UNUSED_BY_THE_DEMO!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
