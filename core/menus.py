"""What the assistant offers, and its first words."""

from core.access import acts_for_buyer
from core.flows.register import Register
from core.hours import NBSP
from core.messages import Meaning
from core.models import Person

ASK: tuple[str, Meaning] = ("Poser une question", {"start": "ask"})
CONTACT: tuple[str, Meaning] = ("Parler à quelqu’un", {"start": "contact"})
OBLIGATIONS: tuple[str, Meaning] = ("Mes obligations", {"start": "obligations"})
CONTRACTS: tuple[str, Meaning] = ("Mes marchés", {"start": "obligations"})
DECLARE: tuple[str, Meaning] = ("Déclarer un mois", {"start": "declare"})
PREPARE_MONTH: tuple[str, Meaning] = ("Préparer un mois", {"start": "declare"})
PREPARE: tuple[str, Meaning] = ("Préparer un achat", {"start": "purchase"})
SIGN_IN: tuple[str, Meaning] = ("Me connecter", {"start": "sign_in"})

HELP = (
    "Écrivez simplement votre question, ou choisissez un bouton.\n\n"
    f"- **annuler**{NBSP}: arrêter ce qui est en cours\n"
    f"- **retour**{NBSP}: revenir à la question précédente\n"
    f"- **aide**{NBSP}: revoir ce message\n"
    f"- **parler à quelqu’un**{NBSP}: écrire au facilitateur"
)


def menu_for(register: Register) -> list[tuple[str, Meaning]]:
    """Return the buttons for who is greeted: to prepare a month comes first for who only does that."""
    menu = main_menu(register.person)
    return [PREPARE_MONTH, *menu] if register.workable and not register.declarable else menu


def main_menu(person: Person | None) -> list[tuple[str, Meaning]]:
    """Return the buttons for somebody: a stranger, an awardee, a buyer."""
    if person is None or person.organisation is None:
        return [ASK, SIGN_IN, PREPARE, CONTACT] if person is None else [ASK, CONTRACTS, PREPARE]
    if acts_for_buyer(person):
        return [ASK, PREPARE, CONTRACTS, CONTACT]
    return [OBLIGATIONS, DECLARE, ASK, CONTACT]


def welcome_text(register: Register, *, signed_in: bool = False) -> str:
    """Say hello: who speaks, for whom, what can be done."""
    person, place = register.person, register.territory
    if person is None:
        owner = place.facilitator_name or "du facilitateur"
        whose = f"de {owner}" if place.facilitator_name else owner
        return (
            f"Bonjour, je suis **Clausette**, l’assistante {whose} "
            f"pour les clauses sociales d’insertion ({place.name}).\n\n"
            "Je réponds à vos questions avec mes sources, je prends vos déclarations d’heures, et je passe le relais "
            "au facilitateur quand il le faut. Ne m’écrivez pas de données de santé ni de numéro de sécurité sociale."
        )
    name = person.name.split()[0] if person.name else ""
    hello = f"Bonjour {name}."
    if signed_in:
        hello += f" Vous parlez au nom de **{person.organisation.name}**." if person.organisation else ""
    return f"{hello}\n\n{_situation(register)}".strip()


def _situation(register: Register) -> str:
    if register.person is not None and register.person.is_facilitator:
        return f"Vos dossiers vous attendent au bureau{NBSP}: suivez «{NBSP}Dossiers{NBSP}», ou le lien de vos e-mails."
    if register.is_buyer:
        count = len(register.commitments)
        if not count:
            return "Aucun de vos marchés n’est encore suivi ici."
        return f"{count} engagement{_s(count)} d’insertion {_is(count)} suivi{_s(count)} sur vos marchés."
    rows = register.declarable
    if not rows:
        return _delegated(register) or "Aucun marché n’est encore suivi pour votre organisation."
    late = sum(1 for row in rows for due in register.due(row) if due.late)
    text = f"Vous avez {len(rows)} engagement{_s(len(rows))} d’insertion en cours de suivi."
    returned = sum(len(register.returned.get(row.id, ())) for row in rows)
    if returned:
        text += f" **{returned} mois{NBSP}à corriger ou à expliquer**{NBSP}: voyez «{NBSP}Mes obligations{NBSP}»."
    if late:
        text += f" **{late} mois{NBSP}à déclarer**, l’échéance est passée."
    return text


def _delegated(register: Register) -> str:
    """Say for whom months are prepared; "" when nothing is delegated to the person."""
    whose = sorted({each.commitment.awardee.name for each in register.delegated.held})
    if not whose:
        return ""
    they = "vous confient" if len(whose) > 1 else "vous confie"
    return (
        f"**{', '.join(whose)}** {they} la préparation de ses mois{NBSP}: écrivez-les en une phrase, "
        f"ou «{NBSP}préparer un mois{NBSP}»."
    )


def _is(count: int) -> str:
    return "sont" if count > 1 else "est"


def _s(count: int) -> str:
    return "s" if count > 1 else ""
