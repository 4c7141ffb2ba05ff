"""Declare a hire without waiting for the month, and complete later what was left out."""

from dataclasses import replace
from datetime import timedelta

from core.commitments import lot_of, title_of
from core.dialogue import Chat, Option
from core.eligibility import is_to_complete
from core.employments import Completion, Hire, folded, is_left_out, lacks_end
from core.flows.commands import CompleteHire, DeclareHire, PrepareHire, Say
from core.flows.hire_terms import (
    criterion_of,
    employer_of,
    end_of,
    job_of,
    kind_of,
    modality_of,
    weekly_of,
)
from core.flows.register import Register
from core.flows.summary import confirming
from core.hours import NBSP, in_hours
from core.messages import Meaning
from core.models import Commitment, Employment
from core.months import day_in_french
from core.terms import CommitmentStatus, Criterion, EmploymentKind, Modality
from core.trades import trade_of

AHEAD, BEHIND = timedelta(days=60), timedelta(days=366)
NOTHING = "Aucun marché en cours n’attend d’embauche de votre part."
NO_LONGER = "Cette embauche n’attend plus votre accord : elle est déclarée, ou la délégation est finie.".replace(
    " :", f"{NBSP}:"
)
COMPLETE = "Il ne manque rien aux embauches que vous avez déclarées."
YES, NOT_YET = Option("yes", "Oui, c’est fait"), Option("no", "Pas encore")


def hire(chat: Chat, register: Register) -> DeclareHire | PrepareHire | Say:
    """Declare one hire, or prepare it for a company; what was said at once is there, what can wait is not asked."""
    prepared = chat.answers.get("prepared")
    if prepared is not None and all(str(each.id) != prepared for each in register.awaiting.hires):
        return Say(NO_LONGER, (("Mes obligations", {"start": "obligations"}),))
    rows = [row for row in register.workable if row.status is not CommitmentStatus.ENDED]
    if not rows:
        return Say(NOTHING)
    options = [Option(str(row.id), f"{row.contract.reference} {lot_of(row)}".strip()) for row in rows]
    chosen = chat.choose("commitment", f"Pour quel marché{NBSP}?", options)
    commitment = next(row for row in rows if str(row.id) == chosen)
    known = {folded(each.participant.name) for each in register.employments_ever(commitment) if _is_there(each, chat)}
    name = _name(chat, known)
    starts_on = chat.day(
        "starts_on",
        f"Depuis quel jour{NBSP}? Donnez le premier jour de {name}, par exemple 12/10.",
        first=max(commitment.starts_on or chat.today - BEHIND, chat.today - BEHIND),
        last=min(commitment.ends_on or chat.today + AHEAD, chat.today + AHEAD),
    )
    modality = modality_of(chat, "modality", commitment)
    employer = employer_of(chat, "employer", modality, name)
    kind = kind_of(chat, "kind", modality)
    criterion = criterion_of(chat, "criterion", name)
    job, rome = job_of(chat, name)
    hired = Hire(
        name,
        starts_on,
        modality,
        kind,
        criterion,
        employer=employer,
        job=job,
        rome=rome,
        weekly_hours=weekly_of(chat),
        ends_on=end_of(chat, starts_on),
    )
    whose = commitment.awardee.name if register.is_delegated(commitment) else ""
    chat.agree("agree", _summary(commitment, hired, whose), change=_changes(hired))
    if whose:
        return PrepareHire(commitment.id, hired)
    return DeclareHire(commitment.id, hired, int(prepared) if prepared is not None else None)


def complete(chat: Chat, register: Register) -> CompleteHire | Say:
    """Add to a hire what was left out or asked for by the facilitateur; each thing may still be left."""
    waiting = to_complete(register)
    wanted = chat.answers.get("employment")
    if not waiting and wanted is None:
        return Say(COMPLETE)
    options = [Option(str(each.id), each.participant.name) for each in waiting]
    chosen = wanted or chat.choose("employment", f"Quelle embauche voulez-vous compléter{NBSP}?", options)
    employment = next((each for each in waiting if str(each.id) == chosen), None)
    if employment is None:
        return Say(COMPLETE)
    name = employment.participant.name
    row = next(row for row in register.declarable if row.id == employment.commitment_id)
    held = register.eligibilities(row).get(employment.id)
    is_asked = held is not None and is_to_complete(held)
    if is_asked and held is not None:
        chat.say(f"Le facilitateur demande pour **{name}**{NBSP}: {held.reason}")
    needed = _needed(chat, employment, name)
    if not is_asked:
        return CompleteHire(_usual(chat, employment, needed))
    text = (
        "Envoyez ici le document demandé, à tout moment. Pour répondre par écrit, tapez "
        f"«{NBSP}parler à quelqu’un{NBSP}». Avez-vous donné ce qui manquait{NBSP}?"
    )
    return CompleteHire(replace(needed, is_answer=chat.choose("done", text, (YES, NOT_YET)) == YES.value))


def to_complete(register: Register) -> list[Employment]:
    """Return who is employed now and whose hire lacks something, those that the facilitateur waits for first."""
    asked: list[Employment] = []
    left_out: list[Employment] = []
    for row in register.declarable:
        held = register.eligibilities(row)
        for employment in register.employments_ever(row):
            if held.get(employment.id) is not None and is_to_complete(held[employment.id]):
                asked.append(employment)
            elif is_left_out(employment) and (employment.ends_on is None or employment.ends_on >= register.today):
                left_out.append(employment)
    return [*asked, *sorted(left_out, key=lambda each: -each.id)]


def completing(employment: Employment) -> tuple[str, Meaning]:
    """Return the button that completes a hire."""
    answers = {"employment": str(employment.id)}
    return f"Compléter l’embauche de {employment.participant.name}", {"start": "complete", "answers": answers}


def _needed(chat: Chat, employment: Employment, name: str) -> Completion:
    """Ask for what no decision can do without."""
    kind = kind_of(chat, "kind", employment.modality) if employment.kind is EmploymentKind.UNKNOWN else None
    criterion = criterion_of(chat, "criterion", name) if employment.criterion == Criterion.UNKNOWN else None
    return Completion(employment.id, kind=kind, criterion=criterion)


def _usual(chat: Chat, employment: Employment, needed: Completion) -> Completion:
    """Ask for the rest, each of which may be left again."""
    name = employment.participant.name
    needs_employer = not employment.employer and employment.modality is not Modality.DIRECT_HIRE
    employer = employer_of(chat, "employer", employment.modality, name) if needs_employer else None
    job, rome = job_of(chat, name) if not employment.job else ("", "")
    weekly = weekly_of(chat) if employment.weekly_hours is None else None
    ends_on = end_of(chat, employment.starts_on) if lacks_end(employment) else None
    return replace(needed, employer=employer, job=job or None, rome=rome or None, weekly_hours=weekly, ends_on=ends_on)


def _is_there(employment: Employment, chat: Chat) -> bool:
    return employment.ends_on is None or employment.ends_on >= chat.today


def _name(chat: Chat, known: set[str]) -> str:
    called = chat.answers.get("called")
    text = f"Qui avez-vous embauché{NBSP}? Écrivez le prénom et le nom."
    if called:
        text = f"Vous avez embauché «{NBSP}{called}{NBSP}». Écrivez son prénom et son nom."
    return chat.name(
        "name",
        text,
        refuse=lambda typed: f"{typed} est déjà employé sur ce marché." if folded(typed) in known else None,
    )


def _summary(commitment: Commitment, hired: Hire, whose: str) -> str:
    trade = trade_of(hired.rome)
    job = f"{hired.job} (ROME {trade.code}, {trade.label})" if trade else hired.job
    lines = (
        ("Marché", title_of(commitment, short=True)),
        ("Premier jour", day_in_french(hired.starts_on)),
        ("Fin prévue", day_in_french(hired.ends_on) if hired.ends_on else ""),
        ("Façon", hired.modality.label),
        ("Employeur", hired.employer),
        ("Contrat", hired.kind.label),
        ("Poste", job),
        ("Durée", f"{in_hours(hired.weekly_hours)} par semaine" if hired.weekly_hours else ""),
        ("Situation", f"{hired.criterion.label}, à valider par le facilitateur"),
    )
    said = "\n".join(f"- {label}{NBSP}: {value}" for label, value in lines if value)
    text = f"**Embauche de {hired.name}**\n\n{said}"
    missing = [
        word
        for word, value in (("le poste", hired.job), ("la durée", hired.weekly_hours), ("la fin", hired.ends_on))
        if not value and not (word == "la fin" and hired.kind is EmploymentKind.CDI)
    ]
    if missing:
        text += f"\n\nVous pourrez compléter plus tard{NBSP}: {', '.join(missing)}."
    return f"{text}\n\n{confirming(whose)}"


def _changes(hired: Hire) -> tuple[Option, ...]:
    found = [
        Option("name", "Le nom"),
        Option("starts_on ends_on", "Les dates"),
        Option("modality employer kind", "La façon ou le contrat"),
        Option("criterion", "La situation"),
        Option("job rome", "Le poste"),
        Option("weekly", "Les heures par semaine"),
        Option("commitment", "Le marché"),
    ]
    return tuple(found)
