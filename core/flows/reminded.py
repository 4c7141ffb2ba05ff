"""Why was I reminded: which month of which contract, by which rule, and where it stands now."""

from core.commitments import declare_by, reporting_day_of
from core.dialogue import Chat
from core.flows.commands import Say
from core.flows.register import Register
from core.hours import NBSP
from core.messages import Meaning
from core.months import day_in_french, in_french
from core.reminder_letters import contract_of
from core.reminder_log import Reminded

NEVER = "Je ne vous ai encore envoyé aucun rappel."
NOT_LATE = "C’est peut-être un message du facilitateur lui-même, ou un rappel destiné à quelqu’un d’autre."


def reminded(chat: Chat, register: Register) -> Say:
    """Say of what the person was reminded last, and why."""
    rows = register.reminded()
    if not rows:
        return Say(f"{NEVER} {NOT_LATE}")
    lines = [f"- {_line(register, row)}" for row in rows]
    place = register.territory
    text = (
        f"Le {day_in_french(rows[0].day)}, je vous ai écrit au sujet de{NBSP}:\n\n" + "\n".join(lines) + "\n\n"
        f"{_whose(register, rows[0])} J’écris "
        f"{place.notice_days}{NBSP}jours avant l’échéance et le jour même, puis {place.first_reminder_days} et "
        f"{place.second_reminder_days}{NBSP}jours ouvrés après, seulement si le mois manque encore. "
        "Dès qu’il est déclaré, je n’écris plus."
    )
    return Say(text, tuple(_offers(register, rows)))


def _whose(register: Register, row: Reminded) -> str:
    """Say why it is this person who is written to."""
    whose, person = row.commitment.awardee, register.person
    if person is None or person.organisation_id != whose.id:
        return f"{whose.name} vous confie la préparation de ses mois."
    return f"{whose.name} déclare chaque mois ses heures sur ce marché, et vous êtes son contact."


def _line(register: Register, row: Reminded) -> str:
    by = declare_by(row.month, reporting_day_of(row.commitment, register.territory))
    text = (
        f"**{in_french(row.month)}**, {contract_of(row.commitment)}{NBSP}: {row.step.label}. "
        f"Ce mois était à déclarer au plus tard le {day_in_french(by)} et ne l’était pas."
    )
    declared = register.in_force(row.commitment, row.month)
    if declared is None:
        return f"{text} Il ne l’est toujours pas."
    return f"{text} Il a été déclaré le {day_in_french(register.day_of(declared.declared_at))}, merci."


def _offers(register: Register, rows: list[Reminded]) -> list[tuple[str, Meaning]]:
    missing = [row for row in rows if register.in_force(row.commitment, row.month) is None]
    several = len({row.commitment.id for row in missing}) > 1
    return [
        (
            f"Déclarer {in_french(row.month)}" + (f", {row.commitment.contract.reference}" if several else ""),
            {"start": "declare", "answers": {"commitment": str(row.commitment.id), "month": row.month}},
        )
        for row in missing[:4]
    ]
