"""What a server's refusal means: a wrong address, a refused message, a temporary trouble, or a server out of order.

Codes: RFC 5321 §4.2 (replies), RFC 3463 (enhanced status: class.subject.detail). The words of servers are in English;
the reasons written here are French, for they reach the facilitateur.
"""

import re
from ssl import SSLCertVerificationError

from aiosmtplib import (
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from core.outbox import DeliveryError

_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_WRONG_ADDRESS = {(1, 1), (1, 2), (1, 3), (1, 6), (1, 10), (2, 1)}  # no such mailbox or domain, moved, disabled
_WITHOUT_ENHANCED = {550, 551, 553}  # at RCPT, what servers that say no more answer to a wrong address
_FULL, _TOO_BIG = (2, 2), 552
HANGING_UP = 421


class ServerOutOfOrder(DeliveryError):
    """Nothing can leave for now, whatever the message: no address is to blame."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, permanent=False)


def connection_failure(error: Exception) -> ServerOutOfOrder:
    """Tell why a connection could not be made, or was lost."""
    match error:
        case SMTPAuthenticationError():
            return ServerOutOfOrder(f"identification refusée par le serveur de messagerie ({_said(error)})")
        case SMTPResponseException():
            return ServerOutOfOrder(f"connexion refusée par le serveur de messagerie ({_said(error)})")
        case SSLCertVerificationError():
            return ServerOutOfOrder(f"certificat du serveur de messagerie refusé ({str(error)[:150]})")
        case TimeoutError():
            return ServerOutOfOrder("le serveur de messagerie ne répond pas à temps")
        case _:
            return ServerOutOfOrder(f"serveur de messagerie injoignable ({str(error)[:150]})")


def refusal_of(error: SMTPResponseException) -> DeliveryError:
    """Tell what an answer of the server to one delivery means."""
    match error:
        case SMTPRecipientRefused() | SMTPDataError() if error.code >= 500 or _status(error) == _FULL:
            return _refused(error, at_recipient=isinstance(error, SMTPRecipientRefused))
        case SMTPSenderRefused() if error.code == _TOO_BIG:
            return _refused(error, at_recipient=False)
        case SMTPSenderRefused() if error.code >= 500:
            return ServerOutOfOrder(f"adresse d’expédition refusée par le serveur de messagerie ({_said(error)})")
        case _ if error.code == HANGING_UP:
            return ServerOutOfOrder(f"serveur de messagerie momentanément indisponible ({_said(error)})")
        case _:
            return DeliveryError(f"refus momentané ({_said(error)})", permanent=False)


def _refused(error: SMTPResponseException, *, at_recipient: bool) -> DeliveryError:
    status = _status(error)
    if status == _FULL:  # full today, not for ever
        return DeliveryError(f"boîte pleine ({_codes(error)})", permanent=False, blames_peer=True)
    if status in _WRONG_ADDRESS or (at_recipient and status is None and error.code in _WITHOUT_ENHANCED):
        return DeliveryError(f"adresse inconnue de son serveur ({_codes(error)})", permanent=True)
    if error.code == _TOO_BIG:
        return DeliveryError(f"message trop lourd ({_codes(error)})", permanent=True, blames_peer=False)
    if at_recipient:  # relaying denied, a blocked sender: ours to mend, and the address may be right
        return DeliveryError(f"envoi refusé par le serveur ({_said(error)})", permanent=False)
    return DeliveryError(f"message refusé ({_said(error)})", permanent=True, blames_peer=False)


def _status(error: SMTPResponseException) -> tuple[int, int] | None:
    found = _ENHANCED.search(error.message)
    return (int(found[2]), int(found[3])) if found else None


def _codes(error: SMTPResponseException) -> str:
    found = _ENHANCED.search(error.message)
    return f"{error.code} {found[0]}" if found else str(error.code)


def _said(error: SMTPResponseException) -> str:
    """The server's own words, for the operator; DeliveryError takes the addresses out."""
    words = " ".join(error.message.encode("ascii", "replace").decode().split())
    return f"{error.code} {words[:150]}".strip()
