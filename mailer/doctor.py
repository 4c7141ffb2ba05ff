"""What can be seen of the mail without DNS and without sending anything: both servers, the addresses, the plus-part."""

import asyncio
import ssl

from core.doctor import Finding, Verdict
from core.hours import NBSP
from core.outbox import DeliveryError
from core.settings import InvalidSettings, Settings
from mailer.delivery import return_path_of
from mailer.imap import FAILURES, ImapBox
from mailer.letters.message import mailbox
from mailer.server import SmtpServer, read_imap_url, read_smtp_url
from mailer.smtp import SmtpTransport

PATIENCE_SECONDS = 15.0
EXAMPLE = "@exemple.fr"
TAG = "clausette-doctor-0123456789"


def examine_mail(settings: Settings, *, tls: ssl.SSLContext | None = None) -> list[Finding]:
    """Look at the mail of an installation; nothing is said of a server that is not set. Raises InvalidSettings."""
    findings = []
    if url := settings.smtp_url.get_secret_value():
        findings += _addresses(settings)
        findings += asyncio.run(_sending(settings, read_smtp_url(url), tls))
    if url := settings.imap_url.get_secret_value():
        findings.append(_box(url, tls))
    return findings


async def _sending(settings: Settings, server: SmtpServer, tls: ssl.SSLContext | None) -> list[Finding]:
    transport = SmtpTransport(server, _bare(settings.mail_from, "FROM"), tls=tls, answer_seconds=PATIENCE_SECONDS)
    async with transport:
        if not await transport.ready():
            remedy = "Vérifiez CLAUSETTE_SMTP_URL et CLAUSETTE_MAIL_FROM auprès de qui tient ce serveur."
            return [Finding(Verdict.WRONG, f"envoi des e-mails{NBSP}: {transport.state}", remedy)]
        how = {"tls": "TLS", "starttls": "STARTTLS", "none": "sans chiffrement"}[server.security]
        who = "identifié" if server.user else "sans identification"
        found = [Finding(Verdict.OK, f"envoi des e-mails{NBSP}: serveur joint, {how}, {who}, expéditeur accepté")]
        return [*found, *await _tagged(settings, transport), *await _returning(settings, transport)]


async def _tagged(settings: Settings, transport: SmtpTransport) -> list[Finding]:
    """Ask the server whether it takes an address with a plus-part; it answers before any mail is given to it."""
    if not settings.mail_reply_to or not settings.imap_url.get_secret_value():
        return []
    local, _, domain = _bare(settings.mail_reply_to, "REPLY_TO").rpartition("@")
    try:
        await transport.probe(f"{local}+{TAG}@{domain}")
    except DeliveryError as error:
        what = f"adresse de réponse avec une étiquette ({local}+…@{domain}){NBSP}: {error.reason}"
        remedy = f"Faites accepter {local}+n’importe-quoi@{domain} par la boîte{NBSP}: les réponses y arrivent."
        return [Finding(Verdict.WRONG if error.permanent else Verdict.LOOK, what, remedy)]
    return [Finding(Verdict.OK, f"adresse de réponse avec une étiquette ({local}+…@{domain}){NBSP}: acceptée")]


async def _returning(settings: Settings, transport: SmtpTransport) -> list[Finding]:
    """Ask the server whether it takes the return address with a plus-part, as a sender and as a recipient."""
    address = return_path_of(settings)
    if not address:
        return []
    local, _, domain = address.rpartition("@")
    tagged = f"{local}+{TAG}@{domain}"
    what = f"adresse de retour avec une étiquette ({local}+…@{domain})"
    try:
        await transport.probe(tagged, sender=tagged)
    except DeliveryError as error:
        remedy = "Faites-la accepter par ce serveur, comme expéditeur aussi, ou retirez CLAUSETTE_MAIL_RETURN_PATH."
        return [Finding(Verdict.WRONG, f"{what}{NBSP}: {error.reason}", remedy)]
    return [Finding(Verdict.OK, f"{what}{NBSP}: acceptée")]


def _addresses(settings: Settings) -> list[Finding]:
    """A receiver's DMARC compares domains; reports of failure come back to the address that sends."""
    sender = _bare(settings.mail_from, "FROM")
    returning = return_path_of(settings) or sender
    found = []
    if sender.endswith(EXAMPLE):
        what = f"adresse d’expédition{NBSP}: celle de l’exemple ({sender})"
        found.append(Finding(Verdict.WRONG, what, "Réglez CLAUSETTE_MAIL_FROM sur une adresse de votre domaine."))
    if not settings.mail_reply_to:
        return found
    reply_to = _bare(settings.mail_reply_to, "REPLY_TO")
    if "+" in reply_to:
        remedy = "Donnez l’adresse sans étiquette dans CLAUSETTE_MAIL_REPLY_TO."
        found.append(Finding(Verdict.WRONG, f"adresse de réponse{NBSP}: elle a déjà une étiquette (+)", remedy))
    elif returning.lower() != reply_to.lower():
        what = f"les avis de non-remise reviennent à {returning}, les réponses à {reply_to}"
        remedy = f"Envoyez depuis {reply_to}, ou faites suivre {returning} vers cette boîte, la seule qui est lue."
        found.append(Finding(Verdict.LOOK, what, remedy))
    else:
        found.append(Finding(Verdict.OK, f"réponses et avis de non-remise arrivent dans la même boîte ({returning})"))
    return found


def _box(url: str, tls: ssl.SSLContext | None) -> Finding:
    server = read_imap_url(url)
    try:
        with ImapBox(server, tls) as box:
            moves = box.moves
    except FAILURES as error:
        said = " ".join(str(error).split())[:150]
        return Finding(Verdict.WRONG, f"lecture des e-mails{NBSP}: {said}", "Vérifiez CLAUSETTE_IMAP_URL.")
    if not moves:
        what = f"lecture des e-mails{NBSP}: boîte ouverte, mais ce serveur ne sait pas déplacer (MOVE)"
        return Finding(Verdict.LOOK, what, "Les mails lus restent dans la boîte.")
    return Finding(Verdict.OK, f"lecture des e-mails{NBSP}: boîte ouverte")


def _bare(written: str, name: str) -> str:
    try:
        return mailbox(written)[1]
    except ValueError as error:
        raise InvalidSettings(f"CLAUSETTE_MAIL_{name}: not one e-mail address") from error
