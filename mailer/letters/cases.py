"""Letters of a case: to the facilitateur, then to the person; and the one about an address that refuses mail."""

from collections import Counter

from core.hours import NBSP
from core.letters import (
    AcknowledgementLetter,
    AddressRefusedLetter,
    CaseDelayLetter,
    CaseFollowUpLetter,
    CaseNews,
    CaseReminderLetter,
    CaseReplyLetter,
    CommitmentState,
    Envelope,
    EscalationLetter,
    OrdersLetter,
)
from core.terms import Author
from mailer.letters.rendering import Facts, Rendered, render


def escalation(letter: EscalationLetter, envelope: Envelope) -> Rendered:
    """Give the facilitateur a new case at a glance: the question first, then its context."""
    facts = (
        ("De", letter.who),
        ("Organisation", letter.organisation),
        ("Contact", letter.contact),
        ("Écrit sur", letter.channel),
        ("Marché", _contract(letter.state)),
        ("Reçu le", letter.since),
        ("Réponse annoncée", f"au plus tard le {letter.promised}"),
    )
    return render(
        "escalation",
        letter,
        envelope,
        subject=_titled(letter.number, letter.subject),
        facts=facts,
        state=_state(letter.state) if letter.state else (),
        assistant=Author.ASSISTANT.label,
        left_out=_left_out(letter.file_names, envelope),
    )


def follow_up(letter: CaseFollowUpLetter, envelope: Envelope) -> Rendered:
    """Tell the facilitateur what the person added to a case."""
    return render("follow_up", letter, envelope, subject=f"Re: {_titled(letter.number, letter.subject)}",
                  left_out=_left_out(letter.file_names, envelope))  # fmt: skip


def case_reply(letter: CaseReplyLetter, envelope: Envelope) -> Rendered:
    """Give the person the facilitateur's answer."""
    return render("case_reply", letter, envelope, subject=f"Re: {_titled(letter.number, letter.subject)}")


def acknowledgement(letter: AcknowledgementLetter, envelope: Envelope) -> Rendered:
    """Tell the person that the case is open, opened again or goes on, and by when it is answered."""
    is_late = letter.news is CaseNews.LATE
    promise = f"annoncée pour le {letter.promised}, en retard" if is_late else f"au plus tard le {letter.promised}"
    facts = (
        ("Dossier", letter.number),
        ("Objet", letter.subject),
        ("Ouvert le", letter.opened),
        ("Réponse", promise),
    )
    goes_on = "" if letter.news is CaseNews.OPENED else "Re: "
    return render("acknowledgement", letter, envelope, subject=f"{goes_on}{_titled(letter.number, letter.subject)}",
                  facts=tuple((label, value) for label, value in facts if value), promise=promise,
                  said=_said(letter))  # fmt: skip


def _said(letter: AcknowledgementLetter) -> str:
    who = letter.facilitator or "votre facilitateur"
    added = f"Votre message est ajouté à votre dossier, et nous relançons {who}. Vous n’avez rien à renvoyer."
    there = "Vous recevrez sa réponse là où vous avez écrit à Clausette, ou par e-mail."
    match letter.news:
        case CaseNews.REOPENED:
            return f"Votre dossier est rouvert, et votre message est transmis au facilitateur. {there}"
        case CaseNews.COMPLETED:
            return f"Votre message est ajouté à votre dossier et transmis au facilitateur. {there}"
        case CaseNews.INSISTED:
            return added
        case CaseNews.LATE:
            late = f"La réponse annoncée pour le {letter.promised} n’est pas encore partie"
            return f"{late}, et nous vous prions de nous en excuser. {added}"
        case _:
            return f"Votre demande est bien transmise au facilitateur. {there}"


def reminder(letter: CaseReminderLetter, envelope: Envelope) -> Rendered:
    """Tell the facilitateur, or his deputy, that the announced day has passed."""
    facts = (("De", letter.who), ("Organisation", letter.organisation), ("Dossier", letter.number))
    return render("case_reminder", letter, envelope, subject=f"Re: {_titled(letter.number, letter.subject)}",
                  facts=facts)  # fmt: skip


def delay(letter: CaseDelayLetter, envelope: Envelope) -> Rendered:
    """Tell the person that the answer is late."""
    facts = (("Dossier", letter.number), ("Objet", letter.subject))
    return render("case_delay", letter, envelope, subject=f"Re: {_titled(letter.number, letter.subject)}", facts=facts)


def orders(letter: OrdersLetter, envelope: Envelope) -> Rendered:
    """Tell the facilitateur what came of the orders in his mail."""
    return render("orders", letter, envelope, subject=f"Re: {_titled(letter.number, letter.subject)}")


def address_refused(letter: AddressRefusedLetter, envelope: Envelope) -> Rendered:
    """Tell the facilitateur that a person's address refuses mail."""
    facts = (("Personne", letter.who), ("Organisation", letter.organisation), ("Réponse du serveur", letter.reason))
    return render(
        "address_refused", letter, envelope, subject=f"Adresse e-mail refusée{NBSP}: {letter.who}", facts=facts
    )


def _titled(number: str, subject: str) -> str:
    return f"[{number}] {subject}"


def _left_out(names: tuple[str, ...], envelope: Envelope) -> tuple[str, ...]:
    return tuple((Counter(names) - Counter(file.name for file in envelope.attachments)).elements())


def _contract(state: CommitmentState | None) -> str:
    if state is None:
        return ""
    return f"{state.contract}, {state.lot}" if state.lot else state.contract


def _state(state: CommitmentState) -> Facts:
    facts = (
        ("Attributaire", state.awardee),
        ("Acheteur", state.buyer),
        ("Période", state.dates),
        ("Heures engagées", state.committed),
        ("Heures réalisées", f"{state.done} ({state.share_done})" if state.share_done else state.done),
        ("Heures validées", state.accepted),
        ("Heures restantes", state.remaining),
        ("Durée écoulée", state.share_elapsed),
    )
    return tuple((label, value) for label, value in facts if value)
