"""The information notice of a participant (RGPD, articles 12 to 14), in plain words, to be handed over at hiring.

Who answers for the data, on what basis and for how long is the territory's to settle: what no source settles is marked
« à confirmer ».
"""

from sqlalchemy.orm import Session

from core.commitments import title_of
from core.hours import NBSP
from core.house import House
from core.models import Commitment, Employment, Territory
from core.months import day_in_french
from core.papers.rendering import printed

TO_CONFIRM = "à confirmer par le facilitateur"
TITLE = "Ce qui est fait de vos données"
WHY = (
    "Vous travaillez dans le cadre d’une clause sociale d’insertion : un marché public demande à l’entreprise de "
    "faire travailler des personnes éloignées de l’emploi. Vos heures sont comptées pour vérifier que cet engagement "
    "est tenu, et pour vous accompagner vers un emploi durable."
)
WHAT = (
    "votre nom et, si besoin, votre date de naissance",
    "le public auquel vous appartenez (par exemple demandeur d’emploi de longue durée), jamais le détail de votre "
    "situation",
    "votre contrat de travail : employeur, poste, dates, durée",
    "vos heures de travail et de formation, chaque mois",
    "ce que vous faites à la fin du contrat, puis trois et six mois après",
)
NEVER = (
    "Ne sont jamais demandés : votre numéro de sécurité sociale, vos données de santé, votre salaire, vos coordonnées "
    "bancaires."
)
WHO_READS = (
    "votre employeur et l’entreprise titulaire du marché, pour leurs déclarations",
    "le facilitateur de la clause sociale, qui vérifie et accompagne",
    "l’acheteur public reçoit des totaux d’heures, sans votre nom",
)
RIGHTS = (
    "lire les données qui vous concernent, et en avoir une copie",
    "faire corriger ce qui est faux",
    "demander la limitation du traitement, ou vous y opposer pour une raison qui tient à votre situation",
    "demander l’effacement de ce qui n’est plus nécessaire",
)


def notice_pdf(session: Session, house: House, employment: Employment) -> bytes:
    """Print the notice of one employment; the caller has checked who may read it."""
    commitment = session.get_one(Commitment, employment.commitment_id)
    place = session.get_one(Territory, commitment.contract.territory_id)
    return printed("notice", notice_values(employment, commitment, place, house), at=house.now())


def notice_values(employment: Employment, commitment: Commitment, place: Territory, house: House) -> dict[str, object]:
    """Return what the notice says."""
    contact = [place.facilitator_email if place.shows_facilitator_address else "", place.facilitator_phone]
    reach = ", ".join(filter(None, contact)) or house.link("/")
    return {
        "title": TITLE,
        "place": place.name,
        "name": employment.participant.name,
        "facts": [
            ["Pour", employment.participant.name],
            ["Employeur", employment.employer or commitment.awardee.name],
            ["Marché", f"{commitment.contract.reference} – {title_of(commitment)}"],
            ["Depuis le", day_in_french(employment.starts_on)],
        ],
        "why": WHY,
        "what": WHAT,
        "never": NEVER,
        "who_reads": WHO_READS,
        "holders": [
            f"{place.name}, pour le suivi de la clause : responsable du traitement ({TO_CONFIRM})",
            f"{commitment.awardee.name}, pour la gestion de son personnel",
        ],
        "basis": f"Ce suivi relève d’une mission d’intérêt public ({TO_CONFIRM}) ; il ne repose pas sur votre accord.",
        "duration": (
            "Votre nom est effacé trois ans après la fin du marché ; restent des heures sans nom, "
            f"que la loi oblige à garder avec le marché (durées {TO_CONFIRM})."
        ).replace(" ;", f"{NBSP};"),
        "rights": RIGHTS,
        "contact": f"{place.facilitator_name or 'Le facilitateur de la clause sociale'}{NBSP}: {reach}",
        "officer": f"Délégué à la protection des données : coordonnées {TO_CONFIRM}.".replace(" :", f"{NBSP}:"),
        "complaint": "Vous pouvez aussi vous adresser à la CNIL : www.cnil.fr.".replace(" :", f"{NBSP}:"),
    }
