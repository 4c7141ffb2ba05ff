import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from core.hours import NBSP
from core.house import House
from core.importing import import_contracts
from core.models import Commitment, Contract, Outgoing, Person
from core.people import accept_code, person_by_email, refuse_address
from core.refusal import Refused
from core.terms import Channel, CommitmentStatus
from core.welcome import Invited, Welcomed, invite_one, welcome_all
from tests.cast import Cast
from tests.integration.imports.tables import PAINT, SCHOOL, table


def letters(house: House) -> list[tuple[str, dict[str, Any]]]:
    """The welcome letters that wait in the outbox: to whom, what they say."""
    with house.database.reading() as session:
        rows = session.scalars(select(Outgoing).order_by(Outgoing.id)).all()
        bodies = [(row.peer, (row.body or b"").decode()) for row in rows]
    return [
        (peer, json.loads(body.split("\r\n\r\n", 1)[1])) for peer, body in bodies if "Subject: WelcomeLetter" in body
    ]


def refusal(house: House, email: str, reference: str) -> str:
    with pytest.raises(Refused) as refused:
        invite_one(house, email, reference)
    assert letters(house) == []
    return refused.value.message.replace(NBSP, " ")


def test_each_contact_gets_one_letter_with_all_that_their_company_owes(cast: Cast) -> None:
    assert welcome_all(cast.house, telegram_username="clausette_bot") == Welcomed(4, 0, 0, 0)
    sent = letters(cast.house)
    assert [peer for peer, _ in sent] == [
        "carole.constructeur@exemple.fr", "claude.chantier@exemple.fr", "david.dupre@exemple.fr",
        "olivia.outsider@exemple.fr",
    ]  # fmt: skip
    letter = sent[0][1]
    assert (letter["name"], letter["organisation"]) == ("Carole Constructeur", "Bâti Nord")
    assert (letter["facilitator"], letter["facilitator_contact"]) == (
        "Fanny Facilite", "fanny.facilite@exemple.fr, 01 99 00 00 01",
    )  # fmt: skip
    assert letter["link"].startswith("https://clausette.exemple.fr/invitation/")
    assert letter["telegram_link"].startswith("https://t.me/clausette_bot?start=")
    assert letter["days"] == 30
    assert len(letter["commitments"]) == 2


def test_what_is_owed_is_told_with_its_dates_its_first_month_and_its_penalty(house: House, tmp_path: Path) -> None:
    starting = SCHOOL | {"date de début": "04/01/2027"}
    bare = PAINT | {"pénalité par heure": "", "conditions de pénalité": "", "article du contrat": "",
                    "jour limite de déclaration": "", "intitulé du lot": ""}  # fmt: skip
    import_contracts(house, table(tmp_path, starting, bare))
    assert welcome_all(house) == Welcomed(2, 0, 0, 0)
    told = [text.replace("\\xa0", " ") for _, letter in letters(house) for text in letter["commitments"]]
    assert told == [
        "WonContract(contract='2026-TX-014 – Réhabilitation du groupe scolaire', buyer='Ville de Clairval', "
        "lot='lot 1 (Gros œuvre)', hours='1 200 h', period='du 4 janvier 2027 au 31 août 2027', "
        "reporting='chaque mois, au plus tard le 5 du mois suivant', "
        "first_month='janvier 2027, au plus tard le 5 février 2027', "
        "penalty='40 € par heure non faite ; Après mise en demeure', article='CCAP 12.3')",
        "WonContract(contract='2026-TX-014 – Réhabilitation du groupe scolaire', buyer='Ville de Clairval', "
        "lot='lot 2', hours='210 h', period='du 4 mai 2026 au 31 août 2027', "
        "reporting='chaque mois, au plus tard le 10 du mois suivant', first_month='mai 2026, dès que possible', "
        "penalty='non renseignée ici, voyez votre contrat (CCAP ou annexe insertion)', article='')",
    ]


def test_the_code_of_the_letter_lets_its_reader_in(cast: Cast) -> None:
    welcome_all(cast.house)
    (peer, letter), *_ = letters(cast.house)
    with cast.house.database.transaction() as session:
        person = accept_code(session, cast.house, letter["code"], Channel.TELEGRAM, "42")
    assert person.email == peer


def test_running_it_again_sends_nothing_more(cast: Cast) -> None:
    welcome_all(cast.house)
    before = len(letters(cast.house))
    assert welcome_all(cast.house) == Welcomed(0, 3, 0, 0)
    assert len(letters(cast.house)) == before


def test_two_runs_at_once_send_each_letter_once(cast: Cast) -> None:
    with ThreadPoolExecutor(4) as pool:
        sent = [done.sent for done in pool.map(welcome_all, [cast.house] * 4)]
    assert (sum(sent), len(letters(cast.house))) == (4, 4)


def test_a_new_commitment_is_told_alone(cast: Cast) -> None:
    welcome_all(cast.house)
    with cast.house.database.transaction() as session:
        unknown = session.get_one(Commitment, cast.unknown.id)
        unknown.committed_hours, unknown.status = Decimal(50), CommitmentStatus.ACTIVE
    assert welcome_all(cast.house) == Welcomed(1, 2, 0, 0)
    peer, letter = letters(cast.house)[-1]
    assert (peer, len(letter["commitments"])) == ("david.dupre@exemple.fr", 1)
    assert "Entretien des espaces verts" in letter["commitments"][0]


def test_a_lost_stamp_does_not_send_the_same_letter_twice(cast: Cast) -> None:
    welcome_all(cast.house)
    with cast.house.database.transaction() as session:
        session.get_one(Commitment, cast.cleaning.id).welcomed_at = None
    assert welcome_all(cast.house).sent == 0
    with cast.house.database.reading() as session:
        assert session.get_one(Commitment, cast.cleaning.id).welcomed_at is not None


def test_who_cannot_be_written_to_waits_and_is_named(cast: Cast) -> None:
    with cast.house.database.transaction() as session:
        refuse_address(session, cast.house, "david.dupre@exemple.fr", "550 unknown")
        olivia = session.get_one(Person, cast.olivia.id)
        olivia.email = olivia.email_hash = None
    assert welcome_all(cast.house) == Welcomed(2, 0, 1, 1, ("Netto Services", "Voirie Plus"))
    with cast.house.database.transaction() as session:
        session.get_one(Person, cast.olivia.id).email = "olivia@exemple.fr"
    assert welcome_all(cast.house) == Welcomed(1, 1, 0, 1, ("Netto Services",))


def test_one_contract_may_be_announced_alone(cast: Cast) -> None:
    assert welcome_all(cast.house, commitment_ref="2026-TX-014:2").sent == 1
    assert [peer for peer, _ in letters(cast.house)] == ["olivia.outsider@exemple.fr"]
    with pytest.raises(Refused, match="Aucun marché"):
        welcome_all(cast.house, commitment_ref="2026-TX-999")


def test_one_person_is_invited_for_one_lot_and_enrolled_when_unknown(cast: Cast) -> None:
    done = invite_one(cast.house, "Nadia.Nouvelle@exemple.fr", "2026-tx-014:Lot 2")
    assert done == Invited("Voirie Plus", "Voirie Plus", "Réhabilitation du groupe scolaire Jean-Zay")
    with cast.house.database.reading() as session:
        person = person_by_email(session, cast.house, "nadia.nouvelle@exemple.fr")
        assert person is not None
        assert person.organisation_id == cast.voirie.id
    ((peer, letter),) = letters(cast.house)
    assert peer == "Nadia.Nouvelle@exemple.fr"
    assert "Réhabilitation" in letter["commitments"][0]


def test_an_invitation_may_be_sent_again_with_a_fresh_code(cast: Cast) -> None:
    for _ in range(2):
        invite_one(cast.house, "carole.constructeur@exemple.fr", "HL-2026-07")
    (_, first), (_, second) = letters(cast.house)
    assert first["code"] != second["code"]


def test_who_is_known_needs_no_lot_when_their_company_has_only_one(cast: Cast) -> None:
    assert invite_one(cast.house, "olivia.outsider@exemple.fr", "2026-TX-014").organisation == "Voirie Plus"


@pytest.mark.parametrize(
    ("email", "reference", "message"),
    [
        ("n@exemple.fr", "2026-TX-999", "Aucun marché n’a la référence « 2026-TX-999 ». "
         "Vérifiez-la dans le tableau des marchés."),
        ("n@exemple.fr", "2026-TX-014", "Le marché « 2026-TX-014 » a plusieurs lots. "
         "Précisez lequel : 2026-TX-014:1, 2026-TX-014:2."),
        ("n@exemple.fr", "2026-TX-014:7", "Le marché n’a pas de lot « 7 ». Lots connus : 1, 2."),
        ("olivia.outsider@exemple.fr", "HL-2026-07", "olivia.outsider@exemple.fr est le contact de « Voirie Plus », "
         "qui n’est pas attributaire du marché « HL-2026-07 »."),
        ("fanny.facilite@exemple.fr", "HL-2026-07", "fanny.facilite@exemple.fr est déjà le contact d’une autre "
         "organisation."),
        ("lucas.lointain@exemple.fr", "HL-2026-07", "lucas.lointain@exemple.fr est l’adresse d’une personne qui a "
         "quitté Bâti Nord."),
        ("n@exemple.fr", "2026-SE-020:9", "Le marché « 2026-SE-020:9 » est terminé, il n’y a plus rien à y déclarer."),
        ("n@exemple.fr", "2026-SE-020:", "Sur le marché « 2026-SE-020: », les heures ou la date de début manquent. "
         "Complétez-les dans le tableau des marchés, importez-le, puis invitez."),
        ("n exemple", "HL-2026-07", "« n exemple » n’est pas une adresse e-mail."),
    ],
)  # fmt: skip
def test_a_doubtful_invitation_is_refused_in_plain_french(cast: Cast, email: str, reference: str, message: str) -> None:
    assert refusal(cast.house, email, reference) == message


def test_an_address_that_its_server_refused_is_not_invited(cast: Cast) -> None:
    with cast.house.database.transaction() as session:
        refuse_address(session, cast.house, "carole.constructeur@exemple.fr", "550 unknown")
    told = refusal(cast.house, "carole.constructeur@exemple.fr", "HL-2026-07")
    assert told == ("Le serveur de messagerie de carole.constructeur@exemple.fr refuse cette adresse. Vérifiez-la.")


def test_a_group_and_a_reference_of_two_buyers_need_the_table(cast: Cast) -> None:
    with cast.house.database.transaction() as session:
        twin = Contract(
            territory_id=cast.city.territory_id, buyer_id=cast.landlord.id, reference="2026-TX-014", object="X"
        )
        session.add(twin)
        session.flush()
        for contract_id in (twin.id, cast.housing.contract_id):
            session.add(Commitment(
                contract_id=contract_id, awardee_id=cast.netto.id, lot="", committed_hours=Decimal(10),
                starts_on=date(2026, 11, 2), status=CommitmentStatus.ACTIVE,
            ))  # fmt: skip
    add = "Écrivez ce contact dans le tableau des marchés, importez-le, puis invitez."
    assert refusal(cast.house, "n@exemple.fr", "2026-TX-014") == (
        f"Plusieurs acheteurs ont un marché « 2026-TX-014 » (Ville de Clairval, Habitat du Lac). {add}"
    )
    assert refusal(cast.house, "n@exemple.fr", "HL-2026-07") == (
        f"Le marché « HL-2026-07 » a plusieurs attributaires (Bâti Nord, Netto Services). {add}"
    )


def test_a_contract_without_awardee_invites_nobody(cast: Cast) -> None:
    with cast.house.database.transaction() as session:
        session.add(Contract(territory_id=cast.city.territory_id, buyer_id=cast.city.id, reference="VIDE", object="X"))
    assert refusal(cast.house, "n@exemple.fr", "VIDE").startswith("Le marché « VIDE » n’a pas d’attributaire connu.")
