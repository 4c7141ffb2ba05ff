"""What `clausette doctor` says of the mail, on real servers, without sending anything."""

import asyncio
from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from core.doctor import Verdict
from core.settings import InvalidSettings, Settings
from mailer.doctor import examine_mail
from tests.integration.mail import dovecot
from tests.stand_ins.smtp import Certificate, PostOffice, post_office

SENDER = "clausette@departement.exemple.org"


@pytest.fixture(scope="module")
def box(certificate: Certificate) -> Iterator[dovecot.Dovecot]:
    """A running Dovecot."""
    if not dovecot.is_here():
        pytest.skip(dovecot.ABSENT)
    with dovecot.running(certificate) as running:
        yield running


def settings_of(port: int = 0, login: str = "", starttls: str = "never", **more: str) -> Settings:
    """The settings of a mail server on this machine."""
    url = f"smtp://{login}127.0.0.1:{port}?starttls={starttls}" if port else ""
    given = {"mail_from": SENDER, **more, "imap_url": SecretStr(more.get("imap_url", ""))}
    return Settings(smtp_url=SecretStr(url)).model_copy(update=given)


async def said(settings: Settings, certificate: Certificate | None = None) -> dict[str, Verdict]:
    """What is found, with ordinary spaces; in a thread, for the server runs in this loop."""
    tls = certificate.of_client() if certificate else None
    found = await asyncio.to_thread(examine_mail, settings, tls=tls)
    return {finding.what.replace("\N{NO-BREAK SPACE}", " "): finding.verdict for finding in found}


async def test_a_server_in_order_is_said_to_be_and_receives_nothing(certificate: Certificate) -> None:
    async with post_office(tls=certificate.of_server(), with_login=True) as office:
        found = await said(settings_of(office.port, "clausette:right@", "required"), certificate)
        assert found == {"envoi des e-mails : serveur joint, STARTTLS, identifié, expéditeur accepté": Verdict.OK}
        assert office.received == []
        found = await said(settings_of(office.port, "clausette:wrong@", "required"), certificate)
        (what,) = found
        assert what.startswith("envoi des e-mails : identification refusée")
        assert found[what] is Verdict.WRONG


async def test_a_server_that_is_not_there_or_offers_no_encryption_is_wrong(office: PostOffice) -> None:
    (what,) = await said(settings_of(office.port, starttls="required"))
    assert "envoi des e-mails : " in what
    (what,) = await said(settings_of(1))
    assert "injoignable" in what


async def test_the_plus_part_is_asked_of_the_server(office: PostOffice) -> None:
    settings = settings_of(office.port, mail_reply_to=SENDER, imap_url="imap://a:b@127.0.0.1:1/INBOX?starttls=never")
    found = await said(settings)
    assert found["adresse de réponse avec une étiquette (clausette+…@departement.exemple.org) : acceptée"] is Verdict.OK
    office.at_recipient["clausette+clausette-doctor-0123456789@departement.exemple.org"] = "550 5.1.1 User unknown"
    wrong = [what for what, verdict in (await said(settings)).items() if verdict is Verdict.WRONG]
    assert wrong[0].startswith("adresse de réponse avec une étiquette (clausette+…@departement.exemple.org) : adresse")
    assert wrong[1].startswith("lecture des e-mails : ")
    assert office.received == []


async def test_the_return_address_is_tried_as_a_sender_and_as_a_recipient(office: PostOffice) -> None:
    settings = settings_of(office.port, mail_return_path="retours@departement.exemple.org")
    what = "adresse de retour avec une étiquette (retours+…@departement.exemple.org) : "
    assert (await said(settings))[f"{what}acceptée"] is Verdict.OK
    office.next_at_sender = ["250 OK", "553 5.7.1 Sender address rejected: not owned by user"]
    (wrong,) = [each for each, verdict in (await said(settings)).items() if verdict is Verdict.WRONG]
    assert wrong.startswith(f"{what}adresse d’expédition refusée")


@pytest.mark.parametrize(
    ("mail_from", "reply_to", "what", "verdict"),
    [
        ("clausette@exemple.fr", "", "adresse d’expédition : celle de l’exemple (clausette@exemple.fr)", Verdict.WRONG),
        (SENDER, f"Clausette <{SENDER}>",
         f"réponses et avis de non-remise arrivent dans la même boîte ({SENDER})", Verdict.OK),
        (SENDER, "reponses@ailleurs.exemple.org",
         f"les avis de non-remise reviennent à {SENDER}, les réponses à reponses@ailleurs.exemple.org", Verdict.LOOK),
        (SENDER, "clausette+a@departement.exemple.org",
         "adresse de réponse : elle a déjà une étiquette (+)", Verdict.WRONG),
    ],
)  # fmt: skip
async def test_addresses_that_do_not_go_together_are_said(
    office: PostOffice, mail_from: str, reply_to: str, what: str, verdict: Verdict
) -> None:
    found = await said(settings_of(office.port, mail_from=mail_from, mail_reply_to=reply_to))
    assert found[what] is verdict


async def test_the_box_is_opened(box: dovecot.Dovecot) -> None:
    assert await said(settings_of(imap_url=box.url)) == {"lecture des e-mails : boîte ouverte": Verdict.OK}


def test_nothing_is_said_of_mail_that_is_not_set_and_a_wrong_setting_is_one_line() -> None:
    assert examine_mail(Settings()) == []
    with pytest.raises(InvalidSettings, match="CLAUSETTE_MAIL_FROM"):
        examine_mail(settings_of(25, mail_from="nobody"))
    with pytest.raises(InvalidSettings, match="CLAUSETTE_MAIL_RETURN_PATH"):
        examine_mail(settings_of(25, mail_return_path="retours+a@departement.exemple.org"))
