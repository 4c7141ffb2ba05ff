"""What a buyer published as open data, and what it plans to buy."""

from datetime import date
from decimal import Decimal

from core.house import House
from core.models import AwardedContract
from tests.integration.buying.files import sheet

SIREN = "000000018"


def publish(house: House, *rows: tuple[str, str, int, int | None, date, str]) -> None:
    with house.database.transaction() as session:
        for number, (what, division, amount, months, notified_on, social) in enumerate(rows):
            session.add(
                AwardedContract(
                    decp_id=f"{SIREN}00010{number}", buyer_siret=f"{SIREN}00010", object=what, division=division,
                    amount=Decimal(amount), months=months, notified_on=notified_on, social=social,
                )
            )  # fmt: skip


PUBLISHED = (
    ("Nettoyage des locaux", "90", 400_000, 24, date(2023, 3, 1), "no"),
    ("Peinture des écoles", "45", 300_000, 6, date(2024, 5, 1), "yes"),
    ("Fourniture de mobilier", "39", 200_000, 12, date(2025, 1, 1), "unknown"),
    ("Nettoyage ancien", "90", 400_000, 24, date(2015, 3, 1), "no"),
)
PLANNED = sheet((("Objet", "Montant HT"), ("Peinture du collège", 500_000), ("Café", "cher")))
