"""`clausette backup` and `clausette restore`: what they say, and with which exit code."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.cli.rooms import opened
from core.people import territory


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation with one row, its keys made by itself."""
    for name in ("DATABASE_URL", "SECRET_KEY", "ENCRYPTION_KEYS"):
        monkeypatch.delenv(f"CLAUSETTE_{name}", raising=False)
    monkeypatch.setenv("CLAUSETTE_TERRITORY", "Département du Val")
    monkeypatch.setenv("CLAUSETTE_DATA_DIR", str(tmp_path / "here"))
    with opened() as house, house.database.transaction() as session:
        territory(session, house)
    return tmp_path


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(each) for each in arguments])


def test_a_backup_says_that_the_keys_are_to_be_saved_apart(here: Path) -> None:
    done = run("backup", here / "sauvegarde.tar.gz")
    assert done.exit_code == 0
    assert f"sauvegardez à part le dossier {here / 'here' / 'keys'}" in done.stdout
    again = run("backup", here / "sauvegarde.tar.gz")
    assert again.exit_code == 1
    assert "existe déjà" in again.stderr


def test_a_restoration_needs_the_keys_then_says_what_came_back(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("backup", here / "sauvegarde.tar.gz")
    monkeypatch.setenv("CLAUSETTE_DATA_DIR", str(here / "there"))
    refused = run("restore", here / "sauvegarde.tar.gz")
    assert refused.exit_code == 1
    assert "Les clés de chiffrement ne sont pas celles de la sauvegarde" in refused.stderr
    shutil.copytree(here / "here" / "keys", here / "there" / "keys", dirs_exist_ok=True)
    done = run("restore", here / "sauvegarde.tar.gz")
    assert done.exit_code == 0
    assert done.stdout.startswith("Restauré")
    with opened() as house, house.database.transaction() as session:
        assert territory(session, house).name == "Département du Val"


def test_a_file_that_is_not_there_is_named(here: Path) -> None:
    done = run("restore", here / "absente.tar.gz")
    assert done.exit_code == 2
    assert "absente.tar.gz" in done.stderr
