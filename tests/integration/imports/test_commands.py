import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
import typer
from sqlalchemy import update
from typer.testing import CliRunner, Result

from bot.cli import receipts, register
from bot.cli.rooms import opened
from core.hours import NBSP
from core.house import House
from core.models import Receipt
from core.people import peek_token
from core.settings import Settings
from tests.cast import gather
from tests.integration.imports.tables import PAINT, SCHOOL, commitments, table
from tests.unit.imports.open_data import CONTRACT

LEAVING = "Les e-mails partent dès que « clausette serve » ou « clausette worker » tourne."
app = typer.Typer()
register.register(app)
receipts.register(app)


@pytest.fixture(autouse=True)
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation of one operator, empty, in its own folder."""
    monkeypatch.setenv("CLAUSETTE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("CLAUSETTE_PUBLIC_URL", "https://clausette.exemple.fr")
    monkeypatch.setenv("CLAUSETTE_FACILITATOR_EMAIL", "fanny.facilite@exemple.fr")


@pytest.fixture
def house() -> Iterator[House]:
    with opened() as house:
        yield house


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def said(result: Result) -> list[str]:
    return result.stdout.replace(NBSP, " ").splitlines()


def told(result: Result) -> list[str]:
    return result.stderr.replace(NBSP, " ").splitlines()


def test_a_table_is_imported_then_unchanged(tmp_path: Path) -> None:
    path = table(tmp_path, SCHOOL, PAINT)
    first, again = run("import", "contracts", path), run("import", "contracts", path)
    assert (first.exit_code, said(first)) == (0, ["2 engagements créés, 0 mis à jour, 0 inchangé."])
    assert (again.exit_code, said(again)) == (0, ["0 engagement créé, 0 mis à jour, 2 inchangés."])


def test_the_problems_of_a_table_are_listed_up_to_fifty_on_the_error_output(tmp_path: Path) -> None:
    lines = [SCHOOL | {"lot (numéro)": number, "Heures d’insertion": "12O0"} for number in range(1, 54)]
    result = run("import", "contracts", table(tmp_path, *lines))
    assert (result.exit_code, said(result)) == (1, [])
    assert told(result)[0] == (
        "Ligne 2, colonne « Heures d’insertion » : « 12O0 » n’est pas un nombre d’heures. "
        "Écrivez par exemple 1200 ou 1 200,5."
    )
    assert told(result)[49].startswith("Ligne 51, ")
    assert told(result)[50:] == [
        "… et 3 autres.",
        "clausette : rien n’a été enregistré. Corrigez le fichier, puis importez-le à nouveau.",
    ]


def test_a_file_that_is_no_table_ends_with_one_line(tmp_path: Path) -> None:
    path = tmp_path / "marches.csv"
    path.write_bytes(b"")
    result = run("import", "contracts", path)
    assert (result.exit_code, told(result)) == (
        1,
        ["clausette : Ce fichier est vide. Vérifiez que vous avez choisi le bon, puis envoyez-le à nouveau."],
    )


def test_open_data_says_what_was_kept_and_what_was_not(tmp_path: Path) -> None:
    path = tmp_path / "decp.json"
    records = [CONTRACT, CONTRACT | {"id": "2", "considerationsSociales": None}]
    path.write_text(json.dumps(records), "utf-8")
    result = run("import", "decp", path, "--buyer", "000 000 018", "--since", "2024-01-01")
    assert (result.exit_code, told(result)) == (0, [])
    assert said(result) == [
        "2 marchés lus. 1 marché déclare une clause sociale.",
        "1 créé, 0 mis à jour, 0 inchangé.",
        "Laissés de côté : 0 sans clause sociale, 1 qui n’en disent rien.",
    ]


def test_a_record_that_cannot_be_kept_makes_the_command_fail_after_the_others_entered(
    tmp_path: Path, house: House
) -> None:
    path = tmp_path / "decp.json"
    path.write_text(json.dumps([CONTRACT | {"id": None}, CONTRACT]), "utf-8")
    result = run("import", "decp", path)
    assert result.exit_code == 1
    assert told(result) == ["Enregistrement 1 : il n’a pas d’identifiant, il n’est pas repris."]
    assert len(commitments(house)) == 1


def test_the_template_and_the_register_are_exported(tmp_path: Path) -> None:
    run("import", "contracts", table(tmp_path, SCHOOL))
    assert run("export", "contracts-template", tmp_path / "modele.xlsx").exit_code == 0
    assert "exemples du modèle" in told(run("import", "contracts", tmp_path / "modele.xlsx"))[0]
    assert run("export", "contracts", tmp_path / "export.xlsx").exit_code == 0
    assert "1 inchangé." in run("import", "contracts", tmp_path / "export.xlsx").stdout


def test_an_export_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    result = run("export", "contracts-template", tmp_path / "absent" / "modele.xlsx")
    assert (result.exit_code, len(told(result))) == (1, 1)
    assert "ne peut pas être écrit" in told(result)[0]
    assert run("export", "contracts-template", tmp_path / "modele.csv").exit_code == 2


def test_everybody_is_invited_once(tmp_path: Path) -> None:
    run("import", "contracts", table(tmp_path, SCHOOL, PAINT))
    first, again = run("invite", "--all"), run("invite", "--all")
    assert said(first) == ["2 invitations préparées. Attributaires déjà invités : 0.", LEAVING]
    assert (again.exit_code, said(again)) == (0, ["0 invitation préparée. Attributaires déjà invités : 2."])


def test_awardees_without_address_are_listed_for_the_operator(tmp_path: Path) -> None:
    run("import", "contracts", table(tmp_path, SCHOOL, PAINT | {"contact e-mail": ""}))
    result = run("invite", "--all")
    assert (result.exit_code, said(result)) == (1, ["1 invitation préparée. Attributaires déjà invités : 0.", LEAVING])
    assert told(result) == [
        "Netto Services : aucune adresse utilisable.",
        "clausette : écrivez ces adresses dans le tableau des marchés, importez-le, puis invitez à nouveau.",
    ]


def test_one_person_is_invited_or_the_command_says_what_to_add(tmp_path: Path) -> None:
    run("import", "contracts", table(tmp_path, SCHOOL, PAINT))
    invited = run("invite", "nadia@exemple.fr", "--commitment", "2026-TX-014:2")
    assert said(invited) == [
        f"Invitation préparée pour nadia@exemple.fr (Netto Services) : Réhabilitation du groupe scolaire. {LEAVING}"
    ]
    doubtful = run("invite", "louis@exemple.fr", "--commitment", "2026-TX-014")
    assert (doubtful.exit_code, told(doubtful)) == (
        1,
        ["clausette : Le marché « 2026-TX-014 » a plusieurs lots. Précisez lequel : 2026-TX-014:1, 2026-TX-014:2."],
    )


@pytest.mark.parametrize(
    "words",
    [
        ["invite"], ["invite", "a@exemple.fr", "--all"], ["invite", "a@exemple.fr"],
        ["import", "contracts", "absent.xlsx"], ["import", "decp", "."],
        ["import", "decp", __file__, "--buyer", "12345"], ["import", "decp", __file__, "--since", "hier"],
        ["export", "participants", "a.xlsx"],
    ],
)  # fmt: skip
def test_a_wrong_command_ends_with_two(words: list[str]) -> None:
    assert run(*words).exit_code == 2


def test_a_link_lets_a_known_person_in(tmp_path: Path, house: House) -> None:
    run("import", "contracts", table(tmp_path, SCHOOL))
    (address,) = said(run("link", "Carole.Constructeur@exemple.fr"))
    with house.database.reading() as session:
        token = peek_token(session, house, "sign_in", address.removeprefix("https://clausette.exemple.fr/connexion/"))
    assert token is not None
    unknown = run("link", "inconnue@exemple.fr")
    assert (unknown.exit_code, told(unknown)) == (
        1, ["clausette : aucune personne du suivi n’a l’adresse inconnue@exemple.fr."],
    )  # fmt: skip


def test_the_facilitateur_has_a_link_in_a_new_installation() -> None:
    assert run("link", "fanny.facilite@exemple.fr").exit_code == 0


def test_the_chain_of_receipts_is_verified(house: House) -> None:
    gather(house)
    sound = run("receipts", "verify")
    assert (sound.exit_code, said(sound)) == (0, ["3 reçus vérifiés, aucun n’a été modifié."])
    with house.database.transaction() as session:
        session.execute(update(Receipt).where(Receipt.number == 2).values(content="autre"))
    broken = run("receipts", "verify")
    assert (broken.exit_code, told(broken)) == (
        1,
        ["clausette : le reçu R-000002 ne correspond plus à ce qui avait été enregistré."],
    )


@pytest.mark.parametrize("words", [["import"], ["import", "contracts"], ["import", "decp"], ["export"],
                                   ["export", "contracts"], ["invite"], ["link"], ["receipts", "verify"]])  # fmt: skip
def test_every_command_explains_itself(words: list[str]) -> None:
    result = run(*words, "--help")
    assert result.exit_code == 0
    assert "Usage" in result.stdout


class BotApi(BaseHTTPRequestHandler):
    """Answers getMe as Telegram does."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        right = self.path == "/bot1:invented/getMe"
        self.wfile.write(b'{"ok": true, "result": {"id": 1, "username": "clausette_bot"}}' if right else b"{}")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def test_letters_get_the_name_of_the_bot_from_telegram(monkeypatch: pytest.MonkeyPatch) -> None:
    with HTTPServer(("127.0.0.1", 0), BotApi) as api:
        Thread(target=api.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        monkeypatch.setenv("CLAUSETTE_TELEGRAM_API_URL", f"http://127.0.0.1:{api.server_port}")
        names = []
        for token in ("1:invented", "2:other"):
            monkeypatch.setenv("CLAUSETTE_TELEGRAM_TOKEN", token)
            names.append(register.telegram_username(Settings.read()))
        api.shutdown()
    assert names == ["clausette_bot", ""]


def test_the_name_of_the_bot_is_not_waited_for_when_telegram_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUSETTE_TELEGRAM_TOKEN", "1:invented")
    monkeypatch.setenv("CLAUSETTE_TELEGRAM_API_URL", "http://127.0.0.1:9")
    assert register.telegram_username(Settings.read()) == ""


def test_hours_are_exported_by_month_and_a_wrong_month_is_refused(tmp_path: Path) -> None:
    with opened() as house:
        gather(house)
    done = run("export", "hours", tmp_path / "hours.xlsx", "--since", "2026-10")
    assert (done.exit_code, said(done)) == (0, [f"Heures écrites : {tmp_path / 'hours.xlsx'}"])
    wrong = run("export", "hours", tmp_path / "other.xlsx", "--until", "autrefois")
    assert wrong.exit_code == 2
    assert told(wrong) == ["clausette : --until : « autrefois » n’est pas un mois. Écrivez par exemple 2026-10."]
    assert not (tmp_path / "other.xlsx").exists()
