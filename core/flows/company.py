"""Which other company a change is about: known here, or named with what is needed to invite it."""

from core.dialogue import Chat, Option, is_not_known
from core.flows.register import Register
from core.hours import NBSP, plain
from core.organisations import Company
from core.people import EMAIL
from core.refusal import Refused
from core.siret import read_siret
from core.standing import NEWCOMER

KEYS = "company company_name siret email"
LONGEST_NAME = 300
NOT_KNOWN = Option("none", "Je ne l’ai pas")


def other_company(chat: Chat, register: Register, question: str) -> Company:
    """Ask for a company by its name or SIRET; when nobody knows it, for what is missing."""
    typed = chat.text("company", question, most=LONGEST_NAME)
    known = register.company(typed)
    if known is not None:
        return known
    siret = read_siret(typed)
    if siret is not None:
        name = chat.text("company_name", f"Comment s’appelle cette entreprise{NBSP}?", most=LONGEST_NAME)
    else:
        name = typed
        ask = f"Je ne connais pas encore {name}. Quel est son SIRET (14{NBSP}chiffres){NBSP}?"
        said = chat.value("siret", ask, _siret, suggestions=[NOT_KNOWN])
        siret = None if said == NOT_KNOWN.value else said
        if siret is not None and (known := register.company(siret)) is not None:
            return known
    ask = f"À quelle adresse e-mail l’inviter chez {name}, une fois l’avenant signé{NBSP}?"
    email = chat.value("email", ask, _email, suggestions=[NOT_KNOWN])
    return Company(NEWCOMER, name, siret or "", "" if email == NOT_KNOWN.value else email)


def _is_not_known(typed: str) -> bool:
    words = plain(typed).strip(" .!")
    return is_not_known(typed) or words in {"non", "aucun", "aucune"} or words.startswith(("je ne", "je n'ai"))


def _siret(typed: str) -> str:
    if _is_not_known(typed):
        return NOT_KNOWN.value
    siret = read_siret(typed)
    if siret is None:
        raise Refused("Ce n’est pas un SIRET juste. Vérifiez ses quatorze chiffres, sur le Kbis ou une facture.")
    return siret


def _email(typed: str) -> str:
    if _is_not_known(typed):
        return NOT_KNOWN.value
    address = typed.strip()
    if not EMAIL.match(address):
        raise Refused("Écrivez une adresse e-mail, par exemple contact@exemple.fr.")
    return address
