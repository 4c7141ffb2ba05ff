"""Letters of a conversation by mail: what the assistant answers, and the question whether a mail is somebody's."""

from core.letters import ConfirmationLetter, ConversationLetter, Envelope
from mailer.letters.rendering import Rendered, render


def conversation(letter: ConversationLetter, envelope: Envelope) -> Rendered:
    """Answer in the thread, with numbered choices."""
    return render("conversation", letter, envelope, subject=f"Re: {letter.subject}")


def confirmation(letter: ConfirmationLetter, envelope: Envelope) -> Rendered:
    """Ask a known address whether a mail is theirs."""
    return render("confirmation", letter, envelope, subject="Avez-vous écrit ce message\u00a0?")
