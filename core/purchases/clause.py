"""A clause in the making: choices offered to a buyer, and what `knowledge.drafting` reads once they are made."""

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from core.hours import NBSP, plain
from core.models import Territory
from core.purchases.figures import read_amount, stored, stored_share
from core.purchases.lots import Lot
from core.purchases.sizing import SizedLot
from core.refusal import Refused
from knowledge.drafting import PUBLICS
from knowledge.figures import euros, hours_of, percent

MOST_HOURS = 1_000_000
USUAL_PUBLICS = tuple(public for public in PUBLICS if public not in {"districts", "adapted", "geiq"})
PUBLIC_LABELS = {
    "rsa": "bénéficiaires du RSA",
    "long_term": "demandeurs d’emploi de longue durée",
    "disability": "travailleurs handicapés",
    "allowances": "allocataires de l’ASS ou de l’AAH",
    "young": "jeunes peu qualifiés ou suivis",
    "seniors": "demandeurs d’emploi de plus de 50 ans",
    "refugees": "réfugiés",
    "districts": "habitants de QPV",
    "siae": "salariés de SIAE",
    "adapted": "salariés d’EA, usagers d’ESAT",
    "geiq": "salariés de GEIQ",
    "other": "autres, sur avis motivé d’un prescripteur",
}
_PUBLIC_WORDS = {
    "rsa": r"rsa|brsa",
    "long_term": r"longue duree|deld|chomeurs?",
    "disability": r"handicap\w*|rqth|boe(th)?",
    "allowances": r"ass|aah|allocataires?|minima",
    "young": r"jeunes?|mission locale|-? ?26 ans",
    "seniors": r"seniors?|50 ans|ages?",
    "refugees": r"refugies?|asile",
    "districts": r"qpv|quartiers?|prioritaires?",
    "siae": r"siae|iae|insertion par l'activite|pass iae|etti|aci",
    "adapted": r"ea|esat|adaptees?",
    "geiq": r"geiq",
    "other": r"autres?|avis",
}
CCAG_LABELS = {
    "travaux": "CCAG-Travaux",
    "fcs": "CCAG-FCS (fournitures et services)",
    "pi": "CCAG-PI (prestations intellectuelles)",
    "tic": "CCAG-TIC (informatique)",
    "mi": "CCAG-MI (marchés industriels)",
    "moe": "CCAG-MOE (maîtrise d’œuvre)",
    "none": "Aucun CCAG",
}
CCAG_OF = {
    "works": ("travaux", "none"),
    "services": ("fcs", "pi", "tic", "moe", "none"),
    "social": ("fcs", "pi", "none"),
    "supplies": ("fcs", "mi", "tic", "none"),
    "concession": ("none",),
}
MODALITY_LABELS = {
    "direct": "embauche directe",
    "secondment": "mise à disposition",
    "subcontracting": "sous-traitance ou cotraitance",
}
# The one real grid known (SNCF): 60 € an hour, 100 € a day after formal notice.
PENALTY, LATE = Decimal(60), Decimal(100)
# No text gives them: they are proposed, said to be, and can be changed.
NOTICE_DAYS, CAP = "15", "0.05"
MOST_NOTICE_DAYS = 90
PROPOSED = "propositions à confirmer auprès du facilitateur"


def stored_publics(text: str) -> str:
    """Publics as they are stored: "RSA, jeunes et handicap" is "rsa,disability,young". Raises Refused."""
    words = plain(text)
    if re.search(r"\b(tous|usuels|habituels|toutes)\b", words):
        return ",".join(USUAL_PUBLICS)
    found = [public for public, known in _PUBLIC_WORDS.items() if re.search(rf"\b(?:{known})\b", words)]
    if not found:
        raise Refused(
            f"Je n’ai reconnu aucun public. Écrivez par exemple «{NBSP}RSA, longue durée, jeunes, handicap{NBSP}», "
            f"ou «{NBSP}les publics usuels{NBSP}»."
        )
    return ",".join(found)


def stored_modalities(text: str) -> str:
    """Modalities as they are stored. Raises Refused."""
    words = plain(text)
    if re.search(r"\btoutes?\b|\btous\b", words):
        return ",".join(MODALITY_LABELS)
    known = {"direct": r"embauche|direct", "secondment": r"dispo|interim|etti", "subcontracting": r"traitance"}
    found = [name for name, pattern in known.items() if re.search(pattern, words)]
    if not found:
        raise Refused(
            f"Écrivez «{NBSP}toutes{NBSP}», ou les modalités admises{NBSP}: embauche directe, mise à disposition, "
            "sous-traitance."
        )
    return ",".join(found)


def stored_penalty(text: str) -> str:
    """Euros for each hour not done as they are stored, "" without penalty. Raises Refused."""
    if re.search(r"\b(aucune?|sans|non|pas de|0)\b", plain(text).removesuffix("h")) and not re.search(r"[1-9]", text):
        return ""
    amount = read_amount(
        re.sub(r"(?:€|euros?)?\s*(?:/|par|de l['’])\s*(?:heure|h)\b.*$", "", text.strip(), flags=re.IGNORECASE)
    )
    if not 1 <= amount <= 1000:
        raise Refused(
            f"Une pénalité se situe d’usage entre 25 et 80{NBSP}€ par heure. Écrivez un montant, par exemple 60."
        )
    return stored(amount)


def stored_notice(text: str) -> str:
    """The days of a formal notice as they are stored. Raises Refused."""
    found = re.fullmatch(r"(\d{1,3})(?:\s*jours?)?", plain(text).strip(" ."))
    if not found or not 1 <= int(found[1]) <= MOST_NOTICE_DAYS:
        raise Refused(f"Écrivez un nombre de jours, de 1 à {MOST_NOTICE_DAYS}, par exemple {NOTICE_DAYS}.")
    return str(int(found[1]))


def stored_cap(text: str) -> str:
    """A cap on the penalties as it is stored: a fraction of the amount, "" without. Raises Refused."""
    if re.search(r"\b(aucun|sans|non|pas de)\b", plain(text)):
        return ""
    return stored_share(most=Decimal(1), example=f"5{NBSP}%")(text)


def stored_day(text: str) -> str:
    """A reporting day as it is stored, from 1 to 28. Raises Refused."""
    found = re.fullmatch(r"(?:le\s*)?(\d{1,2})(?:\s*(?:er|du mois|du mois suivant))*", plain(text).strip(" ."))
    if not found or not 1 <= int(found[1]) <= 28:
        raise Refused("Écrivez un jour du mois suivant, de 1 à 28, par exemple 10.")
    return str(int(found[1]))


def stored_hours(lots: Sequence[SizedLot], text: str) -> str:
    """Hours that replace the computed ones, by lot: "900" or "lot 1 900, lot 2 150". Raises Refused."""
    parts = [part for part in re.split(r"[\n;]+|,\s*(?=lot\b)|,\s+", text.strip()) if part.strip()]
    numbers = [each.lot.number for each in lots]
    given: dict[str, int] = {}
    for place, part in enumerate(parts):
        found = re.fullmatch(
            r"\W*(?:lot\s*(?:n\s?°)?\s*(\d{1,2})\b\W*)?(\d{1,3}(?:[ \u00a0\u202f]\d{3})+|\d{1,7})\s*(?:h|heures?)?\W*",
            part,
            re.IGNORECASE,
        )
        if not found:
            raise Refused(_hours_wanted(lots))
        number = int(found[1]) if found[1] else numbers[place] if place < len(numbers) else None
        given[str(number or 0)] = int(re.sub(r"\D", "", found[2]))
    if set(given) != {str(number or 0) for number in numbers} or not all(
        0 < each <= MOST_HOURS for each in given.values()
    ):
        raise Refused(_hours_wanted(lots))
    return json.dumps(given)


def _hours_wanted(lots: Sequence[SizedLot]) -> str:
    if len(lots) == 1:
        return f"Écrivez un nombre d’heures entier, par exemple {lots[0].found.hours or 300:f}."
    example = ", ".join(f"lot {each.lot.number} {each.found.hours or 300:f}" for each in lots)
    return f"Écrivez les heures de chaque lot, par exemple «{NBSP}{example}{NBSP}»."


def hours_kept(lots: Sequence[SizedLot], given: str) -> dict[str, int]:
    """The hours of each lot by its number ("0" without lots): those given, else those computed, at least one."""
    if given != "computed":
        return {str(number): int(hours) for number, hours in json.loads(given).items()}
    return {str(each.lot.number or 0): int(each.found.hours) for each in lots if each.found.hours >= 1}


def drafting_values(
    answers: Mapping[str, str],
    place: Territory,
    *,
    buyer: str,
    months: int,
    lots: Sequence[Lot],
    hours: Mapping[str, int],
) -> dict[str, object]:
    """What `knowledge.drafting.read_answers` reads."""
    nature = answers["nature"]
    named = [lot for lot in lots if lot.is_named]
    values: dict[str, object] = {
        "nature": "services" if nature == "social" else nature,
        "buyer": buyer,
        "object": answers["object"],
        "months": months,
        "ccag": answers.get("ccag") or CCAG_OF[nature][0],
        "framework_agreement": answers.get("form") == "framework",
        "publics": answers.get("publics", ",".join(USUAL_PUBLICS)).split(","),
        "modalities": answers.get("modalities", ",".join(MODALITY_LABELS)).split(","),
        "reporting_day": int(answers.get("day") or place.reporting_day),
        "penalties": penalties_of(answers),
        "facilitator": facilitator_of(place),
        "globalisation": answers.get("globalisation", "yes") == "yes",
        "review": True,
        "social_criterion": answers.get("criterion") == "yes",
    }
    if answers.get("form") == "reserved":
        values["reserved"] = answers["whom"]
    elif named:
        values["lots"] = [_lot(lot, hours) for lot in named if lot.reserved or str(lot.number) in hours]
    else:
        values["hours"] = next(iter(hours.values()))
    return values


def penalties_of(answers: Mapping[str, str]) -> dict[str, object] | None:
    """The penalties for an amount per hour; None without."""
    per_hour = answers.get("penalty")
    if not per_hour:
        return None
    cap = answers.get("cap", CAP)
    return {
        "per_hour": per_hour,
        "formal_notice_days": int(answers.get("notice") or NOTICE_DAYS),
        "late_documents": stored(LATE),
        **({"cap": percent(Decimal(cap))} if cap else {}),
    }


def facilitator_of(place: Territory) -> dict[str, object] | None:
    """The facilitateur's contact as a clause names it; None when the territory has no address."""
    if not place.facilitator_email:
        return None
    return {
        "organisation": place.name,
        "name": place.facilitator_name or None,
        "email": place.facilitator_email,
        "phone": place.facilitator_phone or None,
    }


def told_penalty(answers: Mapping[str, str]) -> str:
    """Write the penalties in a line."""
    per_hour = answers.get("penalty")
    if not per_hour:
        return "aucune"
    cap = answers.get("cap", CAP)
    return (
        f"{euros(Decimal(per_hour))} par heure non faite, {euros(LATE)} par jour de retard, "
        f"après mise en demeure de {answers.get('notice') or NOTICE_DAYS} jours, "
        + (f"plafond de {percent(Decimal(cap))}" if cap else "sans plafond")
        + f" ({PROPOSED})"
    )


def told_hours_kept(lots: Sequence[SizedLot], hours: Mapping[str, int]) -> list[str]:
    """Write the hours of each lot, and say where they are not the computed ones."""
    lines = []
    for each in lots:
        kept = hours.get(str(each.lot.number or 0))
        if kept is None:
            lines.append(f"{each.lot.name}{NBSP}: aucune heure au calcul, sans clause")
            continue
        computed = "" if kept == each.found.hours else f" (le calcul donnait {hours_of(each.found.hours)})"
        lines.append(f"{each.lot.shown}, **{hours_of(Decimal(kept))}**{computed}")
    return lines


def _lot(lot: Lot, hours: Mapping[str, int]) -> dict[str, object]:
    told: dict[str, object] = {"number": lot.number, "title": lot.title}
    if lot.reserved:
        return {**told, "reserved": lot.reserved}
    return {**told, "hours": hours[str(lot.number)]}
