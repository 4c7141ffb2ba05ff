"""Where is my request, did you get my mail: the person's own cases, what is promised, how to add to them."""

from core.dialogue import Chat
from core.flows.commands import Say
from core.flows.register import Register
from core.following import latest_act
from core.hours import NBSP
from core.messages import Meaning
from core.models import Case
from core.months import day_in_french, in_french
from core.receipts import numbered
from core.terms import Author, CaseStatus

CONTACT: tuple[str, Meaning] = ("Parler à quelqu’un", {"start": "contact"})
SIGN_IN: tuple[str, Meaning] = ("Me connecter", {"start": "sign_in"})
NOTHING_OF_A_STRANGER = (
    "Je ne vois aucun dossier dans cette conversation. Répondez au message qui porte son numéro, ou connectez-vous"
    f"{NBSP}: je ne parle d’un dossier qu’à la personne qui l’a ouvert."
)


def follow(chat: Chat, register: Register) -> Say:
    """Tell of the person's cases, of the one they named if any; never of somebody else's."""
    cases = register.cases_followed
    named = chat.answers.get("number")
    found = [case for case in cases if case.number == named] if named else cases
    if register.person is None and not found:
        return Say(NOTHING_OF_A_STRANGER, (SIGN_IN, CONTACT))
    parts: list[str] = []
    if named and not found:
        parts.append(f"Je ne trouve pas le dossier {named} parmi les vôtres.")
        found = cases
    if not found:
        parts.append("Vous n’avez aucun dossier en cours chez le facilitateur.")
    parts += [_told(register, case) for case in found]
    parts += [] if named else [line for line in (_mail(register), _declared(register)) if line]
    if any(case.status is not CaseStatus.CLOSED for case in found):
        parts.append("Pour ajouter une précision ou un document, choisissez le dossier.")
    return Say("\n\n".join(parts), (*map(_completing, found), CONTACT))


def _told(register: Register, case: Case) -> str:
    lines = [f"- Ouvert le {day_in_french(register.day_of(case.opened_at))}", f"- {_state(register, case)}"]
    act = latest_act(case)
    if act is not None:
        whose = {Author.PERSON: "votre message", Author.FACILITATOR: "réponse du facilitateur"}
        lines.append(
            f"- Dernier échange{NBSP}: {whose.get(act.author, 'une note de l’assistante')}, "
            f"le {day_in_french(register.day_of(act.written_at))}"
        )
    return f"**Dossier {case.number}**, «{NBSP}{case.subject}{NBSP}»\n\n" + "\n".join(lines)


def _state(register: Register, case: Case) -> str:
    promised = day_in_french(case.promised_on)
    if case.status is CaseStatus.CLOSED and case.closed_at is not None:
        return f"Clos le {day_in_french(register.day_of(case.closed_at))}. Il se rouvre si vous y répondez"
    if case.status is CaseStatus.ANSWERED and case.answered_at is not None:
        return f"Le facilitateur vous a répondu le {day_in_french(register.day_of(case.answered_at))}"
    if case.promised_on >= register.today:
        return f"**Réponse au plus tard le {promised}**"
    told = ", un rappel lui est parti" if case.reminded_at else ""
    return f"La réponse était annoncée pour le {promised}. Elle est en retard{told}. Nous vous prions de nous excuser"


def _mail(register: Register) -> str:
    mail = register.latest_mail
    if mail is None:
        return ""
    named = f" («{NBSP}{mail.subject}{NBSP}»)" if mail.subject else ""
    when = f"{named} est bien arrivé le {day_in_french(mail.on)} à {mail.at}."
    if mail.waits:
        asked = f"Il attend que vous confirmiez qu’il est de vous{NBSP}: un lien vous a été envoyé par e-mail."
        return f"Un e-mail à votre nom{when} {asked}"
    return f"Votre dernier e-mail{when}"


def _declared(register: Register) -> str:
    latest = register.latest_receipts(1)
    if not latest:
        return ""
    receipt, declaration = latest[0]
    month, on = in_french(declaration.month), day_in_french(register.day_of(declaration.declared_at))
    return f"Votre dernière déclaration reçue{NBSP}: {month}, le {on} (reçu {numbered(receipt.number)})."


def _completing(case: Case) -> tuple[str, Meaning]:
    verb = "Rouvrir" if case.status is CaseStatus.CLOSED else "Compléter"
    return f"{verb} {case.number}", {"start": "contact", "answers": {"case": str(case.id)}}
