"""A month told in one message: read, completed, read back, recorded; from the chat and from the command line."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import typer
from sqlalchemy import select
from typer.testing import CliRunner, Result

from bot.cli import declaring
from bot.cli.rooms import opened
from core.employments import Hire, employments_of, hire
from core.house import House
from core.models import Case, Commitment, Declaration, Employment, Person
from core.terms import Criterion, DeclarationStatus, EmploymentKind, Modality, NilReason
from tests.cast import Cast, gather
from tests.houses import FakeClock

NBSP = "\u00a0"


def in_force(cast: Cast, month: str, commitment: Commitment | None = None) -> Declaration:
    """Return the version in force of a month, its lines read."""
    with cast.house.database.reading() as session:
        return session.scalars(
            select(Declaration).where(
                Declaration.commitment_id == (commitment or cast.school).id,
                Declaration.month == month,
                Declaration.status != DeclarationStatus.SUPERSEDED,
            )
        ).one()


def lines(cast: Cast, month: str, commitment: Commitment | None = None) -> dict[str, tuple[float, float]]:
    """Return hours worked and in training by participant."""
    declared = in_force(cast, month, commitment)
    return {line.employment.participant.name: (float(line.worked), float(line.training)) for line in declared.lines}


def employ(cast: Cast, name: str, on: Commitment, since: str) -> Employment:
    """Hire somebody for Bâti Nord."""
    with cast.house.database.transaction() as session:
        hired = Hire(name, date.fromisoformat(since), Modality.DIRECT_HIRE, EmploymentKind.CDD, Criterion.RSA)
        by, row = session.get_one(Person, cast.carole.id), session.get_one(Commitment, on.id)
        return hire(session, cast.house, row, hired, by)


class TestTelling:
    def test_two_messages_declare_a_month_with_its_receipt(self, cast: Cast) -> None:
        talk = cast.talk(cast.carole)
        summary = talk.says("novembre : Leroy 84 + 7 formation, Karim rien (arrêt maladie)")
        assert f"- Marie Leroy{NBSP}: 91{NBSP}h (dont 7{NBSP}h de formation)" in summary
        assert f"- Karim Haddad{NBSP}: 0{NBSP}h, arrêt maladie" in summary
        assert f"Il restera 821,5{NBSP}h à faire" in summary
        assert "Reçu **R-000004**" in talk.says("oui")
        assert lines(cast, "2026-11") == {"Marie Leroy": (84, 7), "Karim Haddad": (0, 0)}
        assert in_force(cast, "2026-11").note == f"Karim Haddad{NBSP}: arrêt maladie"

    def test_the_month_due_goes_without_saying_and_is_read_back(self, cast: Cast) -> None:
        assert "**Novembre 2026" in cast.talk(cast.carole).says("Leroy 84, Karim 60")

    def test_when_two_months_are_due_the_ended_one_is_meant(self, cast: Cast, clock: FakeClock) -> None:
        clock.advance(days=20)
        assert "**Novembre 2026" in cast.talk(cast.carole).says("Leroy 84, Karim 60")

    def test_only_what_is_missing_is_asked(self, cast: Cast) -> None:
        talk = cast.talk(cast.carole)
        assert "**Karim Haddad**" in talk.says("novembre : Leroy 84 h")
        assert f"Total{NBSP}: 96{NBSP}h" in talk.says("12")

    def test_a_sentence_in_mid_declaration_fills_the_answers_it_gives(self, cast: Cast) -> None:
        talk = cast.talk(cast.carole)
        for text in ("déclarer", "1", "novembre", "Saisir les heures"):
            talk.says(text)
        assert f"Total{NBSP}: 144{NBSP}h" in talk.says("Karim 60 et Leroy 84")

    def test_a_name_in_mid_declaration_is_not_taken_for_the_person_asked_about(self, cast: Cast) -> None:
        talk = cast.talk(cast.carole)
        for text in ("déclarer", "1", "novembre", "Saisir les heures"):
            talk.says(text)
        assert "**Marie Leroy**" in talk.says("Karim 60")
        assert f"Karim Haddad{NBSP}: 60{NBSP}h" in talk.says("84")

    def test_one_line_is_corrected_the_others_stay(self, cast: Cast) -> None:
        talk = cast.talk(cast.carole)
        summary = talk.says("en fait 92 h pour Leroy en octobre, erreur de saisie")
        assert f"Marie Leroy{NBSP}: 92{NBSP}h (avant{NBSP}: 120,5{NBSP}h)" in summary
        assert f"Karim Haddad{NBSP}: 67{NBSP}h (dont 7{NBSP}h de formation)" in summary
        assert "Il remplace le reçu R-000002" in talk.says("oui")
        assert lines(cast, "2026-10") == {"Marie Leroy": (92, 0), "Karim Haddad": (60, 7)}
        assert in_force(cast, "2026-10").note == f"Correction{NBSP}: erreur de saisie"

    def test_a_correction_without_a_month_is_of_the_last_declaration(self, cast: Cast) -> None:
        assert "**Octobre 2026" in cast.talk(cast.carole).says("en fait Leroy c’est 92")

    def test_the_value_said_to_be_replaced_is_checked(self, cast: Cast) -> None:
        told = cast.talk(cast.carole).says("octobre : Leroy 92 h au lieu de 84")
        assert f"la version enregistrée dit 120,5{NBSP}h" in told

    def test_an_accepted_month_becomes_a_request_with_what_was_told(self, cast: Cast) -> None:
        talk = cast.talk(cast.carole)
        assert "déjà validé" in talk.says("en fait 92 h pour Leroy en septembre")
        assert "D-2026-00001" in talk.taps("Demander une correction")
        with cast.house.database.reading() as session:
            case = session.scalars(select(Case)).one()
            assert case.commitment_id == cast.school.id
            assert f"Marie Leroy{NBSP}: 92{NBSP}h au lieu de 100{NBSP}h" in case.messages[0].text
        assert lines(cast, "2026-09") == {"Marie Leroy": (100, 0)}

    def test_the_last_month_is_copied(self, cast: Cast) -> None:
        talk = cast.talk(cast.carole)
        summary = talk.says("novembre : pareil que le mois dernier sauf Leroy 92")
        assert "Heures reprises : octobre 2026" in summary
        talk.says("oui")
        assert lines(cast, "2026-11") == {"Marie Leroy": (92, 0), "Karim Haddad": (60, 7)}

    def test_everybody_has_the_same_hours_when_it_is_said(self, cast: Cast) -> None:
        talk = cast.talk(cast.carole)
        talk.says("novembre : tout le monde 151,67 sauf Karim 84")
        talk.says("oui")
        assert lines(cast, "2026-11") == {"Marie Leroy": (151.67, 0), "Karim Haddad": (84, 0)}

    def test_a_month_without_hours_keeps_its_reason(self, cast: Cast) -> None:
        talk = cast.talk(cast.carole)
        talk.says("rien ce mois-ci, chantier arrêté")
        assert "Raison\u00a0: travaux arrêtés" in talk.taps("2026-TX-014")
        talk.says("oui")
        assert in_force(cast, "2026-11").nil_reason is NilReason.SUSPENDED

    def test_a_wrong_total_is_asked_about(self, cast: Cast) -> None:
        talk = cast.talk(cast.carole)
        told = talk.says("novembre : Leroy 84, Karim 60, total 150")
        assert f"un total de 150{NBSP}h, mais la somme des lignes fait 144{NBSP}h" in told
        assert "**Karim Haddad**" in talk.taps("Heures de Karim")
        assert f"Total{NBSP}: 150{NBSP}h" in talk.says("66")

    def test_people_of_two_contracts_make_two_declarations(self, cast: Cast) -> None:
        employ(cast, "Nadia Benali", cast.housing, "2026-11-09")
        talk = cast.talk(cast.carole)
        assert "HL-2026-07" not in talk.says("novembre : Leroy 84, Karim 60, Benali 35")
        told = talk.says("oui")
        assert "C’est enregistré" in told
        assert f"Nadia Benali{NBSP}: 35{NBSP}h" in told
        assert "C’est enregistré" in talk.says("oui")
        assert lines(cast, "2026-11") == {"Marie Leroy": (84, 0), "Karim Haddad": (60, 0)}
        assert lines(cast, "2026-11", cast.housing) == {"Nadia Benali": (35, 0)}

    def test_who_works_on_one_contract_only_chooses_it(self, cast: Cast) -> None:
        employ(cast, "Nadia Benali", cast.housing, "2026-11-09")
        assert "HL-2026-07" in cast.talk(cast.carole).says("novembre : Benali 35")

    def test_several_months_are_declared_one_after_the_other(self, cast: Cast) -> None:
        talk = cast.talk(cast.carole)
        assert "**Octobre 2026" in talk.says("Leroy 90 en octobre et 84 en novembre")
        told = talk.says("oui")
        assert "Karim Haddad** en novembre" in told
        assert f"Total{NBSP}: 94{NBSP}h" in talk.says("10")

    def test_who_is_not_employed_that_month_is_said_so(self, cast: Cast) -> None:
        with cast.house.database.transaction() as session:
            october = session.scalars(select(Declaration).where(Declaration.month == "2026-09")).one()
            october.status = DeclarationStatus.SUBMITTED
        told = cast.talk(cast.carole).says("septembre : Leroy 90, Karim 12")
        assert "Karim Haddad n’est pas sous contrat sur ce marché en septembre 2026" in told

    def test_a_new_hire_is_told_with_the_month(self, cast: Cast) -> None:
        talk = cast.talk(cast.carole)
        assert "De quelle façon" in talk.says(
            "novembre : Leroy 84, Karim 60, nouvelle embauche Nadia Petit le 12, CDD, RSA, 60 h"
        )
        assert f"Nadia Petit (embauche du 12 novembre 2026){NBSP}: 60{NBSP}h" in talk.taps("Embauche directe")
        talk.says("oui")
        with cast.house.database.reading() as session:
            names = [each.participant.name for each in employments_of(session, cast.school.id)]
        assert names == ["Marie Leroy", "Karim Haddad", "Nadia Petit"]

    def test_a_name_unknown_in_a_declared_month_leaves_the_other_lines_as_they_are(self, cast: Cast) -> None:
        talk = cast.talk(cast.carole)
        assert "Je ne connais pas" in talk.says("En octobre, Nadia Petit a fait 84 h")
        assert "Depuis quel jour" in talk.taps("Nouvelle embauche")
        for text in ("le 12 octobre", "Embauche directe", "CDD", "RSA"):
            summary = talk.says(text)
        assert f"Marie Leroy{NBSP}: 120,5{NBSP}h" in summary
        assert f"Total{NBSP}: 271,5{NBSP}h" in summary

    def test_a_month_may_end_with_a_polite_question(self, cast: Cast) -> None:
        assert "Vous confirmez" in cast.talk(cast.carole).says("Bonjour, Leroy 84 h, Karim 60. C’est bon ?")

    def test_hours_above_the_possible_are_refused_with_the_reason(self, cast: Cast) -> None:
        assert "dépasse le maximum" in cast.talk(cast.carole).says("novembre : Leroy 400 h, Karim 60")

    def test_a_hire_without_a_first_name_is_asked_for_it(self, cast: Cast) -> None:
        talk = cast.talk(cast.carole)
        told = talk.says("novembre : Leroy 84, Karim 60, nouvelle embauche Petit le 12, 60 h")
        assert f"Vous avez embauché «{NBSP}Petit{NBSP}»" in told
        assert "De quelle façon" in talk.says("Nadia Petit")

    @pytest.mark.parametrize(
        "text",
        ["Combien d’heures pour Leroy en octobre ?", "est-ce que Mme Leroy compte encore ?", "bonjour", "84",
         "Est-ce que les 84 h de Leroy comptent ?", "Quel taux d’heures faut-il au minimum ?", "Leroy"],
    )  # fmt: skip
    def test_a_question_or_a_word_declares_nothing(self, cast: Cast, text: str) -> None:
        talk = cast.talk(cast.carole)
        talk.says(text)
        assert "Vous confirmez" not in talk.shown[-1].text
        assert "Pour quel marché" not in talk.shown[-1].text

    @pytest.mark.parametrize("who", ["alice", "bernard", "olivia", "david", "fanny", ""])
    def test_nobody_declares_the_people_of_somebody_else(self, cast: Cast, who: str) -> None:
        talk = cast.talk(getattr(cast, who) if who else None)
        told = talk.says("octobre : Marie Leroy 12 h, Karim Haddad 12") + talk.says("oui")
        assert "lot\u00a01" not in told
        assert lines(cast, "2026-10") == {"Marie Leroy": (120.5, 0), "Karim Haddad": (60, 7)}

    def test_what_was_told_is_agreed_to_again_when_somebody_else_declares_meanwhile(self, cast: Cast) -> None:
        talk = cast.talk(cast.carole)
        talk.says("novembre : Leroy 84, Karim 60")
        agreed = talk.button("Oui").data
        other = cast.talk(cast.claude)
        other.says("novembre : Leroy 10, Karim 10")
        other.says("oui")
        assert f"avant{NBSP}: 20{NBSP}h" in talk.sends_back(agreed)


app = typer.Typer()
app.callback()(lambda: None)
declaring.register(app)
CAROLE = "carole.constructeur@exemple.fr"


@contextmanager
def on_that_day() -> Iterator[House]:
    """Open the house on the day of the cast."""
    with opened() as house:
        yield replace(house, clock=FakeClock())


def run(*words: str) -> Result:
    """Run `clausette declare`."""
    return CliRunner().invoke(app, ["declare", *words])


class TestCommand:
    @pytest.fixture(autouse=True)
    def installation(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """An installation of one operator with the cast in it, on the day of the cast."""
        monkeypatch.setenv("CLAUSETTE_DATA_DIR", str(tmp_path / "data"))
        monkeypatch.setattr(declaring, "opened", on_that_day)
        with on_that_day() as house:
            gather(house)

    def test_a_text_is_read_without_recording_anything(self) -> None:
        done = run("--as", CAROLE, "novembre 2026 : Leroy 84 + 7 formation, Karim rien (arrêt)", "--dry-run", "--json")
        found = json.loads(done.stdout)
        assert done.exit_code == 0
        assert found == {
            "declarations": [
                {
                    "commitment": "2026-TX-014",
                    "lot": "1",
                    "month": "2026-11",
                    "lines": [
                        {"participant": "Marie Leroy", "worked": 84, "training": 7, "new_hire": False, "note": ""},
                        {"participant": "Karim Haddad", "worked": 0, "training": 0, "new_hire": False, "note": "arrêt"},
                    ],
                    "total": 91,
                }
            ],
            "questions": [],
            "refused": [],
        }
        assert run("--as", CAROLE, "novembre 2026 : Leroy 84, Karim 60", "--dry-run").exit_code == 0
        with opened() as house, house.database.reading() as session:
            assert not session.scalars(select(Declaration.id).where(Declaration.month == "2026-11")).all()

    def test_a_clear_text_is_recorded_with_its_receipt(self) -> None:
        done = run("--as", CAROLE, "novembre 2026 : Leroy 84, Karim 60")
        assert done.exit_code == 0
        assert "R-000004" in done.stdout
        again = run("--as", CAROLE, "en fait 92 h pour Leroy en novembre 2026", "--json", "--yes")
        assert json.loads(again.stdout)["receipts"] == ["R-000005"]
        with opened() as house, house.database.reading() as session:
            latest = session.scalars(select(Declaration).where(Declaration.version == 2)).one()
            assert [line.worked for line in latest.lines] == [92, 60]

    @pytest.mark.parametrize(
        ("text", "asked"),
        [
            ("novembre 2026 : Leroy environ 80, Karim 60", "Il me faut un nombre exact"),
            ("novembre 2026 : Durand 84, Leroy 1, Karim 1", "Je ne connais pas"),
            ("novembre 2026 : Leroy 84", "Karim Haddad"),
            ("novembre 2026 : Leroy 84, Karim 60, nouvelle embauche Nadia Petit le 12, 60 h", "contrat de travail"),
            ("bonjour", "aucune heure"),
        ],
    )
    def test_what_is_missing_is_asked_and_nothing_recorded(self, text: str, asked: str) -> None:
        done = run("--as", CAROLE, text, "--json")
        assert done.exit_code == 1
        assert any(asked in question for question in json.loads(done.stdout)["questions"])
        with opened() as house, house.database.reading() as session:
            assert not session.scalars(select(Declaration.id).where(Declaration.month == "2026-11")).all()

    @pytest.mark.parametrize(
        ("who", "text", "reason"),
        [
            (CAROLE, "septembre 2026 : Leroy 84", "déjà validé"),
            (CAROLE, "décembre 2026 : Leroy 84", "pas encore commencé"),
            (CAROLE, "novembre 2026 : Leroy 400, Karim 12", "maximum possible"),
            ("alice.achat@exemple.fr", "novembre 2026 : Leroy 84", "Aucun marché"),
        ],
    )
    def test_what_cannot_be_is_refused_with_its_reason(self, who: str, text: str, reason: str) -> None:
        done = run("--as", who, text, "--json")
        assert done.exit_code == 1
        assert any(reason in each for each in json.loads(done.stdout)["refused"])

    def test_the_people_of_another_company_are_not_known(self) -> None:
        done = run("--as", "olivia.outsider@exemple.fr", "novembre 2026 : Leroy 84, Girard 35", "--json")
        assert done.exit_code == 1
        assert "Marie" not in done.stdout
        assert "Karim" not in done.stdout

    def test_an_unknown_address_and_an_empty_text_are_errors_of_use(self) -> None:
        assert run("--as", "inconnue@exemple.fr", "Leroy 84").exit_code == 2
        assert run("--as", CAROLE, "  ").exit_code == 2

    def test_unusual_hours_are_a_question_that_yes_answers(self, cast: Cast) -> None:
        text = "novembre 2026 : Leroy 160, Karim 12"
        asked = run("--as", CAROLE, text, "--json")
        assert asked.exit_code == 1
        assert any("temps plein" in each for each in json.loads(asked.stdout)["questions"])
        done = run("--as", CAROLE, text, "--json", "--yes")
        assert done.exit_code == 0
        assert json.loads(done.stdout)["receipts"] == ["R-000004"]
