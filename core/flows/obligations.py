"""My obligations: every commitment of my organisation, in hours and in words."""

from core import pools, shares
from core.commitments import (
    dates_of,
    elapsed_of,
    lot_of,
    modalities_of,
    penalty_of,
    title_of,
)
from core.dialogue import Chat, Option
from core.eligibility import in_words
from core.flows.commands import Say
from core.flows.hiring import completing, to_complete
from core.flows.leaving import employed
from core.flows.prove import missing_in_words
from core.flows.register import Register
from core.hours import NBSP, Progress, in_hours, percent
from core.messages import Meaning
from core.models import Commitment, Employment
from core.months import day_in_french, in_french
from core.outlook import said_to_company, said_to_others
from core.preparations import checking, waits_in_words
from core.review_letters import answers_to
from core.terms import CommitmentStatus, ShareRole

SHOWN_WHOLE = 3
MOST_RETURNED = 2
MOST_PEOPLE = 12
MOST_TO_COMPLETE = 2
MOST_NEWS = 2
MOST_PREPARED = 3
NOTHING = (
    "Aucun marché n’est suivi pour votre organisation pour l’instant. "
    f"Si vous en attendez un, écrivez «{NBSP}parler à quelqu’un{NBSP}»."
)


def obligations(chat: Chat, register: Register) -> Say:
    """Show what is owed; with many commitments, a summary then one in detail."""
    rows = register.commitments
    if not rows:
        return to_prepare(register) or Say(NOTHING)
    progress = register.progress(rows)
    if len(rows) <= SHOWN_WHOLE and "commitment" not in chat.answers:
        return Say("\n\n".join(detail(register, row, progress[row.id]) for row in rows), _next_steps(register, rows))
    summary = "\n".join(
        f"- **{title_of(row, short=True)}**{NBSP}: {_in_short(register, row, progress[row.id])}" for row in rows
    )
    options = [Option(str(row.id), f"{row.contract.reference} {lot_of(row)}".strip()) for row in rows]
    text = f"Vos {len(rows)} engagements{NBSP}:\n\n{summary}\n\nLequel voulez-vous voir en détail{NBSP}?"
    chosen = int(chat.choose("commitment", text, options))
    row = next(row for row in rows if row.id == chosen)
    return Say(detail(register, row, progress[row.id]), _next_steps(register, [row]))


def to_prepare(register: Register) -> Say | None:
    """Say which months are to be prepared for other companies; None when none is delegated."""
    rows = [row for row in register.workable if register.is_delegated(row)]
    if not rows:
        return None
    said = []
    for row in rows:
        waiting = {each.month for each in register.delegated.waiting(row)}
        due = [in_french(each.month) for each in register.due(row) if each.month not in waiting]
        parts = [f"à préparer{NBSP}: {', '.join(due)}" if due else "rien à préparer pour l’instant"]
        parts += (
            [f"chez l’entreprise, à valider{NBSP}: {', '.join(map(in_french, sorted(waiting)))}"] if waiting else []
        )
        said.append(
            f"- **{row.awardee.name}**, {row.contract.reference} {lot_of(row)}".rstrip() + f"{NBSP}: {', '.join(parts)}"
        )
    text = "Les mois qui vous sont confiés" + f"{NBSP}:\n\n" + "\n".join(said)
    return Say(text, (("Préparer un mois", {"start": "declare"}), ("Envoyer un justificatif", {"start": "prove"})))


def detail(register: Register, row: Commitment, progress: Progress) -> str:
    """Write one commitment: hours, publics, modalities, deadline, penalty terms."""
    lines = [f"**{title_of(row)}**", f"{row.contract.reference}, {row.contract.buyer.name}"]
    if register.is_buyer or (register.person and register.person.is_facilitator):
        lines.append(f"Attributaire{NBSP}: {row.awardee.name}")
    if row.committed_hours is None:
        lines.append("Les heures à faire ne sont pas encore connues dans le suivi. Le facilitateur les complétera.")
        return "\n".join([lines[0], "", *(f"- {line}" for line in lines[1:])])
    lines.append(
        f"À faire{NBSP}: {in_hours(progress.committed)}. Faites{NBSP}: {in_hours(progress.done)} "
        f"(dont {in_hours(progress.accepted)} validées). **Reste{NBSP}: {in_hours(progress.remaining)}**"
        + (f", surplus{NBSP}: {in_hours(progress.surplus)}" if progress.surplus else "")
    )
    lines.extend(with_others(register, row))
    elapsed = elapsed_of(row, register.today)
    if elapsed is not None and progress.share_done is not None:
        lines.append(f"{percent(progress.share_done)} des heures faites, {percent(elapsed)} du temps écoulé")
    lines.append(f"Marché {dates_of(row)}")
    lines.extend(_outlook(register, row))
    lines.append(f"Publics{NBSP}: {', '.join(row.publics) or 'voyez votre contrat'}")
    lines.append(f"Modalités admises{NBSP}: {modalities_of(row)}")
    if returned := register.returned.get(row.id):
        whose = "À corriger ou à expliquer" if row in register.declarable else "Renvoyés à l’entreprise, à corriger"
        lines.append(f"**{whose}{NBSP}: {', '.join(map(in_french, returned))}**")
    lines.append(_deadline(register, row))
    lines.extend(_prepared(register, row))
    lines.append(_penalty(row))
    if row.contract_article:
        lines.append(f"Article du contrat{NBSP}: {row.contract_article}")
    if missing := missing_in_words(register, _there(register, row)):
        lines.append(f"**Justificatifs à envoyer**{NBSP}: {missing}")
    said = "\n".join([lines[0], "", *(f"- {line}" for line in lines[1:])])
    people = people_of(register, row)
    return f"{said}\n\nPersonnes employées{NBSP}:\n\n" + "\n".join(people) if people else said


def with_others(register: Register, row: Commitment) -> list[str]:
    """Write what other companies do of a commitment, and what it is counted with, for who may see it."""
    whole, pool = register.whole(row), register.pool(row)
    lines = shares.in_lines(whole) if whole is not None else []
    if pool is not None:
        lines += pools.in_lines(pool, is_named=not register.is_buyer)
    return lines


def _penalty(row: Commitment) -> str:
    if row.share_role in {ShareRole.CO_AWARDEE, ShareRole.SUBCONTRACTOR}:
        return (
            "Pénalité : en pratique l’acheteur s’adresse au titulaire, et votre accord avec lui dit le reste, "
            "à confirmer auprès du facilitateur"
        ).replace(" :", f"{NBSP}:")
    return f"Pénalité prévue au contrat{NBSP}: {penalty_of(row)}. C’est l’acheteur qui décide de l’appliquer ou non"


def people_of(register: Register, row: Commitment) -> list[str]:
    """Write who is employed now, each with the light of their eligibility; nothing for who may not see names."""
    held = register.eligibilities(row)
    there = _there(register, row)
    lines = [
        f"- **{each.participant.name}**{NBSP}: {in_words(each, held.get(each.id), register.today)}"
        for each in there[:MOST_PEOPLE]
    ]
    return [*lines, f"- et {len(there) - MOST_PEOPLE} autres"] if len(there) > MOST_PEOPLE else lines


def _outlook(register: Register, row: Commitment) -> list[str]:
    found = register.outlook(row)
    if found is None:
        return []
    return said_to_company(found, row) if row in register.declarable else said_to_others(found)


def _there(register: Register, row: Commitment) -> list[Employment]:
    return [each for each in register.employments_ever(row) if each.ends_on is None or each.ends_on >= register.today]


def _in_short(register: Register, row: Commitment, progress: Progress) -> str:
    if row.committed_hours is None:
        return "à compléter"
    if row.status is CommitmentStatus.ENDED:
        return f"terminé, {in_hours(progress.done)} sur {in_hours(progress.committed)}"
    late = sum(due.late for due in register.due(row))
    told = f"reste {in_hours(progress.remaining)} sur {in_hours(progress.committed)}"
    return f"{told}, **{late} mois en retard**" if late else told


def _deadline(register: Register, row: Commitment) -> str:
    if row.status is CommitmentStatus.ENDED:
        return "Marché terminé"
    due = register.due(row)
    if not due:
        return "Déclarations à jour"
    late = [each for each in due if each.late]
    if late:
        months = ", ".join(in_french(each.month) for each in late[:3]) + ("…" if len(late) > 3 else "")
        if row in register.declarable:
            return f"À déclarer dès que possible{NBSP}: {months}"
        return f"**Mois en retard{NBSP}: {months}**, l’entreprise ne les a pas déclarés"
    return f"À déclarer{NBSP}: {in_french(due[0].month)}, avant le {day_in_french(due[0].by)}"


def _prepared(register: Register, row: Commitment) -> list[str]:
    """Say which months somebody prepared, that wait for the company only."""
    by: dict[str, list[str]] = {}
    for each in register.awaiting.months:
        if each.commitment_id == row.id:
            by.setdefault(register.awaiting.by(each), []).append(each.month)
    return [f"**{waits_in_words(months, name)}**" for name, months in by.items()]


def _next_steps(register: Register, rows: list[Commitment]) -> tuple[tuple[str, Meaning], ...]:
    if not any(row in register.declarable for row in rows):
        return ()
    returned = [(row, month) for row in rows for month in register.returned.get(row.id, ())][:MOST_RETURNED]
    found = [button for row, month in returned for button in _answers(register, row, month)]
    usual: list[tuple[str, Meaning]] = [
        ("Déclarer un mois", {"start": "declare"}),
        ("Déclarer une embauche", {"start": "hire"}),
        ("Chercher des candidats", {"start": "need"}),
        ("Noter une démarche", {"start": "effort"}),
    ]
    if any(register.missing(_there(register, row)).get(each.id) for row in rows for each in _there(register, row)):
        usual.insert(0, ("Envoyer un justificatif", {"start": "prove"}))
    if employed(register):
        usual.append(("Dire un départ", {"start": "leave"}))
    shown = {row.id: row.contract.reference for row in rows}
    ready = [
        checking(
            each, register.awaiting.answers_of(each), reference=shown[each.commitment_id] if len(shown) > 1 else ""
        )
        for each in register.awaiting.months
        if each.commitment_id in shown
    ]
    return (*ready[:MOST_PREPARED], *found, *usual, *_about_people(register, rows))


def _about_people(register: Register, rows: list[Commitment]) -> list[tuple[str, Meaning]]:
    """Offer to give news of who left, and to complete hires."""
    shown = {row.id for row in rows}
    news: list[tuple[str, Meaning]] = [
        (
            f"Dire ce que devient {each.participant.name}",
            {"start": "exit", "answers": {"employment": str(each.id), "months": str(months)}},
        )
        for each, months in register.exits_waiting()
        if each.commitment_id in shown
    ]
    left_out = [completing(each) for each in to_complete(register) if each.commitment_id in shown]
    return [*news[:MOST_NEWS], *left_out[:MOST_TO_COMPLETE]]


def _answers(register: Register, row: Commitment, month: str) -> list[tuple[str, Meaning]]:
    declaration = register.in_force(row, month)
    return answers_to(declaration, register.open_remarks(row, month)) if declaration is not None else []
