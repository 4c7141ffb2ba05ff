"""What to do and when, what the facilitateur does for a buyer, and asking for his advice."""

from collections.abc import Mapping, Sequence

from core.cases import Request
from core.dialogue import Chat, Option
from core.flows.commands import OpenCase, Say
from core.flows.purchase.asking import ADVICE, CHECK, DRAFT, KICK_OFF, REVIEWS, RULES, STEPS, TOOLS
from core.flows.reach import ask_reach
from core.flows.register import Register
from core.hours import NBSP
from core.messages import Meaning
from core.purchases.dossier import dossier
from core.purchases.offer import offer_of, told_offer
from core.purchases.steps import phases, told_phase

NEXT: Mapping[str, Sequence[tuple[str, Meaning]]] = {
    "before": (DRAFT, CHECK), "notification": (KICK_OFF,), "execution": (REVIEWS,),
}  # fmt: skip
"""What can be done at once, by phase."""


def purchase_steps(chat: Chat, register: Register) -> Say:
    """The checklist of one phase."""
    options = [Option(phase.id, phase.title) for phase in phases()]
    chosen = chat.choose("phase", f"À quelle étape en êtes-vous{NBSP}?", options)
    place = [phase.id for phase in phases()].index(chosen)
    buttons: list[tuple[str, Meaning]] = [
        (f"Ensuite{NBSP}: {phase.title}", {"start": "purchase_steps", "answers": {"phase": phase.id}})
        for phase in phases()[place + 1 : place + 2]
    ]
    buttons += NEXT.get(chosen, ())
    return Say(told_phase(phases()[place]), (*buttons, ADVICE, TOOLS))


def buyer_offer(chat: Chat, register: Register) -> Say:
    """What the facilitateur does for a buyer before award, and how to reach him."""
    return Say(told_offer(offer_of(register.territory), register.territory), (ADVICE, RULES, STEPS, TOOLS))


def buyer_advice(chat: Chat, register: Register) -> OpenCase:
    """Pass a request for advice on to the facilitateur, with the purchase's sheet."""
    known = dossier(chat.answers, register.territory, chat.today)
    joined = f" J’y joins ce que vous m’avez dit de l’achat{NBSP}:\n{known}" if known else ""
    text = chat.text("message", f"Que voulez-vous demander au facilitateur{NBSP}?{joined}")
    reach = ask_reach(chat) if register.person is None else ""
    told = f"{text}\n\nL’achat{NBSP}:\n{known}" if known else text
    return OpenCase(Request(subject="Conseil avant un marché", text=told, contact=reach))
