import pytest
from pydantic import SecretStr

from core.settings import InvalidSettings, Settings
from mailer.delivery import FolderTransport, SmtpTransport, transport_of
from mailer.server import SmtpServer, read_smtp_url


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.exemple.fr", SmtpServer("mail.exemple.fr", 587, "starttls")),
        ("smtp://mail.exemple.fr:25?starttls=required", SmtpServer("mail.exemple.fr", 25, "starttls")),
        ("smtp://mail.exemple.fr?starttls=never", SmtpServer("mail.exemple.fr", 25, "none")),
        ("smtps://u:p@mail.exemple.fr", SmtpServer("mail.exemple.fr", 465, "tls", "u", "p")),
        ("smtp://[::1]:2525?starttls=never", SmtpServer("::1", 2525, "none")),
        ("smtp://u:p@127.0.0.1:25?starttls=never", SmtpServer("127.0.0.1", 25, "none", "u", "p")),
        ("smtp://moi%40exemple.fr:a%2Fb%23c%3A@h/", SmtpServer("h", 587, "starttls", "moi@exemple.fr", "a/b#c:")),
        ("smtp://moi@exemple.fr:p@ss@h:587", SmtpServer("h", 587, "starttls", "moi@exemple.fr", "p@ss")),
    ],
)
def test_one_address_says_which_server_and_how(url: str, server: SmtpServer) -> None:
    assert read_smtp_url(url) == server


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("mail.exemple.fr:25", "must start with smtp://"),
        ("http://mail.exemple.fr", "must start with smtp://"),
        ("smtp://", "the host is missing"),
        ("smtp://:secret@h", "the user is missing"),
        ("smtp://u:secret@h:port", "cannot be read"),
        ("smtp://u:secret@h:99999", "cannot be read"),
        ("smtp://u:secret#1@h", "%23"),
        ("smtp://u:secret/1@h", "%2F"),
        ("smtp://u:secret@h?starttls=maybe", "required or never"),
        ("smtp://u:secret@h?tls=1", "unknown option 'tls'"),
        ("smtps://u:secret@h?starttls=required", "no meaning"),
        ("smtp://u:secret@h?starttls=never", "in clear"),
    ],
)
def test_a_wrong_address_is_told_in_one_line_without_its_password(url: str, complaint: str) -> None:
    with pytest.raises(InvalidSettings) as refused:
        read_smtp_url(url)
    message = str(refused.value)
    assert message.startswith("CLAUSETTE_SMTP_URL: ")
    assert complaint in message
    assert "secret" not in message
    assert "\n" not in message


def test_a_server_is_written_without_its_password() -> None:
    assert "secret" not in repr(read_smtp_url("smtp://u:secret@h"))


def test_mail_goes_to_a_folder_until_a_server_is_set() -> None:
    assert isinstance(transport_of(Settings()), FolderTransport)
    assert isinstance(transport_of(Settings(smtp_url=SecretStr("smtps://h"))), SmtpTransport)


@pytest.mark.parametrize("sender", ["Clausette", "", "hélène@exemple.fr", "Clausette, Val <clausette@exemple.fr>"])
def test_a_sender_without_address_stops_the_start(sender: str) -> None:
    with pytest.raises(InvalidSettings, match="CLAUSETTE_MAIL_FROM"):
        transport_of(Settings(mail_from=sender))
