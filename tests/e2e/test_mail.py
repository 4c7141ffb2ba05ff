"""`clausette serve` between a real SMTP server and a real Dovecot: a month declared by mail, cases across channels."""

import asyncio
import re
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path

import httpx
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import select

from core.models import Declaration, Person
from core.review import accept
from core.terms import DeclarationStatus
from core.tokens import issue_token
from tests.e2e.processes import COMPANY, FACILITATOR, Mailbox, Premises, link_in, premises, smtp_server, text_of
from tests.integration.mail import dovecot
from tests.stand_ins.serving import serving
from tests.stand_ins.smtp import self_signed
from tests.stand_ins.telegram import TOKEN, TelegramApi

OURS = "clausette@exemple.fr"
PATIENCE = 60.0


@dataclass
class PostOffice(Mailbox):
    """The town's mail server: what is for the assistant goes to her box, sealed by the server; the rest is kept."""

    box: dovecot.Dovecot | None = None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Deliver a mail."""
        if self.box is None or not any(to.startswith("clausette") for to in envelope.rcpt_tos):
            return await super().handle_DATA(server, session, envelope)
        assert isinstance(envelope.content, bytes)
        sealed = b"Authentication-Results: mx.exemple.fr; dmarc=pass header.from=exemple.fr\r\n"
        await asyncio.to_thread(self.box.deliver, sealed + envelope.content)
        return "250 OK"


@dataclass
class Correspondent:
    """Somebody at Outlook."""

    office: PostOffice
    address: str
    read: int = 0

    def reads(self) -> str:
        """Return the next letter."""
        self.read += 1
        self.office.wait_for(self.address, within=PATIENCE, count=self.read)
        return text_of(self.letters[self.read - 1]).replace("\N{NO-BREAK SPACE}", " ")

    @property
    def letters(self) -> list[EmailMessage]:
        """What was written to this address."""
        return [mail for mail in self.office.received if self.address in mail["To"]]

    def writes(self, text: str, subject: str) -> None:
        """Begin a thread."""
        self._sends(text, OURS, subject, {})

    def answers(self, text: str) -> None:
        """Answer the latest letter."""
        to = self.letters[-1]
        header = f"De : Clausette <{OURS}>\nEnvoyé : lundi 23 novembre 2026 11:00\nÀ : {self.address}\nObjet : x\n\n"
        thread = {"In-Reply-To": str(to["Message-ID"]), "References": f"{to['References'] or ''} {to['Message-ID']}"}
        self._sends(f"{text}\n\n{header}{text_of(to)}", str(to["Reply-To"]), f"RE: {to['Subject']}", thread)

    def _sends(self, text: str, to: str, subject: str, headers: dict[str, str]) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self.address, to, subject
        mail["Message-ID"] = make_msgid(domain="poste.exemple.fr")
        for name, value in headers.items():
            mail[name] = value
        mail.set_content(text)
        with smtplib.SMTP("127.0.0.1", self.office.port, timeout=PATIENCE) as client:
            client.send_message(mail)


@contextmanager
def town(folder: Path, **environment: str) -> Iterator[tuple[Premises, PostOffice]]:
    """Run the house's own processes and the servers around them."""
    if not dovecot.is_here():
        pytest.skip(dovecot.ABSENT)
    for name in ("certificate", "house"):
        (folder / name).mkdir()
    with dovecot.running(self_signed(folder / "certificate")) as box, smtp_server(PostOffice(box=box)) as office:
        settings = {
            "CLAUSETTE_SMTP_URL": f"smtp://127.0.0.1:{office.port}?starttls=never",
            "CLAUSETTE_MAIL_FROM": f"Clausette <{OURS}>",
            "CLAUSETTE_MAIL_REPLY_TO": OURS,
            "CLAUSETTE_IMAP_URL": box.url,
            "CLAUSETTE_TRUSTED_AUTHSERV": "mx.exemple.fr",
        }
        with premises(folder / "house", **settings, **environment) as place, place.serving():
            assert isinstance(office, PostOffice)
            yield place, office


def test_a_conversation_of_six_mails_ends_in_an_accepted_declaration(tmp_path: Path) -> None:
    with town(tmp_path) as (place, office):
        carole = Correspondent(office, COMPANY)
        carole.writes("Bonjour,\n\nJe déclare.\n\nCordialement,\nCarole", "Nos heures")
        assert "Pour quel mois" in carole.reads()
        for written, heard in (
            ("1", "Que voulez-vous déclarer"),
            ("Marie Leroy 84 h", "Total : 84 h"),
            ("Qui décide des pénalités ?", "Nous en étions là"),
            ("non, 85 h pour Leroy", "Total : 85 h"),
        ):
            carole.answers(written)
            assert heard in carole.reads()
        carole.answers("Oui")
        said = carole.reads()
        assert "enregistré : 85 h" in said
        assert "Reçu R-" in said
        with place.house.database.transaction() as session:
            declared = session.scalars(select(Declaration)).one()
            fanny = session.scalars(select(Person).where(Person.is_facilitator)).one()
            accept(session, place.house, declared.id, fanny)
            assert declared.status is DeclarationStatus.ACCEPTED
        assert len({str(mail["Subject"]) for mail in office.received if mail["In-Reply-To"]}) == 1


async def test_cases_go_from_telegram_to_mail_and_from_mail_to_the_desk_and_back(tmp_path: Path) -> None:
    api = TelegramApi(TOKEN)
    phone = api.person(4242)
    async with serving(api.app) as address:
        opened = town(tmp_path, CLAUSETTE_TELEGRAM_TOKEN=TOKEN, CLAUSETTE_TELEGRAM_API_URL=address)
        place, office = await asyncio.to_thread(opened.__enter__)
        try:
            with place.house.database.transaction() as session:
                known = session.scalars(select(Person).where(~Person.is_facilitator)).one()
                code = issue_token(session, place.house, "invitation", person=known)
            phone.opens(code)
            await phone.hears(1, within=PATIENCE)
            for text in ("humain", "Une panne", "TX-014", "La grue est en panne.", "Sans fichier"):
                phone.says(text)
                await phone.hears(1, within=PATIENCE)
            fanny, carole = Correspondent(office, FACILITATOR), Correspondent(office, COMPANY)
            assert "La grue est en panne." in await asyncio.to_thread(fanny.reads)
            await asyncio.to_thread(fanny.answers, "Vos heures sont suspendues.\n\n-- \nFanny\nPôle insertion")
            (told,) = await phone.hears(1, within=PATIENCE)
            assert "Vos heures sont suspendues." in told.text
            assert "Pôle insertion" not in told.text

            assert "Dossier : D-" in await asyncio.to_thread(carole.reads)
            await asyncio.to_thread(carole.writes, "La base vie a brûlé cette nuit, tout est perdu.", "Incendie")
            assert "D-" in await asyncio.to_thread(carole.reads)
            assert "La base vie a brûlé" in await asyncio.to_thread(fanny.reads)
            await answer_at_the_desk(link_in(fanny.letters[-1], "/desk/cases/"), "Je vous appelle à midi.")
            assert "Je vous appelle à midi." in await asyncio.to_thread(carole.reads)
            assert str(carole.letters[-1]["Subject"]) == "Re: Incendie"
            assert "poste.exemple.fr" in carole.letters[-1]["References"]
        finally:
            await asyncio.to_thread(opened.__exit__, None, None, None)


async def answer_at_the_desk(link: str, text: str) -> None:
    """Open a case by its link, and answer."""
    async with httpx.AsyncClient(follow_redirects=True, timeout=PATIENCE) as browser:
        page = (await browser.get(link)).text
        page = (await browser.post(link, data={"csrf": csrf_in(page)})).text
        address = re.sub(r"/acces/.*", "/reponse", link)
        page = (await browser.post(address, data={"csrf": csrf_in(page), "text": text, "action": "answer"})).text
        assert "Votre réponse est partie" in page


def csrf_in(page: str) -> str:
    """Return the form's token."""
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found, page
    return found[1]
