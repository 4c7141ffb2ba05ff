"""The draft of an article: what the desk's form holds, often taken from a case, and what is wrong or delicate in it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy.orm import Session

from core.hours import NBSP
from core.house import House
from core.masking import addresses_in, names_in, phones_in, without_names
from core.models import Case
from core.refusal import Refused
from core.surroundings import names_around
from core.terms import Author
from knowledge.articles import FEWEST_QUESTIONS
from knowledge.library import sentences_asking

AUDIENCES = {"company": "Entreprises", "buyer": "Acheteurs", "participant": "Participants", "both": "Tout le monde"}
SERVED_FOR = timedelta(days=365)
LONGEST_QUESTION = 200
MOST_PREFILLED = 8


@dataclass(frozen=True)
class Draft:
    """What the form holds, as typed. `questions` has one per line; `expires_on` is YYYY-MM-DD."""

    title: str = ""
    questions: str = ""
    text: str = ""
    source: str = ""
    reference: str = ""
    url: str = ""
    audience: str = ""
    everywhere: bool = False
    expires_on: str = ""


def blank(house: House) -> Draft:
    """Return an empty draft."""
    return Draft(audience="both", expires_on=(house.today() + SERVED_FOR).isoformat())


def drafted_from(session: Session, house: House, case: Case) -> Draft:
    """Return a draft made of a case: its subject, what the person asked without any name, the latest answer.

    Raises Refused while the case has no answer.
    """
    answers = [message.text for message in case.messages if message.author is Author.FACILITATOR]
    if not answers:
        raise Refused("Répondez d’abord à ce dossier, la fiche reprendra votre réponse.")
    names = names_around(session, case.person)
    asked: list[str] = []
    for message in case.messages:
        if message.author is Author.PERSON:
            asked += sentences_asking(message.text) or [message.text]
    lines = [" ".join(without_names(text, names).split()) for text in asked]
    questions = [line for line in dict.fromkeys(lines) if 0 < len(line) <= LONGEST_QUESTION]
    subject = " ".join(without_names(case.subject, names).split())
    return replace(
        blank(house),
        title=subject[:1].upper() + subject[1:],
        questions="\n".join(questions[:MOST_PREFILLED]),
        text=answers[-1],
    )


def concerns(draft: Draft, names: Iterable[str]) -> tuple[str, ...]:
    """Return what in a draft may say who somebody is."""
    text = "\n".join((draft.title, draft.questions, draft.text, draft.source, draft.reference))
    found = {
        "une adresse e-mail": addresses_in(text),
        "un numéro de téléphone": phones_in(text),
        "un nom": names_in(text, names),
    }
    return tuple(
        f"Ce texte contient {what}{NBSP}: {', '.join(dict.fromkeys(seen))}." for what, seen in found.items() if seen
    )


def missing_in(draft: Draft, today: date) -> dict[str, str]:
    """Say what is wrong in each field, all of them at once."""
    errors = {}
    if not draft.title.strip():
        errors["title"] = "Donnez un titre, sous forme de question si possible."
    count = len(lines_of(draft.questions))
    if count < FEWEST_QUESTIONS:
        errors["questions"] = (
            f"Il faut au moins {FEWEST_QUESTIONS} façons de poser la question, une par ligne. Il y en a {count}."
        )
    if not draft.text.strip():
        errors["text"] = "Écrivez la réponse."
    if not draft.source.strip():
        errors["source"] = "Donnez la source, par exemple le titre du texte ou du guide."
    elif not draft.reference.strip() and not draft.url.strip():
        errors["source"] = "Précisez la source par un article ou par une adresse."
    if draft.url.strip() and not draft.url.strip().startswith("https://"):
        errors["url"] = "L’adresse doit commencer par https://."
    if draft.audience not in AUDIENCES:
        errors["audience"] = "Choisissez à qui la fiche s’adresse."
    last = day_of(draft.expires_on)
    if last is None:
        errors["expires_on"] = f"Donnez une date comme {(today + SERVED_FOR).isoformat()}."
    elif last <= today:
        errors["expires_on"] = "La date de fin doit être à venir."
    return errors


def lines_of(text: str) -> list[str]:
    """Return the lines of a field, without their bullets."""
    return [" ".join(line.lstrip("-•* ").split()) for line in text.splitlines() if line.strip("-•* \t")]


def day_of(text: str) -> date | None:
    """Return the day that a field gives, or None."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
