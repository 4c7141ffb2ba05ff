"""Letters of a conversation by mail."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ConversationLetter:
    """To whom writes by mail: what the assistant answers, the choices by number, a page that has them as buttons.

    The texts use the tiny Markdown of conversations; `words` are what may be answered besides ("retour"). The choices
    have no number where a number would be an answer in itself.
    """

    subject: str
    texts: tuple[str, ...]
    choices: tuple[str, ...]
    words: tuple[str, ...]
    link: str
    numbered: bool = True


@dataclass(frozen=True)
class ConfirmationLetter:
    """To a known address: did you write this? `sender` is the address in From, `why` what made us ask."""

    name: str
    subject: str
    sender: str
    excerpt: str
    why: str
    link: str
    days: int
