from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from core.amendments import put_in_force
from core.hours import NBSP
from core.house import House
from core.importing import ContractsImported, import_contracts
from core.models import Amendment, Commitment, Organisation, Person
from core.people import person_by_email
from core.refusal import Refused
from core.terms import AmendmentKind, AmendmentStatus, CommitmentStatus, ContractNature, OrganisationKind
from tests.houses import FakeClock
from tests.integration.imports.tables import BATI, NETTO, PAINT, SCHOOL, Held, changes, commitments, held, table
from tests.unit.imports.samples import HEADERS, Value, workbook


def imported(house: House, folder: Path, *lines: dict[str, Value]) -> ContractsImported:
    return import_contracts(house, table(folder, *lines))


def problems(house: House, folder: Path, *lines: dict[str, Value]) -> list[str]:
    done = imported(house, folder, *lines)
    assert (done.created, done.updated, done.unchanged) == (0, 0, 0)
    return [str(problem).replace(NBSP, " ") for problem in done.problems]


def test_a_line_becomes_organisations_a_contract_a_commitment_and_a_contact(house: House, tmp_path: Path) -> None:
    assert imported(house, tmp_path, SCHOOL) == ContractsImported(created=1)
    (commitment,) = commitments(house)
    contract = commitment.contract
    assert (contract.buyer.name, contract.buyer.siret) == ("Ville de Clairval", "00000001800010")
    assert (contract.buyer.kind, commitment.awardee.kind) == (OrganisationKind.BUYER, OrganisationKind.AWARDEE)
    assert (contract.reference, contract.object) == ("2026-TX-014", "Réhabilitation du groupe scolaire")
    assert (contract.nature, contract.amount) == (ContractNature.WORKS, Decimal(450_000))
    assert contract.notified_on == date(2026, 4, 1)
    assert (commitment.lot, commitment.lot_title, commitment.awardee.name) == ("1", "Gros œuvre", "Bâti Nord")
    assert (commitment.committed_hours, commitment.status) == (Decimal(1200), CommitmentStatus.ACTIVE)
    assert (commitment.starts_on, commitment.ends_on) == (date(2026, 5, 4), date(2027, 8, 31))
    assert commitment.modalities == ["direct_hire", "secondment", "subcontracting"]
    assert commitment.publics == ["bénéficiaires du RSA", "jeunes de moins de 26 ans"]
    assert (commitment.reporting_day, commitment.penalty_per_hour) == (5, Decimal(40))
    assert (commitment.penalty_terms, commitment.contract_article) == ("Après mise en demeure", "CCAP 12.3")
    with house.database.reading() as session:
        carole = person_by_email(session, house, "Carole.Constructeur@exemple.fr")
        assert carole is not None
        assert (carole.name, carole.phone, carole.organisation_id) == (
            "Carole Constructeur", "01 99 00 00 02", commitment.awardee_id,
        )  # fmt: skip


def test_importing_the_same_table_again_changes_nothing(house: House, tmp_path: Path) -> None:
    path = table(tmp_path, SCHOOL, PAINT)
    assert import_contracts(house, path) == ContractsImported(created=2)
    before = held(house)
    assert before.contracts == 1
    assert import_contracts(house, path) == ContractsImported(unchanged=2)
    assert held(house) == before


def test_changed_hours_and_dates_update_the_row_and_are_audited(house: House, tmp_path: Path) -> None:
    imported(house, tmp_path, SCHOOL, PAINT)
    changed = SCHOOL | {"Heures d’insertion": "1350,5", "date de fin": "31/12/2027", "article du contrat": "CCAP 13"}
    assert imported(house, tmp_path, changed, PAINT) == ContractsImported(updated=1, unchanged=1)
    school, paint = commitments(house)
    assert (school.committed_hours, school.ends_on) == (Decimal("1350.5"), date(2027, 12, 31))
    assert paint.committed_hours == Decimal(210)
    assert changes(house, "commitment") == [
        "committed_hours 1200 → 1350.5, ends_on 2027-08-31 → 2027-12-31, contract_article"
    ]


def test_a_line_taken_out_of_the_table_and_an_emptied_cell_delete_nothing(house: House, tmp_path: Path) -> None:
    imported(house, tmp_path, SCHOOL, PAINT)
    emptied = SCHOOL | {"pénalité par heure": "", "date de fin": "", "contact e-mail": "", "montant HT": ""}
    assert imported(house, tmp_path, emptied) == ContractsImported(unchanged=1)
    school, _ = commitments(house)
    assert (school.penalty_per_hour, school.ends_on) == (Decimal(40), date(2027, 8, 31))


def test_a_bad_line_names_its_number_its_field_and_what_to_write_and_nothing_is_kept(
    house: House, tmp_path: Path
) -> None:
    wrong = PAINT | {"Heures d’insertion": "12O0", "date de début": "31/02/2026"}
    assert problems(house, tmp_path, SCHOOL, wrong) == [
        "Ligne 3, colonne « Heures d’insertion » : « 12O0 » n’est pas un nombre d’heures. "
        "Écrivez par exemple 1200 ou 1 200,5.",
        "Ligne 3, colonne « date de début » : « 31/02/2026 » n’existe pas dans le calendrier. "
        "Vérifiez le jour et le mois.",
    ]
    assert held(house) == Held(0, 0, 0, 0, 0)


def test_problems_of_the_table_and_of_the_register_are_told_together(house: House, tmp_path: Path) -> None:
    taken = PAINT | {"contact e-mail": "carole.constructeur@exemple.fr"}
    wrong = PAINT | {"lot (numéro)": "3", "Heures d’insertion": "beaucoup"}
    told = problems(house, tmp_path, SCHOOL, taken, wrong)
    assert [sentence.split(" : ")[0] for sentence in told] == [
        "Ligne 3, colonne « contact e-mail »",
        "Ligne 4, colonne « Heures d’insertion »",
    ]
    assert told[0].endswith(
        "« carole.constructeur@exemple.fr » est l’adresse d’un contact de « Bâti Nord ». "
        "Écrivez une adresse propre à cette entreprise, ou laissez la case vide."
    )
    assert held(house) == Held(0, 0, 0, 0, 0)


def test_an_address_known_for_another_organisation_stops_the_import(house: House, tmp_path: Path) -> None:
    imported(house, tmp_path, SCHOOL)
    before = held(house)
    (told,) = problems(house, tmp_path, PAINT | {"contact e-mail": "Carole.Constructeur@Exemple.fr"})
    assert told.startswith("Ligne 2, colonne « contact e-mail » : « carole.constructeur@exemple.fr » est l’adresse")
    assert held(house) == before


def test_an_awardee_that_is_the_buyer_is_a_problem(house: House, tmp_path: Path) -> None:
    own: dict[str, Value] = {"Attributaire": "Régie", "attributaire_siret": "00000001800010"}
    assert problems(house, tmp_path, SCHOOL | own) == [
        "Ligne 2, colonne « attributaire (nom) » : « Régie » est aussi l’acheteur de ce marché. Corrigez l’un des deux."
    ]


def test_a_text_that_the_register_has_no_room_for_is_a_problem(house: House, tmp_path: Path) -> None:
    (told,) = problems(house, tmp_path, SCHOOL | {"lot (numéro)": "x" * 41})
    assert told.startswith("Ligne 2, colonne « lot (numéro) » : « xxx")
    assert told.endswith("… » fait plus de 40 caractères. Raccourcissez ce texte.")


def test_organisations_without_siret_are_found_by_name_whatever_the_case(house: House, tmp_path: Path) -> None:
    first = SCHOOL | {"attributaire_siret": "", "acheteur_siret": ""}
    second = first | {"Attributaire": "BATI  NORD", "Acheteur": "ville de clairval", "lot (numéro)": "2"}
    assert imported(house, tmp_path, first, second) == ContractsImported(created=2)
    assert held(house).organisations == 2
    assert imported(house, tmp_path, first, second) == ContractsImported(unchanged=2)


def test_a_siret_given_later_completes_the_organisation_known_by_its_name(house: House, tmp_path: Path) -> None:
    imported(house, tmp_path, SCHOOL | {"attributaire_siret": ""})
    assert imported(house, tmp_path, SCHOOL) == ContractsImported(updated=1)
    (commitment,) = commitments(house)
    assert commitment.awardee.siret == BATI["attributaire_siret"]
    assert imported(house, tmp_path, SCHOOL | {"attributaire_siret": ""}) == ContractsImported(unchanged=1)


def test_a_name_that_several_organisations_have_needs_a_siret(house: House, tmp_path: Path) -> None:
    twin = SCHOOL | {"lot (numéro)": "2", "attributaire_siret": NETTO["attributaire_siret"], "contact e-mail": ""}
    unsaid = SCHOOL | {"lot (numéro)": "3", "attributaire_siret": ""}
    (told,) = problems(house, tmp_path, SCHOOL, twin, unsaid)
    assert told == (
        "Ligne 4, colonne « attributaire (nom) » : « Bâti Nord » désigne plusieurs organisations connues "
        "(00000003400017, 00000004200010). Écrivez son SIRET dans la colonne « attributaire_siret »."
    )


def test_a_known_siret_keeps_its_name_and_says_so(house: House, tmp_path: Path) -> None:
    imported(house, tmp_path, SCHOOL)
    done = imported(house, tmp_path, SCHOOL | {"Attributaire": "Batinord SAS"})
    assert (done.unchanged, commitments(house)[0].awardee.name) == (1, "Bâti Nord")
    assert [notice.replace(NBSP, " ") for notice in done.notices] == [
        "Ligne 2 : le SIRET 00000003400017 est celui de « Bâti Nord » dans le suivi. Ce nom est gardé."
    ]


def test_two_ways_to_write_one_lot_are_one_commitment(house: House, tmp_path: Path) -> None:
    imported(house, tmp_path, SCHOOL)
    rewritten = SCHOOL | {"lot (numéro)": "Lot n° 01", "Référence du marché": "2026-tx-014"}
    assert imported(house, tmp_path, rewritten) == ContractsImported(unchanged=1)
    (told,) = problems(house, tmp_path, SCHOOL, rewritten)
    assert told.startswith("Ligne 3 : même marché, même lot et même attributaire que la ligne 2.")


def test_the_amounts_of_the_lots_add_up_to_that_of_the_contract(house: House, tmp_path: Path) -> None:
    imported(house, tmp_path, SCHOOL, PAINT)
    assert commitments(house)[0].contract.amount == Decimal(530_000)
    assert imported(house, tmp_path, PAINT) == ContractsImported(unchanged=1)
    assert commitments(house)[0].contract.amount == Decimal(530_000)


def test_without_dates_of_execution_the_notification_and_the_months_give_them(house: House, tmp_path: Path) -> None:
    undated = SCHOOL | {"date de début": "", "date de fin": "", "durée en mois": 24}
    imported(house, tmp_path, undated | {"date de notification": "31/08/2026"})
    (commitment,) = commitments(house)
    assert (commitment.starts_on, commitment.ends_on) == (date(2026, 8, 31), date(2028, 8, 30))


def test_a_first_day_that_is_known_is_not_moved_by_a_notification(house: House, tmp_path: Path) -> None:
    imported(house, tmp_path, SCHOOL)
    imported(house, tmp_path, SCHOOL | {"date de début": "", "date de notification": "02/04/2026"})
    (commitment,) = commitments(house)
    assert (commitment.starts_on, commitment.contract.notified_on) == (date(2026, 5, 4), date(2026, 4, 2))


@pytest.mark.parametrize(
    ("dates", "told"),
    [
        ({"date de début": "", "date de fin": "03/05/2026"}, "« date de fin » : « 03/05/2026 » est avant le début "
         "connu (04/05/2026). Écrivez aussi la date de début."),
        ({"date de début": "01/09/2027", "date de fin": ""}, "« date de début » : « 01/09/2027 » est après la fin "
         "connue (31/08/2027). Écrivez aussi la date de fin."),
    ],
)  # fmt: skip
def test_a_date_that_contradicts_the_known_one_is_a_problem(
    house: House, tmp_path: Path, dates: dict[str, Value], told: str
) -> None:
    imported(house, tmp_path, SCHOOL)
    assert problems(house, tmp_path, SCHOOL | dates) == [f"Ligne 2, colonne {told}"]


@pytest.mark.parametrize(
    ("dates", "status"),
    [
        ({"date de fin": "22/11/2026"}, CommitmentStatus.ENDED),
        ({"date de fin": "23/11/2026"}, CommitmentStatus.ACTIVE),
        ({"date de fin": ""}, CommitmentStatus.ACTIVE),
        ({"date de début": "", "date de fin": "", "date de notification": ""}, CommitmentStatus.TO_COMPLETE),
    ],
)
def test_hours_and_dates_say_where_a_commitment_stands(
    sqlite_house: House, tmp_path: Path, dates: dict[str, Value], status: CommitmentStatus
) -> None:
    imported(sqlite_house, tmp_path, SCHOOL | dates)
    assert commitments(sqlite_house)[0].status is status


def test_what_the_facilitateur_suspended_or_closed_stays_so_unless_hours_or_dates_change(
    house: House, tmp_path: Path
) -> None:
    imported(house, tmp_path, SCHOOL, PAINT)
    with house.database.transaction() as session:
        for commitment, status in zip(commitments(house), ("suspended", "ended"), strict=True):
            session.merge(commitment).status = CommitmentStatus.of(status)
    assert imported(house, tmp_path, SCHOOL, PAINT) == ContractsImported(unchanged=2)
    longer: dict[str, Value] = {"date de fin": "31/12/2027"}
    assert imported(house, tmp_path, SCHOOL | longer, PAINT | longer) == ContractsImported(updated=2)
    assert [each.status for each in commitments(house)] == [CommitmentStatus.SUSPENDED, CommitmentStatus.ACTIVE]


def test_a_contract_that_runs_out_is_not_changed_by_the_same_table(
    house: House, tmp_path: Path, clock: FakeClock
) -> None:
    path = table(tmp_path, SCHOOL)
    import_contracts(house, path)
    clock.advance(days=400)
    assert import_contracts(house, path) == ContractsImported(unchanged=1)


def test_a_contact_is_completed_but_a_second_address_is_a_second_person(house: House, tmp_path: Path) -> None:
    imported(house, tmp_path, SCHOOL | {"contact (nom)": "", "contact téléphone": ""})
    imported(house, tmp_path, SCHOOL)
    assert held(house).people == 1
    imported(house, tmp_path, SCHOOL | {"contact (nom)": "Claude Chantier", "contact e-mail": "claude@exemple.fr"})
    with house.database.reading() as session:
        people = session.scalars(select(Person).where(Person.is_facilitator.is_(False)).order_by(Person.id)).all()
        assert [(person.name, person.phone) for person in people] == [
            ("Carole Constructeur", "01 99 00 00 02"),
            ("Claude Chantier", "01 99 00 00 02"),
        ]


def test_a_contact_without_address_gets_it_later(house: House, tmp_path: Path) -> None:
    imported(house, tmp_path, SCHOOL | {"contact e-mail": ""})
    assert imported(house, tmp_path, SCHOOL | {"contact e-mail": ""}) == ContractsImported(unchanged=1)
    assert imported(house, tmp_path, SCHOOL) == ContractsImported(updated=1)
    with house.database.reading() as session:
        assert person_by_email(session, house, "carole.constructeur@exemple.fr") is not None
    assert held(house).people == 1


def test_a_contact_who_left_is_named_and_not_brought_back(house: House, tmp_path: Path) -> None:
    imported(house, tmp_path, SCHOOL)
    with house.database.transaction() as session:
        carole = person_by_email(session, house, "carole.constructeur@exemple.fr")
        assert carole is not None
        carole.left_at = house.now()
    done = imported(house, tmp_path, SCHOOL)
    assert (done.unchanged, len(done.notices)) == (1, 1)
    assert "a quitté l’organisation" in done.notices[0]


def test_a_file_that_is_no_table_is_refused_in_french(house: House, tmp_path: Path) -> None:
    path = tmp_path / "marches.pdf"
    path.write_bytes(b"%PDF-1.7 nothing")
    with pytest.raises(Refused, match="n’est pas un tableau"):
        import_contracts(house, path)


def test_a_buyer_that_wins_a_contract_stays_a_buyer(house: House, tmp_path: Path) -> None:
    imported(house, tmp_path, SCHOOL)
    bought_by_landlord: dict[str, Value] = {"Acheteur": "Habitat du Lac", "acheteur_siret": "00000002600013"}
    won_by_city: dict[str, Value] = {
        "Attributaire": "Ville de Clairval",
        "attributaire_siret": "00000001800010",
        "contact e-mail": "",
    }
    imported(house, tmp_path, SCHOOL | bought_by_landlord | won_by_city)
    with house.database.reading() as session:
        kinds = {each.name: each.kind for each in session.scalars(select(Organisation))}
    assert kinds["Ville de Clairval"] is OrganisationKind.BUYER


def test_twenty_thousand_lines_enter_in_one_transaction(sqlite_house: House, tmp_path: Path) -> None:
    titles = (*HEADERS, "lot", "contact (nom)", "contact e-mail", "date de début")

    def line(number: int) -> tuple[object, ...]:
        firm = number % 3000
        who = (f"Contact {firm}", f"contact{firm}@exemple.fr", date(2026, 5, 4))
        return "Ville", f"R-{number // 3}", "Préau", f"Entreprise {firm}", 1200, number % 3 + 1, *who

    path = workbook(tmp_path / "a.xlsx", titles, *map(line, range(20_000)))
    assert import_contracts(sqlite_house, path) == ContractsImported(created=20_000)
    assert held(sqlite_house) == Held(3001, 6667, 20_000, 3000, 3001)


def test_a_table_does_not_undo_an_amendment(house: House, tmp_path: Path) -> None:
    """The first hours and those of today change nothing; others are refused, and the remedy is said."""
    imported(house, tmp_path, SCHOOL)
    with house.database.transaction() as session:
        (commitment,) = session.scalars(select(Commitment)).unique()
        session.add(
            Amendment(
                commitment_id=commitment.id,
                kind=AmendmentKind.HOURS,
                status=AmendmentStatus.SIGNED,
                hours=Decimal(-300),
                effective_on=house.today(),
                proposed_at=house.now(),
            )
        )
        session.flush()
        put_in_force(session, house, commitment)
    for hours in (1200, 900):
        assert imported(house, tmp_path, {**SCHOOL, "Heures d’insertion": hours}) == ContractsImported(unchanged=1)
        assert commitments(house)[0].committed_hours == Decimal(900)
    (problem,) = problems(house, tmp_path, {**SCHOOL, "Heures d’insertion": 1000})
    assert "Enregistrez le changement comme un avenant" in problem
