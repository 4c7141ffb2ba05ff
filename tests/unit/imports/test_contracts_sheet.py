from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from core.contracts_sheet import ContractRow, read_contracts
from core.hours import NBSP
from core.terms import ContractNature, Modality
from tests.unit.imports.samples import HEADERS, LINE, Value, contracts, ods, ods_row, workbook

FULL: dict[str, Value] = {
    "acheteur_siret": "000 000 018 00010",
    "lot (numéro)": 2,
    "intitulé du lot": "Gros œuvre",
    "nature": "Travaux",
    "montant HT": "450 000,50 €",
    "date de lancement de la consultation": date(2026, 1, 12),
    "date de notification": "12/03/2026",
    "date de début": "2026-04-01",
    "date de fin": "31 mars 2027",
    "durée en mois": "12 mois",
    "lieu": "Exemple-sur-Loire",
    "code CPV": "45214200-2",
    "attributaire_siret": 2600013,
    "contact (nom)": "Camille Exemple",
    "contact e-mail": "Camille@Exemple.fr",
    "contact téléphone": "+33 1 00 00 00 01",
    "modalités admises": "ETTI ; embauche directe",
    "publics": "bénéficiaires du RSA ; jeunes (moins de 26 ans, sans diplôme)",
    "jour limite de déclaration": "le 10 du mois",
    "pénalité par heure": "40 € / heure",
    "conditions de pénalité (texte)": "Après mise en demeure",
    "article du contrat": "CCAP 7.3",
}


def _only(path: Path) -> ContractRow:
    sheet = read_contracts(path)
    assert [str(problem) for problem in sheet.problems] == []
    (row,) = sheet.rows
    return row


def _problems(path: Path) -> list[str]:
    return [str(problem).replace(NBSP, " ") for problem in read_contracts(path).problems]


def test_every_column_of_a_line_is_read(tmp_path: Path) -> None:
    assert _only(contracts(tmp_path / "a.xlsx", FULL)) == ContractRow(
        line=2,
        buyer="Commune d’Exemple",
        buyer_siret="00000001800010",
        reference="2026-01T",
        object="Préau de l’école",
        lot="2",
        lot_title="Gros œuvre",
        nature=ContractNature.WORKS,
        amount=Decimal("450000.50"),
        launched_on=date(2026, 1, 12),
        notified_on=date(2026, 3, 12),
        starts_on=date(2026, 4, 1),
        ends_on=date(2027, 3, 31),
        months=12,
        place="Exemple-sur-Loire",
        cpv="45214200",
        awardee="Maçonnerie Exemple",
        awardee_siret="00000002600013",
        contact_name="Camille Exemple",
        contact_email="camille@exemple.fr",
        contact_phone="01 00 00 00 01",
        hours=Decimal("1200.00"),
        modalities=(Modality.DIRECT_HIRE, Modality.SECONDMENT),
        publics=("bénéficiaires du RSA", "jeunes (moins de 26 ans, sans diplôme)"),
        reporting_day=10,
        penalty_per_hour=Decimal("40.00"),
        penalty_terms="Après mise en demeure",
        clause_article="CCAP 7.3",
    )


def test_the_required_columns_are_enough(tmp_path: Path) -> None:
    row = _only(contracts(tmp_path / "a.xlsx"))
    assert (row.nature, row.amount, row.modalities, row.publics) == (None, None, (), ())


def test_titles_are_recognised_whatever_their_case_accents_order_and_place(tmp_path: Path) -> None:
    titles = ["", "HEURE INSERTION", "Entreprise", "  objet du marche ", "Réf. marché", "Maître d'ouvrage"]
    path = workbook(
        tmp_path / "a.xlsx", ["Suivi 2026"], [], titles, ["", 80, "Peintures Exemple", "Salle", "7", "Ville"]
    )
    row = _only(path)
    assert (row.line, row.hours, row.awardee, row.reference, row.buyer) == (
        4,
        Decimal(80),
        "Peintures Exemple",
        "7",
        "Ville",
    )


def test_csv_and_ods_tables_are_read_too(tmp_path: Path) -> None:
    text = tmp_path / "a.csv"
    cells = [str(cell) for cell in LINE]
    text.write_bytes(f"{';'.join(HEADERS)}\n{';'.join(cells)}\n".encode("cp1252"))
    book = ods(tmp_path / "a.ods", ods_row(*HEADERS) + ods_row(*cells))
    assert _only(text) == _only(book)


def test_unknown_columns_are_ignored_and_said(tmp_path: Path) -> None:
    sheet = read_contracts(contracts(tmp_path / "a.xlsx", {"Observations": "à revoir", "Chef": "Sacha"}))
    assert sheet.problems == ()
    assert sheet.notices[0].replace(NBSP, " ") == "Colonnes ignorées : « Observations » et « Chef »."


def test_missing_required_columns_are_named_and_nothing_is_read(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", ["Acheteur", "Objet", "Entreprise"], ["Ville", "Préau", "Exemple"])
    assert _problems(path) == [
        "Ligne 1 : il manque les colonnes « référence du marché » et « heures d’insertion ». "
        "Ajoutez-les ou partez du modèle."
    ]
    assert read_contracts(path).rows == ()


def test_a_table_about_something_else_is_said_to_have_no_titles(tmp_path: Path) -> None:
    (problem,) = _problems(workbook(tmp_path / "a.xlsx", ["Nom", "Prénom"], ["Exemple", "Camille"]))
    assert problem.startswith("Aucune ligne de titres n’a été reconnue. Partez du modèle")


def test_a_title_that_stands_twice_is_a_problem(tmp_path: Path) -> None:
    (problem,) = _problems(workbook(tmp_path / "a.xlsx", [*HEADERS, "heures"], [*LINE, 80]))
    assert problem == "Ligne 1, colonne « heures » : ce titre est là deux fois. Gardez une seule colonne."


def test_a_problem_says_the_line_the_column_the_value_and_what_to_write(tmp_path: Path) -> None:
    lines: list[dict[str, Value]] = [{"Référence du marché": f"M{number}"} for number in range(12)]
    (problem,) = _problems(contracts(tmp_path / "a.xlsx", *lines, {"Heures d’insertion": "12O0"}))
    assert problem == (
        "Ligne 14, colonne « Heures d’insertion » : « 12O0 » n’est pas un nombre d’heures. "
        "Écrivez par exemple 1200 ou 1 200,5."
    )


def test_all_the_problems_of_the_table_are_said_at_once_in_its_order(tmp_path: Path) -> None:
    path = contracts(tmp_path / "a.xlsx", {"Attributaire": ""}, {"Heures d’insertion": "beaucoup", "Objet": None}, {})
    assert [problem.split(" :")[0] for problem in _problems(path)] == [
        "Ligne 2, colonne « Attributaire »",
        "Ligne 3, colonne « Objet »",
        "Ligne 3, colonne « Heures d’insertion »",
    ]


@pytest.mark.parametrize(
    ("written", "hours"),
    [
        (1200, "1200"), (1200.5, "1200.5"), (80.35000000000001, "80.35"), ("1 200,5", "1200.5"), ("1200.5", "1200.5"),
        (f"1{NBSP}200 h", "1200"), ("1\u202f200 heures", "1200"), ("1.200,50", "1200.5"), ("1,200.50", "1200.5"),
    ],
)  # fmt: skip
def test_hours_are_read_as_people_write_them(tmp_path: Path, written: Value, hours: str) -> None:
    assert _only(contracts(tmp_path / "a.xlsx", {"Heures d’insertion": written})).hours == Decimal(hours)


@pytest.mark.parametrize("written", ["1.200", "1,200"])
def test_a_number_that_can_be_read_in_two_ways_is_asked_again(tmp_path: Path, written: str) -> None:
    (problem,) = _problems(contracts(tmp_path / "a.xlsx", {"Heures d’insertion": written}))
    assert problem.endswith(f"« {written} » peut se lire de deux façons. Écrivez 1200 ou 1,20.")


@pytest.mark.parametrize("written", [0, -12, "-12", "1e99", 1e300, "une centaine", True, "h", "12 000 000 000"])
def test_what_is_no_volume_of_hours_is_refused(tmp_path: Path, written: Value) -> None:
    assert len(_problems(contracts(tmp_path / "a.xlsx", {"Heures d’insertion": written}))) == 1


def test_amounts_of_several_millions_are_read_with_repeated_points(tmp_path: Path) -> None:
    assert _only(contracts(tmp_path / "a.xlsx", {"montant HT": "1.250.000 € HT"})).amount == 1_250_000


@pytest.mark.parametrize(
    "written", ["12/03/2026", "2026-03-12", "12 mars 2026", "jeudi 12 mars 2026", date(2026, 3, 12)]
)
def test_dates_are_read_in_every_usual_writing(tmp_path: Path, written: Value) -> None:
    assert _only(contracts(tmp_path / "a.xlsx", {"date de début": written})).starts_on == date(2026, 3, 12)


@pytest.mark.parametrize(
    ("written", "fault"),
    [("31/02/2026", "n’existe pas"), ("mars 2026", "n’est pas une date"), (46093, "n’est pas une date"),
     ("12/03/1026", "année impossible")],
)  # fmt: skip
def test_impossible_dates_are_refused(tmp_path: Path, written: Value, fault: str) -> None:
    (problem,) = _problems(contracts(tmp_path / "a.xlsx", {"date de début": written}))
    assert fault in problem


def test_a_contract_that_ends_before_it_starts_is_a_problem(tmp_path: Path) -> None:
    (problem,) = _problems(contracts(tmp_path / "a.xlsx", {"date de début": "01/09/2026", "date de fin": "01/03/2026"}))
    assert problem == (
        "Ligne 2, colonne « date de fin » : « 01/03/2026 » est avant « date de début » (01/09/2026). "
        "Corrigez l’une des deux dates."
    )


@pytest.mark.parametrize(
    ("title", "written", "fault"),
    [
        ("SIRET", "00000002600014", "n’est pas un numéro SIRET valide"),
        ("SIRET", "1,23457E+13", "a été arrondi par le tableur"),
        ("Référence du marché", date(2026, 5, 1), "est devenu une date dans le tableur"),
        ("CPV", "4521", "n’est pas un code CPV"),
        ("Courriel", "camille(at)exemple.fr", "n’est pas une adresse e-mail"),
        ("Courriel", "a@exemple.fr; b@exemple.fr", "n’est pas une adresse e-mail"),
        ("Téléphone", "12", "n’est pas un numéro de téléphone"),
        ("Nature", "divers", "n’est pas une nature de marché"),
        ("Modalités", "embauche directe et bénévolat", "contient « bénévolat », qui n’est pas une modalité connue"),
        ("Jour limite", 31, "n’est pas un jour du mois"),
        ("Durée", "longtemps", "n’est pas une durée en mois"),
        ("Pénalité", "-40", "n’est pas un montant possible"),
        ("Objet", "x" * 1001, "fait plus de 1000 caractères"),
    ],
)
def test_each_column_says_what_it_does_not_understand(tmp_path: Path, title: str, written: Value, fault: str) -> None:
    (problem,) = _problems(contracts(tmp_path / "a.xlsx", {title: written}))
    assert fault in problem


def test_numbers_that_lost_their_zeros_in_the_spreadsheet_find_them_again(tmp_path: Path) -> None:
    row = _only(contracts(tmp_path / "a.xlsx", {"SIRET": 2600013, "CPV": 3000000, "Téléphone": 100000001}))
    assert (row.awardee_siret, row.cpv, row.contact_phone) == ("00000002600013", "03000000", "01 00 00 00 01")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("toutes", tuple(Modality)),
        ("Sous-traitance ou cotraitance d’insertion", (Modality.SUBCONTRACTING,)),
        ("Mise à disposition (ETTI, AI, GEIQ…)", (Modality.SECONDMENT,)),
        ("MAD / embauche", (Modality.DIRECT_HIRE, Modality.SECONDMENT)),
        (None, ()),
    ],
)
def test_modalities_are_read_from_a_list_in_words(
    tmp_path: Path, written: Value, expected: tuple[Modality, ...]
) -> None:
    assert _only(contracts(tmp_path / "a.xlsx", {"Modalités": written})).modalities == expected


@pytest.mark.parametrize("modality", Modality)
def test_the_label_of_each_modality_and_nature_is_understood(tmp_path: Path, modality: Modality) -> None:
    assert _only(contracts(tmp_path / "a.xlsx", {"Modalités": modality.label})).modalities == (modality,)
    for nature in ContractNature:
        assert _only(contracts(tmp_path / "a.xlsx", {"Nature": nature.label.upper()})).nature is nature


def test_lots_and_awardees_of_one_contract_stand_on_several_lines(tmp_path: Path) -> None:
    sheet = read_contracts(
        contracts(tmp_path / "a.xlsx", {"lot": 1}, {"lot": 2}, {"lot": 2, "Attributaire": "Peintures Exemple"})
    )
    assert sheet.problems == ()
    assert [(row.lot, row.awardee) for row in sheet.rows] == [
        ("1", "Maçonnerie Exemple"), ("2", "Maçonnerie Exemple"), ("2", "Peintures Exemple"),
    ]  # fmt: skip


def test_a_line_copied_twice_is_a_problem(tmp_path: Path) -> None:
    assert _problems(contracts(tmp_path / "a.xlsx", {}, {})) == [
        "Ligne 3 : c’est la copie exacte de la ligne 2. Supprimez l’une des deux."
    ]


def test_two_lines_that_give_different_hours_for_the_same_commitment_are_a_problem(tmp_path: Path) -> None:
    same_but_typed_otherwise: dict[str, Value] = {"Acheteur": "COMMUNE D'EXEMPLE", "Heures d’insertion": 80}
    (problem,) = _problems(contracts(tmp_path / "a.xlsx", {}, same_but_typed_otherwise))
    assert problem.startswith("Ligne 3 : même marché, même lot et même attributaire que la ligne 2")


def test_lots_of_one_contract_were_launched_on_the_same_day(tmp_path: Path) -> None:
    title = "date de lancement de la consultation"
    (problem,) = _problems(
        contracts(tmp_path / "a.xlsx", {"lot": 1, title: "12/01/2026"}, {"lot": 2, title: "12/11/2026"})
    )
    assert problem.startswith(f"Ligne 3, colonne « {title} » : « 12/11/2026 » n’est pas la date de la ligne 2")


def test_a_line_without_any_date_is_accepted_with_a_remark(tmp_path: Path) -> None:
    sheet = read_contracts(contracts(tmp_path / "a.xlsx"))
    assert (len(sheet.rows), sheet.problems) == (1, ())
    assert sheet.notices[0].startswith("Sans date de début ni de notification (ligne 2)")


def test_titles_without_any_line_are_a_problem(tmp_path: Path) -> None:
    assert _problems(workbook(tmp_path / "a.xlsx", HEADERS)) == [
        "Il n’y a aucune ligne sous les titres. Écrivez un marché par ligne."
    ]


def test_control_characters_never_enter_a_text(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f'{";".join(HEADERS)}\nVille;7;"Préau\n de\u200b l’école\x07";Exemple;80\n', "utf-8")
    assert _only(path).object == "Préau de l’école"
