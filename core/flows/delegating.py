"""Delegate months to somebody, end it; and, on the other side, prepare a month for a company."""

from datetime import date
from decimal import Decimal

from core.commitments import lot_of, refusal_for_month
from core.delegations import NOT_DELEGATED, Given, contract_of
from core.dialogue import Chat, Option
from core.flows.commands import Delegate, EndDelegation, PrepareMonth, Say
from core.flows.hires import work_of
from core.flows.register import Register
from core.flows.summary import in_words
from core.hours import NBSP, in_hours, plain
from core.models import Delegation
from core.months import day_in_french, in_french, read_day
from core.people import EMAIL
from core.refusal import Refused

ALL = Option("all", "Tous les mois du marché")
NO_END = Option("", "Jusqu’à ce que je l’arrête")
MOST_MONTHS = 6
NOTHING = "Aucun marché n’attend de déclaration de votre part."
NONE_GIVEN = "Il n’y a aucune délégation en cours."
ALL_DONE = "Il n’y a aucun mois à préparer pour l’instant, merci."


def delegate(chat: Chat, register: Register) -> Delegate | Say:
    """Let somebody prepare one month of a contract, or all; the company still declares."""
    rows = register.declarable
    if not rows:
        return Say(NOTHING)
    options = [Option(str(row.id), f"{row.contract.reference} {lot_of(row)}".strip()) for row in rows]
    chosen = chat.choose("commitment", f"Pour quel marché{NBSP}?", options)
    row = next(row for row in rows if str(row.id) == chosen)
    months = [Option(due.month, in_french(due.month)) for due in register.due(row)[-MOST_MONTHS:]]
    scope = chat.choose("scope", f"Que voulez-vous déléguer{NBSP}?", [ALL, *months], ask_even_one=True)
    email = chat.value(
        "email",
        "À qui (agence d’intérim, GEIQ, comptable…)\u00a0? Écrivez son adresse e-mail, "
        "ou le nom d’une structure connue.",
        lambda typed: _address(register, typed),
    )
    name = chat.name("name", f"Qui est-ce{NBSP}? Écrivez son prénom et son nom.")
    until = chat.value("until_on", f"Jusqu’à quand{NBSP}? Par exemple 31/12/2027.",
                       lambda typed: _until(typed, chat.today), suggestions=[NO_END])  # fmt: skip
    month = None if scope == ALL.value else scope
    until_on = date.fromisoformat(until) if until else None
    lines = [
        f"- Marché{NBSP}: {row.contract.reference} {lot_of(row)}".rstrip(),
        f"- Mois{NBSP}: {in_french(month) if month else 'tous'}",
        f"- À{NBSP}: {name}, {email}",
        f"- Jusqu’à{NBSP}: {day_in_french(until_on) if until_on else 'ce que vous l’arrêtiez'}",
    ]
    text = (
        "**Délégation**\n\n" + "\n".join(lines) + "\n\nCette personne verra les noms des personnes employées ces "
        "mois-là, et saisira leurs heures. Vous les vérifierez et les déclarerez vous-même. Vous confirmez\u00a0?"
    )
    change = (Option("scope", "Les mois"), Option("email name", "La personne"), Option("until_on", "La fin"))
    chat.agree("agree", text, change=change)
    return Delegate(Given(row.id, name, email, month, until_on))


def undelegate(chat: Chat, register: Register) -> EndDelegation | Say:
    """End a delegation that one gave, or holds."""
    found = [*register.delegations_given(), *register.delegations_held()]
    if not found:
        return Say(NONE_GIVEN)
    options = [Option(str(each.id), _label(each)) for each in found]
    chosen = chat.choose("delegation", f"Quelle délégation voulez-vous arrêter{NBSP}?", options, ask_even_one=True)
    each = next(each for each in found if str(each.id) == chosen)
    chat.agree(
        "agree",
        f"J’arrête la délégation de {each.delegate.name} pour {contract_of(each)}. Ce qui est préparé et pas encore "
        f"déclaré est mis de côté. Vous confirmez{NBSP}?",
    )
    return EndDelegation(each.id)


def prepare(chat: Chat, register: Register) -> PrepareMonth | Say:
    """Prepare a month that is delegated: the hours of each person, and nothing else."""
    held = register.delegations_held()
    if not held:
        return Say(NOT_DELEGATED)
    rows = {str(each.commitment_id): each.commitment for each in held}
    options = [Option(number, f"{row.awardee.name}, {row.contract.reference} {lot_of(row)}".strip())
               for number, row in rows.items()]  # fmt: skip
    chosen = chat.choose("commitment", f"Pour quel marché{NBSP}?", options)
    row = rows[chosen]
    months = register.months_to_prepare(row)
    if not months:
        return Say(ALL_DONE)
    offered = [Option(month, in_french(month)) for month in months[-MOST_MONTHS:]]
    month = chat.choose("month", f"Pour quel mois{NBSP}?", offered)
    refusal = refusal_for_month(row, month, chat.today)
    people = register.employments_to_prepare(row, month)
    if refusal or not people:
        return Say(refusal or f"Personne n’est employé sur ce marché en {in_french(month)}. L’entreprise le déclare.")
    lines = {each.id: work_of(chat, f"hours.{each.id}", each.participant.name, month) for each in people}
    said = [f"- {each.participant.name}{NBSP}: {in_words(lines[each.id])}" for each in people]
    total = sum((work.total for work in lines.values()), Decimal(0))
    text = (
        f"**{in_french(month).capitalize()}, {row.awardee.name}, {row.contract.reference} {lot_of(row)}**\n\n"
        + "\n".join([*said, f"- **Total{NBSP}: {in_hours(total)}**"])
        + f"\n\n{row.awardee.name} le vérifiera et le déclarera. Je le lui envoie{NBSP}?"
    )
    change = tuple(Option(f"hours.{each.id}", f"Heures de {each.participant.name}") for each in people)
    chat.agree("agree", text, change=change)
    return PrepareMonth(row.id, month, lines)


def _label(each: Delegation) -> str:
    return f"{each.delegate.name}, {contract_of(each)}"


def _address(register: Register, typed: str) -> str:
    """Read an address, or the name of a structure that the territory knows."""
    address = typed.strip()
    if EMAIL.match(address):
        return address.lower()
    found = register.addresses_of_structure(plain(typed)) if len(plain(typed)) > 2 else []
    if len(found) == 1:
        return found[0]
    raise Refused("Je n’ai pas reconnu une adresse e-mail. Écrivez-la en entier, par exemple prenom.nom@exemple.fr.")


def _until(typed: str, today: date) -> str:
    if plain(typed).strip(" .!") in {"", plain(NO_END.label), "sans fin", "sans date", "non"}:
        return ""
    day = read_day(typed, today)
    if day is None or day < today:
        raise Refused("Donnez un jour à venir, par exemple 31/12/2027.")
    return day.isoformat()
