"""The columns of the contracts table: what they are called, what they mean, how they are read."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from core.contracts_sheet.choices import read_modalities, read_nature, read_publics
from core.contracts_sheet.quantities import read_date, read_day_of_month, read_euros, read_hours, read_months
from core.contracts_sheet.values import read_code, read_cpv, read_email, read_phone, read_siret_cell, read_text
from core.hours import plain
from core.sheets import Cell

Example = str | int | date
EXAMPLE_REFERENCES = ("EXEMPLE-1 (ligne à supprimer)", "EXEMPLE-2 (ligne à supprimer)")
_IDLE = {"de", "du", "des", "d", "la", "le", "les", "l", "en", "par", "et", "ou", "obligatoire", "facultatif", "n"}


@dataclass(frozen=True)
class Column:
    """A column: the field of ContractRow that it fills, its French header and other headers that mean the same."""

    field: str
    header: str
    read: Callable[[Cell], object]
    meaning: str
    examples: tuple[Example, Example]
    required: bool = False
    aliases: tuple[str, ...] = ()


COLUMNS = (
    Column("buyer", "acheteur (nom)", read_text, "Nom de l’acheteur public.",
           ("Commune d’Exemple-sur-Loire", "Commune d’Exemple-sur-Loire"), True,
           ("acheteur", "acheteur public", "nom acheteur", "maître d’ouvrage", "donneur d’ordre",
            "pouvoir adjudicateur")),
    Column("buyer_siret", "acheteur_siret", read_siret_cell, "SIRET de l’acheteur, 14 chiffres.",
           ("00000001800010", "00000001800010"), False, ("siret acheteur", "siret maître d’ouvrage")),
    Column("reference", "référence du marché", read_code,
           "Numéro du marché chez l’acheteur. Le même sur toutes les lignes d’un marché alloti.",
           EXAMPLE_REFERENCES, True, ("référence", "ref marché", "numéro marché", "numéro", "id marché")),
    Column("object", "objet", read_text, "Ce que le marché achète, en une phrase.",
           ("Rénovation de l’école du Parc", "Rénovation de l’école du Parc"), True,
           ("objet marché", "intitulé marché", "intitulé", "opération", "libellé")),
    Column("lot", "lot (numéro)", read_code, "Numéro du lot, s’il y en a.", ("1", "2"), False,
           ("lot", "numéro lot", "n° lot")),
    Column("lot_title", "intitulé du lot", read_text, "Nom du lot.", ("Gros œuvre", "Peinture"), False,
           ("nom lot", "libellé lot", "objet lot")),
    Column("nature", "nature", read_nature, "travaux, services, fournitures ou concession.",
           ("travaux", "travaux"), False, ("nature marché", "type marché", "catégorie")),
    Column("amount", "montant HT", read_euros, "Montant du lot ou du marché attribué, en euros hors taxes.",
           (450_000, 80_000), False, ("montant", "montant marché", "montant lot", "montant € ht", "montant euros ht")),
    Column("launched_on", "date de lancement de la consultation", read_date,
           "Jour de l’avis. Il décide des règles qui s’appliquent.",
           (date(2026, 1, 12), date(2026, 1, 12)), False,
           ("date lancement", "lancement consultation", "date consultation", "date publication avis")),
    Column("notified_on", "date de notification", read_date, "Jour où l’attributaire a reçu le marché signé.",
           (date(2026, 4, 2), date(2026, 4, 2)), False, ("notification", "notifié le", "date notification marché")),
    Column("starts_on", "date de début", read_date, "Premier jour d’exécution.",
           (date(2026, 5, 4), date(2026, 9, 1)), False,
           ("début", "date démarrage", "date début exécution", "os démarrage")),
    Column("ends_on", "date de fin", read_date, "Dernier jour d’exécution prévu.",
           (date(2027, 5, 3), date(2027, 2, 28)), False, ("fin", "date fin exécution", "échéance", "date fin prévue")),
    Column("months", "durée en mois", read_months, "Durée prévue, en mois.", (12, 6), False,
           ("durée", "durée mois", "durée marché")),
    Column("place", "lieu", read_text, "Commune ou secteur d’exécution.",
           ("Exemple-sur-Loire", "Exemple-sur-Loire"), False, ("lieu exécution", "commune", "ville", "localisation")),
    Column("cpv", "code CPV", read_cpv, "Code européen de l’achat, 8 chiffres.", ("45214200", "45442100"), False,
           ("cpv",)),
    Column("awardee", "attributaire (nom)", read_text, "Entreprise qui doit les heures. Une ligne par entreprise.",
           ("Maçonnerie Exemple", "Peintures Exemple"), True,
           ("attributaire", "entreprise", "titulaire", "nom entreprise", "entreprise attributaire", "raison sociale")),
    Column("awardee_siret", "attributaire_siret", read_siret_cell, "SIRET de l’entreprise, 14 chiffres.",
           ("00000002600013", "00000003400017"), False, ("siret", "siret entreprise", "siret titulaire")),
    Column("contact_name", "contact (nom)", read_text, "Personne qui déclare les heures dans l’entreprise.",
           ("Camille Exemple", "Sacha Exemple"), False, ("contact", "nom contact", "interlocuteur", "référent")),
    Column("contact_email", "contact e-mail", read_email, "Son adresse e-mail, pour l’inviter.",
           ("camille@exemple.fr", "sacha@exemple.fr"), False,
           ("email", "e-mail", "mail", "courriel", "contact mail", "contact courriel", "email contact",
            "adresse mail")),
    Column("contact_phone", "contact téléphone", read_phone, "Son numéro de téléphone.",
           ("01 00 00 00 01", "01 00 00 00 02"), False,
           ("téléphone", "tel", "contact tel", "téléphone contact", "portable")),
    Column("hours", "heures d’insertion", read_hours, "Heures d’insertion dues par l’entreprise, sur toute la durée.",
           (1200, 210), True,
           ("heures", "heures engagées", "volume horaire", "nombre heures", "nombre heures insertion", "nb heures",
            "volume horaire insertion", "volume heures", "objectif heures")),
    Column("modalities", "modalités admises", read_modalities,
           "embauche directe, mise à disposition, sous-traitance, ou toutes. Vide si le marché ne le dit pas.",
           ("embauche directe ; mise à disposition ; sous-traitance", "embauche directe ; mise à disposition"), False,
           ("modalités", "modalités réalisation", "modalités mise œuvre")),
    Column("publics", "publics", read_publics, "Publics que le marché admet, séparés par des points-virgules.",
           ("bénéficiaires du RSA ; demandeurs d’emploi de longue durée", "jeunes de moins de 26 ans"), False,
           ("publics éligibles", "publics visés", "public")),
    Column("reporting_day", "jour limite de déclaration", read_day_of_month,
           "Jour du mois suivant, de 1 à 28, avant lequel déclarer.", (10, 10), False,
           ("jour limite", "jour déclaration", "date limite déclaration")),
    Column("penalty_per_hour", "pénalité par heure", read_euros, "Pénalité prévue par le marché, en euros par heure.",
           (40, 40), False, ("pénalité", "montant pénalité", "pénalité horaire", "pénalité heure non réalisée")),
    Column("penalty_terms", "conditions de pénalité", read_text, "Quand et comment elle s’applique, selon le marché.",
           ("Après mise en demeure restée sans effet quinze jours", ""), False,
           ("conditions pénalité texte", "modalités pénalité")),
    Column("clause_article", "article du contrat", read_text, "Où se trouve la clause dans le marché.",
           ("CCAP 7.3", "CCAP 7.3"), False, ("article", "article clause", "article ccap", "référence clause")),
)  # fmt: skip


def column_of(header: str) -> Column | None:
    """Find the column that a header names, whatever its case, accents, punctuation, plural or small words."""
    return _BY_HEADER.get(_folded(header))


def _folded(header: str) -> str:
    words = re.sub(r"[^a-z0-9]", " ", plain(header.replace("œ", "oe"))).split()
    return " ".join(word.removesuffix("s") for word in words if word not in _IDLE)


_BY_HEADER = {_folded(header): column for column in COLUMNS for header in (column.header, *column.aliases)}
