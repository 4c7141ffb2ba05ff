"""Who receives the mail: our own addresses, and the server whose word on senders is believed."""

from dataclasses import dataclass
from typing import Self

from core.settings import Settings
from mailer.letters.message import mailbox


@dataclass(frozen=True)
class Receiver:
    """Our side of the mailbox. `reply_to` is the bare address whose plus-part carries the tokens, "" when not set."""

    own: frozenset[str] = frozenset()
    reply_to: str = ""
    trusted_authserv: str = ""

    @classmethod
    def known_as(cls, *addresses: str, trusted_authserv: str = "") -> Self:
        """Make a receiver of its addresses, the one for replies first."""
        bare = tuple(without_tag(_bare(address)) for address in addresses if address)
        return cls(frozenset(bare) - {""}, bare[0] if bare else "", trusted_authserv.strip().lower())


def receiver_of(settings: Settings) -> Receiver:
    """Return the receiver that the settings describe; an address that cannot be read is left out."""
    return Receiver.known_as(
        *(settings.mail_reply_to or settings.mail_from, settings.mail_from, settings.mail_return_path),
        trusted_authserv=settings.trusted_authserv,
    )


def without_tag(address: str) -> str:
    """Return an address without its plus-part, in small letters."""
    local, at, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"


def _bare(written: str) -> str:
    try:
        return mailbox(written)[1]
    except ValueError:
        return ""
