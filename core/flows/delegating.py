"""Delegate months to somebody, and end it."""

from datetime import date

from core.commitments import lot_of
from core.delegations import Given, contract_of
from core.dialogue import Chat, Option
from core.flows.commands import Delegate, EndDelegation, Say
from core.flows.register import Register
from core.hours import NBSP, plain
from core.models import Delegation
from core.months import day_in_french, in_french, read_day
from core.people import EMAIL
from core.refusal import Refused

ALL = Option("all", "Tous les mois du marché")
NO_END = Option("", "Jusqu’à ce que je l’arrête")
MOST_MONTHS = 6
NOTHING = "Aucun marché n’attend de déclaration de votre part."
NONE_GIVEN = "Il n’y a aucune délégation en cours."


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
        "mois-là, et dira leurs heures. Vous les vérifierez et les validerez vous-même. Vous confirmez\u00a0?"
    )
    change = (Option("scope", "Les mois"), Option("email name", "La personne"), Option("until_on", "La fin"))
    chat.agree("agree", text, change=change)
    return Delegate(Given(row.id, name, email, month, until_on))


def undelegate(chat: Chat, register: Register) -> EndDelegation | Say:
    """End a delegation that one gave, or holds."""
    found = [*register.delegations_given(), *register.delegated.held]
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
