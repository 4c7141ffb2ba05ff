"""What people write when a contract changes, and what resembles it and is not."""

from datetime import date
from decimal import Decimal

import pytest

from core.amendment_told import Told, read_amendment
from core.terms import ShareRole

TODAY = date(2026, 11, 23)


def day(month: int, number: int, year: int = 2027) -> date:
    return date(year, month, number)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("le chantier est arrêté deux mois", Told("suspension", lasts="2 mois")),
        ("Le chantier est à l'arrêt depuis le 3 novembre", Told("suspension", day(11, 3, 2026))),
        ("Les travaux sont suspendus du 1er décembre au 31 janvier",
         Told("suspension", day(12, 1, 2026), day(1, 31))),
        ("le chantier s'arrête trois semaines à partir du 30 novembre",
         Told("suspension", day(11, 30, 2026), day(12, 20, 2026))),
        ("Marché suspendu depuis le 16, jusqu'en mars", Told("suspension", day(11, 16, 2026), day(3, 31))),
        ("arrêt du chantier depuis octobre", Told("suspension", day(10, 1, 2026))),
        ("le chantier est interrompu jusqu'au 15 janvier", Told("suspension", None, day(1, 15))),
        ("le chantier s'arrête deux semaines", Told("suspension", lasts="2 semaines")),
        ("le marché s'arrête du 1er au 20 décembre", Told("suspension", day(12, 1, 2026), day(12, 20, 2026))),
        ("chantier arrêté du 3 au 20 mars", Told("suspension", day(3, 3), day(3, 20))),
        ("le chantier a repris", Told("resumption")),
        ("Le chantier reprend le 4 janvier", Told("resumption", day(1, 4))),
        ("reprise des travaux le 30", Told("resumption", day(11, 30, 2026))),
        ("le marché est prolongé jusqu'en mars", Told("end", None, day(3, 31))),
        ("le marché est prolongé jusqu'au 31/10/2027", Told("end", None, day(10, 31))),
        ("notre contrat est prolongé de trois mois", Told("end", lasts="3 mois")),
        ("prolongation du marché jusqu'à fin décembre", Told("end", None, day(12, 31, 2026))),
        ("le marché s'arrête le 15", Told("end", None, day(12, 15, 2026))),
        ("le marché est résilié au 31 décembre", Told("end", None, day(12, 31, 2026))),
        ("le marché se termine fin janvier", Told("end", None, day(1, 31))),
        ("avenant : 300 heures de moins", Told("hours", hours=Decimal(-300))),
        ("avenant, 1 250 h en plus", Told("hours", hours=Decimal(1250))),
        ("avenant: -300 h", Told("hours", hours=Decimal(-300))),
        ("l'objectif passe à 900 heures", Told("hours", total=Decimal(900))),
        ("notre engagement est réduit de 120 heures", Told("hours", hours=Decimal(-120))),
        ("on nous ajoute 80 heures d'insertion sur le marché", Told("hours", hours=Decimal(80))),
        ("tranche 2 affermie", Told("tranche")),
        ("La tranche optionnelle 1 est affermie, 400 heures", Told("tranche", hours=Decimal(400))),
        ("la tranche 2 est affermie au 1er janvier, 400 h", Told("tranche", day(1, 1), hours=Decimal(400))),
        ("le marché est cédé à une autre entreprise", Told("transfer")),
        ("le marché est cédé à Alpha Bâtiment au 1er mars", Told("transfer", day(3, 1), company="Alpha Bâtiment")),
        ("Le chantier est repris par Alpha & Fils le 15 janvier",
         Told("transfer", day(1, 15), company="Alpha & Fils")),
        ("On sous-traite 300 h à Martin Peinture",
         Told("share", hours=Decimal(300), company="Martin Peinture", role=ShareRole.SUBCONTRACTOR)),
        ("nous avons sous-traité 250,5 heures à SARL Dupont pour le lot 8, dès janvier",
         Told("share", day(1, 1), hours=Decimal("250.5"), company="SARL Dupont", role=ShareRole.SUBCONTRACTOR)),
        ("Martin Peinture, notre cotraitant, fera 200 h",
         Told("share", hours=Decimal(200), company="Martin Peinture", role=ShareRole.CO_AWARDEE)),
        ("on reprend 100 h à Martin Peinture, notre sous-traitant",
         Told("share", hours=Decimal(-100), company="Martin Peinture", role=ShareRole.SUBCONTRACTOR)),
        ("on met nos heures en commun sur les deux marchés", Told("pool")),
        ("nous globalisons nos heures", Told("pool")),
        ("nous avons signé un avenant", Told("")),
    ],
)  # fmt: skip
def test_what_is_plainly_said_is_read(text: str, told: Told) -> None:
    assert read_amendment(text, TODAY) == told


@pytest.mark.parametrize(
    "text",
    [
        "le marché est-il prolongé ?",
        "Le chantier est arrêté, que dois-je déclarer ?",
        "si le chantier est arrêté, je préviens",
        "le chantier n'est pas suspendu",
        "Karim est arrêté deux mois",
        "Karim a repris le 4 janvier",
        "Octobre : Dupont 84 h, Ahmed rien",
        "84 heures de plus pour Marie",
        "Octobre : Dupont 84 h en sous-traitance",
        "notre sous-traitant a fait 84 heures en octobre",
        "comment sous-traiter 300 h",
        "peut-on globaliser nos heures",
        "si on sous-traite 300 h à Martin Peinture, qui déclare",
        "je veux arrêter",
        "le marché a bien commencé",
        "bonjour",
        "",
    ],
)
def test_what_only_resembles_is_left_alone(text: str) -> None:
    assert read_amendment(text, TODAY) is None
