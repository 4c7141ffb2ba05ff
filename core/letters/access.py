"""Letters that let somebody in."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SignInLetter:
    """The link that signs a person in; `minutes` before it expires."""

    name: str
    link: str
    minutes: int


@dataclass(frozen=True)
class InvitationLetter:
    """Invites a person to the assistant for one organisation. `telegram_link` is empty when there is no bot."""

    name: str
    organisation: str
    facilitator: str
    link: str
    code: str
    telegram_link: str
    days: int


@dataclass(frozen=True)
class WonContract:
    """One commitment in a welcome letter."""

    contract: str
    buyer: str
    lot: str
    hours: str
    period: str
    reporting: str
    first_month: str
    penalty: str
    article: str


@dataclass(frozen=True)
class WelcomeLetter:
    """To an awardee: what was won, what is owed, by when, how to declare, how to sign in."""

    name: str
    organisation: str
    facilitator: str
    facilitator_contact: str
    commitments: tuple[WonContract, ...]
    link: str
    code: str
    telegram_link: str
    days: int
