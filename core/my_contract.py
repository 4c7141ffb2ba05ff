"""Questions about somebody's own contract, answered from the register: what is law, what is contract, what is practice.

"Combien il me reste ?", "c'est quoi ma pénalité ?", "quand dois-je déclarer ?", "est-ce que Mme Leroy compte encore ?"
"""

import re
from collections.abc import Callable

from core.checks import employed_in
from core.commitments import dates_of, elapsed_of, modalities_of, penalty_of, title_of
from core.eligibility_ends import prolonged_by
from core.employments import folded
from core.flows.obligations import with_others
from core.flows.register import Register
from core.hours import NBSP, Progress, in_hours, percent, plain
from core.intents import heard
from core.models import Commitment, Employment, Territory
from core.months import day_in_french, in_french, month_of
from core.outlook import said_to_company, said_to_others
from core.terms import CommitmentStatus, EligibilityStatus

MINE = re.compile(r"\b(mon|ma|mes|moi|me|je|j'?ai|j'|notre|nos|nous|on|votre)\b|\bj'")
MY_CONTRACT = re.compile(r"\b(mon|ma|mes|notre|nos)\b")
TOPICS = {
    "forecast": re.compile(
        r"\b(y arriver|tenir (le|mon|notre) (rythme|objectif)|(faire|finir) (toutes )?(mes|nos|les) heures a temps"
        r"|dans les temps|finir a temps|atteindre (mon|notre|l') ?objectif|mes previsions|ma prevision)\b"
    ),
    "remaining": re.compile(
        r"\b(combien|quel|quelles?)\b.*\b(reste|restant|restent|manque)|\breste[- ](t[- ]il|a faire|combien)\b|"
        r"\b(reste|manque)\b.*\bcombien\b|"
        r"\b(mes|nos|les|d')? ?heures?\b.*\b(restantes?|restent|qui manquent)\b|"
        r"\bou (j'?en|nous en) (suis|sommes)\b|\bou en (suis|sommes|est)|\bsolde\b.*\bheures?\b"
    ),
    "deadline": re.compile(
        r"\b(quand|quelle date|quel jour|date limite|echeance|pour quand|avant quand)\b.*\bdeclar|"
        r"\bdeclar\w*\b.*\b(quand|date limite|echeance)\b"
    ),
    "penalty": re.compile(
        r"\b(ma|mes|notre|nos|mon marche)\b.*\bpenalites?\b|\bcombien\b.*\b(risque|risquons)\b|"
        r"\bpenalites?\b.*\b(mon|ma|notre) (marche|contrat|lot)\b"
    ),
    "owed": re.compile(
        r"\bcombien d'heures?\b.*\b(je|on|nous) (dois|doit|devons)\b|\bmon (objectif|volume|engagement)\b|"
        r"\bcombien d'heures?\b.*\b(dans|sur|pour) (mon|notre|nos|mes)\b"
    ),
    "end": re.compile(
        r"\b(quand|jusqu'?a quand|date de fin)\b.*\b(mon|notre) (marche|contrat|lot)\b.*|"
        r"\b(mon|notre) (marche|contrat|lot)\b.*\b(finit|termine|fini|fin)\b"
    ),
    "rules": re.compile(
        r"\b(qui|quels? publics?|quelles? modalites?|quelles? facons?)\b.*\b(mon|notre) (marche|contrat|lot)\b"
    ),
}
LAW_OF_PENALTIES = (
    f"**La loi**{NBSP}: la pénalité vient du contrat, et c’est l’acheteur qui décide de l’appliquer. "
    "Signalez toute difficulté dès qu’elle apparaît."
)
# What an article says in general, the register says of somebody's own contract: in its place, or before it.
IN_PLACE_OF = {"declaration-suivi": "remaining"}
BESIDE = {
    "declaration-en-retard": "deadline",
    "declaration-quand": "deadline",
    "entreprise-rattrapage": "forecast",
    "heures-calendrier": "end",
    "heures-combien": "owed",
    "modalite-choisir": "rules",
    "penalite-heures-manquantes": "penalty",
    "penalite-montant": "penalty",
}
FACILITATOR = re.compile(
    r"^\W*(qui est|c'est qui|qui c'est"
    r"|(quel(le)? est |donnez?[- ]moi |je (cherche|veux|voudrais) |il me faut |c'est quoi )?(le |l'|les )?"
    r"(nom|numero|telephone|mail|e-mail|adresse|coordonnees)( de telephone| mail| e-mail)? (de|du))"
    r" ?(mon|notre|ma|le|la)? ?facilitat(eur|rice)\W*$"
)
MOST_SHOWN = 4
MOST_BESIDE = 2  # before an article that fills the screen already
UNSURE = 0.35  # above, somebody expected to arrive may not


def topic_of(text: str) -> str | None:
    """Return what somebody asks of their own contract, or None when it is not about it."""
    words = heard(text).strip(" .!?")
    if len(words) > 200 or not MINE.search(words):
        return None
    return next((topic for topic, pattern in TOPICS.items() if pattern.search(words)), None)


def answer(register: Register, text: str) -> str | None:
    """Answer from the register for a signed-in person; None when the question is not about their contract."""
    if FACILITATOR.search(heard(text)):
        return _facilitator(register.territory)
    topic = topic_of(text)
    if topic is not None:
        said = _said(register, topic)
        return said if said is None or topic != "penalty" else f"{said}\n\n{LAW_OF_PENALTIES}"
    found = _people_named(register, text)
    return "\n\n".join(_about(register, employment) for employment in found[:MOST_SHOWN]) if found else None


def in_place_of(register: Register, article: str | None) -> str | None:
    """Return what the register says to the question of an article, when it says it better; else None."""
    topic = IN_PLACE_OF.get(article or "")
    return _said(register, topic) if topic else None


def beside(register: Register, article: str | None) -> str | None:
    """Return what the register says before an article to an awardee with few contracts; else None."""
    topic = BESIDE.get(article or "")
    if topic is None or not 0 < len(register.declarable) <= MOST_BESIDE:
        return None
    return _said(register, topic)


def _said(register: Register, topic: str) -> str | None:
    rows = [row for row in register.commitments if row.status is not CommitmentStatus.ENDED][:MOST_SHOWN]
    if not rows:
        return None
    progress = register.progress(rows)
    return "\n\n".join(f"**{title_of(row)}**\n{SAYINGS[topic](register, row, progress[row.id])}" for row in rows)


def _facilitator(place: Territory) -> str | None:
    """Say who the facilitateur is, and how to reach him as far as the territory shows it; None when it is not said."""
    if not place.facilitator_name:
        return None
    email = place.facilitator_email if place.shows_facilitator_address else ""
    ways = [way for way in (email, place.facilitator_phone) if way]
    lines = [f"**{place.facilitator_name}**, facilitateur des clauses sociales, {place.name}", *ways]
    lines.append(f"Par ici{NBSP}: écrivez «{NBSP}parler à quelqu’un{NBSP}», votre message lui est transmis")
    return "\n- ".join(lines)


def _remaining(register: Register, row: Commitment, progress: Progress) -> str:
    if row.committed_hours is None:
        return "Les heures à faire ne sont pas encore connues dans le suivi."
    lines = [
        f"- Il reste **{in_hours(progress.remaining)}** à faire sur {in_hours(progress.committed)}",
        f"- Faites{NBSP}: {in_hours(progress.done)}, dont {in_hours(progress.accepted)} validées",
    ]
    elapsed = elapsed_of(row, register.today)
    if elapsed is not None and progress.share_done is not None:
        lines.append(f"- {percent(progress.share_done)} des heures, {percent(elapsed)} du temps")
    others = (f"- {each}" for each in with_others(register, row))
    return "\n".join([*lines, *others, *_article(row)])


def _forecast(register: Register, row: Commitment, progress: Progress) -> str:
    found = register.outlook(row)
    if found is None:
        return (
            f"- Rien à prévoir pour l’instant{NBSP}: il faut un premier mois déclaré, les heures et les dates du marché"
        )
    said = said_to_company(found, row) if row in register.declarable else said_to_others(found)
    if not found.missing:
        said.append("Vous êtes en bonne voie" if found.short < UNSURE else "C’est possible, sans marge")
    return "\n".join(f"- {each}" for each in said)


def _deadline(register: Register, row: Commitment, progress: Progress) -> str:
    due = register.due(row)
    whose = "**Votre contrat**" if row.reporting_day else "**Pratique locale**"
    day = row.reporting_day or register.territory.reporting_day
    rule = f"- {whose}{NBSP}: chaque mois se déclare avant le {day} du mois suivant"
    if not due:
        return f"- Vos déclarations sont à jour\n{rule}"
    first = due[0]
    when = "dès que possible, l’échéance est passée" if first.late else f"avant le {day_in_french(first.by)}"
    return f"- **{in_french(first.month).capitalize()}** est à déclarer {when}\n{rule}"


def _penalty(register: Register, row: Commitment, progress: Progress) -> str:
    return "\n".join([f"- **Votre contrat**{NBSP}: {penalty_of(row)}", *_article(row)])


def _owed(register: Register, row: Commitment, progress: Progress) -> str:
    if row.committed_hours is None:
        return "Les heures à faire ne sont pas encore connues dans le suivi."
    return "\n".join([f"- Vous devez {in_hours(progress.committed)}, {dates_of(row)}", *_article(row)])


def _end(register: Register, row: Commitment, progress: Progress) -> str:
    return "\n".join([f"- Marché {dates_of(row)}", *_article(row)])


def _rules(register: Register, row: Commitment, progress: Progress) -> str:
    publics = ", ".join(row.publics) or "voyez votre contrat"
    lines = [f"- Publics{NBSP}: {publics}", f"- Modalités admises{NBSP}: {modalities_of(row)}"]
    return "\n".join([*lines, *_article(row)])


SAYINGS: dict[str, Callable[[Register, Commitment, Progress], str]] = {
    "forecast": _forecast,
    "remaining": _remaining,
    "deadline": _deadline,
    "penalty": _penalty,
    "owed": _owed,
    "end": _end,
    "rules": _rules,
}


def _article(row: Commitment) -> list[str]:
    return [f"- Article du contrat{NBSP}: {row.contract_article}"] if row.contract_article else []


def _people_named(register: Register, text: str) -> list[Employment]:
    """Return the employments whose participant is named in a question, only for who may read their names."""
    words = set(folded(text).replace("?", " ").replace(",", " ").split())
    asked = re.search(
        r"\b(compte|comptent|comptera|valide|validee?s?|eligible|toujours|encore|acceptee?)\b", plain(text)
    )
    if not asked:
        return []
    people = [each for row in register.commitments for each in register.employments_ever(row)]
    named = [each for each in people if _last_name(each) in words]
    if named:
        return named
    called = [each for each in people if folded(each.participant.name.split()[0]) in words]
    return called if len({each.participant_id for each in called}) == 1 else []


def _last_name(employment: Employment) -> str:
    return folded(employment.participant.name.split()[-1])


def _about(register: Register, employment: Employment) -> str:
    row = next(row for row in register.commitments if row.id == employment.commitment_id)
    name = employment.participant.name
    lines = [f"- {employment.eligibility.label.capitalize()}"]
    if employment.eligibility is EligibilityStatus.PENDING:
        lines.append("- Ses heures sont enregistrées, elles seront comptées une fois l’éligibilité validée")
    if employed_in(employment, month_of(register.today)):
        lines.append(f"- Sous contrat depuis le {day_in_french(employment.starts_on)}")
    elif employment.ends_on is not None:
        ended = day_in_french(employment.ends_on)
        lines.append(f"- Son contrat s’est terminé le {ended}, ses heures faites restent acquises")
    held = register.eligibilities(row).get(employment.id)
    if held is not None and held.until_on is not None:
        until = day_in_french(held.until_on)
        lines.append(f"- **Ses heures comptent jusqu’au {until}**. {prolonged_by(row, register.territory)}")
    else:
        lines.append(
            f"- **Pratique locale**{NBSP}: la durée pendant laquelle une personne compte est souvent de 24{NBSP}mois, "
            "à confirmer auprès du facilitateur"
        )
    return f"**{name}**, {title_of(row)}\n" + "\n".join(lines)
