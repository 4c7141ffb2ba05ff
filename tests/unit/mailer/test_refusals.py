import ssl

import pytest
from aiosmtplib import (
    SMTPAuthenticationError,
    SMTPConnectResponseError,
    SMTPDataError,
    SMTPException,
    SMTPReadTimeoutError,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)

from mailer.refusals import ServerOutOfOrder, connection_failure, refusal_of

PEER = "carole@exemple.fr"


def at_recipient(code: int, message: str) -> SMTPResponseException:
    return SMTPRecipientRefused(code, message, PEER)


@pytest.mark.parametrize(
    "answer",
    [
        at_recipient(550, f"5.1.1 <{PEER}>: Recipient address rejected: User unknown"),
        at_recipient(550, "5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found"),
        at_recipient(550, "5.2.1 The account is disabled"),
        at_recipient(550, "No such user here"),
        at_recipient(553, "sorry, no mailbox here by that name"),
        SMTPDataError(550, "5.1.1 no mailbox by that name"),
    ],
)
def test_an_address_that_does_not_exist_is_to_blame(answer: SMTPResponseException) -> None:
    refusal = refusal_of(answer)
    assert refusal.permanent
    assert refusal.blames_peer
    assert refusal.reason.startswith("adresse inconnue")
    assert PEER not in refusal.reason


@pytest.mark.parametrize(
    "answer",
    [
        SMTPDataError(552, "5.3.4 Message too big"),
        SMTPSenderRefused(552, "5.3.4 Message size exceeds fixed limit", "clausette@exemple.fr"),
        SMTPDataError(554, "5.7.1 Spam message rejected"),
        SMTPDataError(550, "Message refused"),
    ],
)
def test_a_refused_message_ends_there_without_blaming_the_address(answer: SMTPResponseException) -> None:
    refusal = refusal_of(answer)
    assert refusal.permanent
    assert not refusal.blames_peer


@pytest.mark.parametrize(
    "answer",
    [
        at_recipient(450, "4.2.0 Greylisted"),
        at_recipient(452, "4.2.2 Mailbox full"),
        at_recipient(552, "5.2.2 Mailbox full"),
        at_recipient(554, "5.7.1 Relay access denied"),
        at_recipient(550, "5.7.1 Client host blocked"),
        at_recipient(550, "5.1.8 Sender address rejected: Domain not found"),
        SMTPDataError(451, "4.3.0 Try again later"),
        SMTPSenderRefused(451, "4.3.0 Try again later", "clausette@exemple.fr"),
    ],
)
def test_what_may_pass_later_is_tried_again(answer: SMTPResponseException) -> None:
    refusal = refusal_of(answer)
    assert not refusal.permanent
    assert refusal.blames_peer is ("full" in answer.message), "a full box is its owner's affair, if it stays so"
    assert not isinstance(refusal, ServerOutOfOrder)


@pytest.mark.parametrize(
    "answer",
    [
        SMTPSenderRefused(553, "5.7.1 Sender not allowed", "clausette@exemple.fr"),
        SMTPSenderRefused(421, "4.7.0 Too many messages", "clausette@exemple.fr"),
        at_recipient(421, "4.3.2 Shutting down"),
        SMTPDataError(421, "4.3.2 Shutting down"),
    ],
)
def test_a_server_that_takes_nothing_more_blames_nobody(answer: SMTPResponseException) -> None:
    assert isinstance(refusal_of(answer), ServerOutOfOrder)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (SMTPAuthenticationError(535, "5.7.8 authentication failed"), "identification refusée"),
        (SMTPConnectResponseError(554, "No service"), "connexion refusée"),
        (SMTPReadTimeoutError("Timed out"), "ne répond pas à temps"),
        (TimeoutError(), "ne répond pas à temps"),
        (SMTPServerDisconnected("Connection lost"), "injoignable"),
        (SMTPException("SMTP STARTTLS extension not supported by server."), "STARTTLS extension not supported"),
        (ConnectionRefusedError(111, "Connect call failed"), "injoignable"),
        (ssl.SSLCertVerificationError("self-signed certificate"), "certificat"),
    ],
)
def test_a_connection_that_fails_is_told_to_the_operator(error: Exception, reason: str) -> None:
    failure = connection_failure(error)
    assert reason in failure.reason
    assert not failure.permanent


def test_a_reason_never_holds_an_address() -> None:
    said = refusal_of(at_recipient(450, f"4.7.1 <{PEER}>: Recipient address rejected"))
    assert PEER not in said.reason
    assert "4.7.1" in said.reason
