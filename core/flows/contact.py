"""Reach the facilitateur: a subject, a message, a file if any; the transcript goes along."""

from core.cases import Request
from core.commitments import lot_of
from core.dialogue import Chat, Option
from core.flows.commands import AddToCase, OpenCase
from core.flows.reach import ask_reach
from core.flows.register import Register
from core.hours import NBSP

COMPANY_SUBJECTS = (
    "Mes heures ou ma déclaration",
    "Une personne à recruter ou à valider",
    "Une difficulté sur le marché",
)
BUYER_SUBJECTS = ("Préparer un marché", "Suivre un marché en cours", "Relire une clause")
NO_COMMITMENT = Option("0", "Aucun en particulier")
NEW = Option("new", "Nouvelle demande")


def contact(chat: Chat, register: Register) -> OpenCase | AddToCase:
    """Pass a request on, or complete the one that is open."""
    cases = register.open_cases
    named = register.case_named(chat.answers.get("case"))
    if named is not None and all(case.id != named.id for case in cases):
        text = chat.text("message", f"Le dossier {named.number} est clos. Écrivez ce que vous voulez ajouter.")
        return AddToCase(named.id, text, _files(chat))
    if cases:
        options = [Option(str(case.id), f"Compléter {case.number}") for case in cases]
        chosen = chat.choose("case", f"Vous avez déjà un dossier ouvert. Que voulez-vous faire{NBSP}?", [*options, NEW])
        if chosen != NEW.value:
            text = chat.text("message", "Écrivez votre message pour le facilitateur.")
            return AddToCase(int(chosen), text, _files(chat))
    subjects = BUYER_SUBJECTS if register.is_buyer else COMPANY_SUBJECTS
    subject = chat.text(
        "subject",
        f"Quel est le sujet{NBSP}? Choisissez ou écrivez-le en quelques mots.",
        most=200,
        suggestions=[Option(each, each) for each in subjects],
    )
    commitment = _commitment(chat, register)
    text = chat.text("message", "Écrivez votre message. Le facilitateur le recevra avec notre échange.")
    files = _files(chat)
    reach = ask_reach(chat) if register.person is None else ""
    return OpenCase(Request(subject=subject, text=text, commitment_id=commitment, files=files, contact=reach))


def _commitment(chat: Chat, register: Register) -> int | None:
    rows = register.commitments[:8]
    if not rows:
        return None
    options = [Option(str(row.id), f"{row.contract.reference} {lot_of(row)}".strip()) for row in rows]
    chosen = chat.choose("commitment", f"Pour quel marché{NBSP}?", [*options, NO_COMMITMENT])
    return int(chosen) or None


def _files(chat: Chat) -> tuple[int, ...]:
    found = chat.file(
        "file", f"Voulez-vous joindre un fichier (photo, PDF…){NBSP}? Envoyez-le maintenant.", none="Sans fichier"
    )
    return tuple(int(number) for number in found.split(",")) if found else ()
