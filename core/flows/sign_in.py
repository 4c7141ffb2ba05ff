"""Sign in: an invitation code, or a link by e-mail."""

from core.dialogue import Chat, Option
from core.flows.commands import AskLink, UseCode
from core.flows.register import Register
from core.hours import NBSP

CODE = Option("code", "J’ai un code")
LINK = Option("link", "Recevoir un lien par e-mail")


def sign_in(chat: Chat, register: Register) -> UseCode | AskLink:
    """Recognise the person on this channel."""
    way = chat.choose("way", f"Comment voulez-vous vous connecter{NBSP}?", (LINK, CODE))
    if way == CODE.value:
        return UseCode(chat.text("code", "Tapez le code reçu (douze lettres et chiffres).", most=60))
    return AskLink(chat.text("email", f"Quelle est votre adresse e-mail professionnelle{NBSP}?", most=320))
