"""`clausette inbox read`, as its users see it."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from bot.cli.inbox import register
from tests.mails import FOLDER

APP = typer.Typer()
register(APP)
BOUNCE = FOLDER / "held_out" / "postfix-bounce-address-unknown.eml"
REPLY = FOLDER / "held_out" / "outlook-365-desktop-in-french-a-reply-with-a-signature.eml"


def run(*arguments: str, data: bytes | None = None, **settings: str) -> Result:
    env = {f"CLAUSETTE_{name}": value for name, value in settings.items()}
    return CliRunner().invoke(APP, ["inbox", "read", *arguments], input=data, env=env)


def test_a_reply_is_shown_in_json_as_the_design_says() -> None:
    result = run(str(REPLY), "--json", TRUSTED_AUTHSERV="mx.exemple.fr", MAIL_REPLY_TO="clausette@exemple.fr")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "kind": "human",
        "from": "carole@exemple.fr",
        "subject": "RE: Votre déclaration de novembre",
        "text": "Bonjour,\n\nKarim a fait 84 heures en novembre, dont 7 heures de formation.",
        "attachments": [],
        "token": "k7Q2xM9fT4vB1nZ8sW3y",
        "verdict": "pass",
        "bounced": None,
    }


def test_without_any_setting_nobody_is_authenticated_and_the_token_is_still_seen() -> None:
    record = json.loads(run(str(REPLY), "--json").stdout)
    assert (record["verdict"], record["token"]) == ("none", "k7Q2xM9fT4vB1nZ8sW3y")


def test_a_token_of_another_mailbox_is_none_of_ours() -> None:
    assert json.loads(run(str(REPLY), "--json", MAIL_REPLY_TO="autre@exemple.fr").stdout)["token"] is None


def test_a_bounce_names_whom_it_is_about() -> None:
    record = json.loads(run("-", "--json", data=BOUNCE.read_bytes()).stdout)
    assert (record["kind"], record["bounced"]) == ("bounce", {"recipient": "paul@exemple.fr", "permanent": True})


def test_an_attachment_has_its_name_its_type_and_its_size() -> None:
    path = FOLDER / "held_out" / "a-file-whose-name-travels-as-rfc-2231-in-two-pieces.eml"
    (file,) = json.loads(run(str(path), "--json").stdout)["attachments"]
    assert set(file) == {"name", "type", "size"}
    assert (file["name"], file["type"]) == ("attestation de la CAF été.pdf", "application/pdf")


def test_a_person_reads_it_in_french() -> None:
    said = run(str(BOUNCE)).stdout
    assert "Écrit par\u00a0: un avis de non-remise" in said
    assert "Destinataire\u00a0: paul@exemple.fr (refus définitif)" in said
    assert "Écrit par\u00a0: une personne" in run(str(REPLY)).stdout


def test_a_wrong_call_says_what_is_wrong_in_one_line(tmp_path: Path) -> None:
    missing = run(str(tmp_path / "absent.eml"))
    assert (missing.exit_code, missing.stderr.count("\n")) == (1, 1)
    assert "ne s’ouvre pas" in missing.stderr
    empty = run("-", data=b" \n")
    assert (empty.exit_code, empty.stderr.count("\n")) == (1, 1)
    assert "est vide" in empty.stderr
    wrong = run(str(REPLY), TIMEZONE="Nulle/Part")
    assert (wrong.exit_code, wrong.stderr.count("\n")) == (2, 1)
    assert "CLAUSETTE_TIMEZONE" in wrong.stderr
    assert run().exit_code == 2


@pytest.mark.parametrize("data", [b"\x00\xff" * 500, b"PK\x03\x04", b"<html>", b"x"])
def test_what_is_no_mail_is_said_unreadable(data: bytes) -> None:
    result = run("-", "--json", data=data)
    assert (result.exit_code, json.loads(result.stdout)["kind"]) == (0, "unreadable")
