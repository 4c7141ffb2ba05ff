"""The same person on four channels: a browser over HTTP, a phone through the Bot API, a terminal, a mail reader."""

import asyncio
import io
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, redirect_stdout
from dataclasses import dataclass, field, replace
from datetime import timedelta
from html.parser import HTMLParser
from typing import Protocol
from uuid import uuid4

import httpx
from pydantic import SecretStr
from sqlalchemy import select

from bot.cli.talking import talk
from bot.telegram.channel import TelegramChannel
from bot.web.app import make_app
from bot.web.live import Live
from core.conversations import turn
from core.house import House
from core.models import Outgoing, Person
from core.outbox import WAITING
from core.people import bind
from core.prepared import among
from core.terms import Channel
from core.tokens import issue_token
from tests.e2e.correspondents import MailPlayer
from tests.e2e.heard import Heard
from tests.houses import FakeClock
from tests.integration.mail.letters import STRANGER, Writer, with_mail
from tests.stand_ins.phones import Person as Phone
from tests.stand_ins.serving import serving
from tests.stand_ins.telegram import TelegramApi
from tests.waiting import until

TOKEN = "123456:TEST"


class Player(Protocol):
    """Somebody in front of a channel."""

    async def says(self, text: str) -> Heard:
        """Write a message."""
        ...

    async def taps(self, label: str) -> Heard:
        """Choose a button of the last message that has one so labelled."""
        ...

    async def sends(self, name: str, content: bytes) -> Heard:
        """Send a file, where the channel can."""
        ...

    async def opens(self) -> Heard:
        """Arrive."""
        ...


class _Words(HTMLParser):
    """The words of a message's HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@dataclass
class WebPlayer:
    """A browser: cookies, the form's token, JSON answers."""

    http: httpx.AsyncClient
    page: str = ""
    shown: list[dict[str, object]] = field(default_factory=list)

    async def opens(self) -> Heard:
        """Open the page; what the history shows is read from it."""
        self.page = (await self.http.get("/")).text
        words = _Words()
        words.feed(self.page[self.page.index('<ol id="messages"') : self.page.index("</ol>")])
        return Heard(" ".join(words.words), tuple(re.findall(r'name="button" value="[^"]*">([^<]*)<', self.page)))

    async def signs_in(self, house: House, person: Person) -> None:
        """Follow the e-mailed link: open it, press its button."""
        await self.opens()
        with house.database.transaction() as session:
            secret = issue_token(session, house, "sign_in", person=person, channel=Channel.WEB)
        page = (await self.http.get(f"/connexion/{secret}")).text
        answer = await self.http.post(f"/connexion/{secret}", data={"csrf": _csrf(page)})
        assert answer.status_code == 303, answer.text
        await self.opens()

    async def says(self, text: str) -> Heard:
        """Post the form."""
        return await self._posts({"text": text})

    async def taps(self, label: str) -> Heard:
        """Post a button of the latest message."""
        return await self._posts({"button": _data_of(self._buttons(), label)})

    async def sends(self, name: str, content: bytes) -> Heard:
        """Post a file."""
        return await self._posts({}, files={"file": (name, content)})

    def _buttons(self) -> list[tuple[str, str]]:
        said = [message["buttons"] for message in reversed(self.shown)]
        found = [
            (str(each["label"]), str(each["data"])) for buttons in said if isinstance(buttons, list) for each in buttons
        ]
        in_page = re.findall(r'name="button" value="([^"]*)">([^<]*)<', self.page)
        return found + [(label, data) for data, label in in_page]

    async def _posts(self, form: dict[str, str], files: dict[str, tuple[str, bytes]] | None = None) -> Heard:
        form |= {"csrf": _csrf(self.page), "token": uuid4().hex}
        answer = await self.http.post("/messages", data=form, files=files, headers={"Accept": "application/json"})
        assert answer.status_code == 200, answer.text
        messages = answer.json()["messages"]
        self.shown += messages
        words = _Words()
        words.feed("\n".join(str(message["html"]) for message in messages))
        words.words += [str(file["name"]) for message in messages for file in message["files"]]
        labels = [str(each["label"]) for message in messages for each in message["buttons"]]
        return Heard(" ".join(words.words), tuple(labels))


@dataclass
class TelegramPlayer:
    """A phone: updates polled by the real library from a stand-in of the Bot API, over HTTP."""

    phone: Phone
    house: House

    async def opens(self) -> Heard:
        """Press Start."""
        self.phone.says("/start")
        return await self._hears()

    async def says(self, text: str) -> Heard:
        """Write a message."""
        self.phone.says(text)
        return await self._hears()

    async def taps(self, label: str) -> Heard:
        """Tap a button."""
        buttons = [
            (shown, data) for sent in reversed(self.phone.received) for row in sent.buttons for shown, data in row
        ]
        self.phone.taps_data(_data_of(buttons, label))
        return await self._hears()

    async def sends(self, name: str, content: bytes) -> Heard:
        """Send a document."""
        self.phone.sends_file(name, content)
        return await self._hears()

    async def signs_in(self, house: House, person: Person) -> None:
        """Open the bot with the deep link of an invitation."""
        with house.database.transaction() as session:
            code = issue_token(session, house, "invitation", person=person)
        self.phone.opens(code)
        await self._hears()

    async def _hears(self) -> Heard:
        sent = await self.phone.hears(1)
        await until(self._is_silent)  # the other bubbles of the same turn were committed with the first
        sent += [each for each in self.phone.received if each.message_id > sent[-1].message_id]
        self.phone._heard = len(self.phone.received)
        labelled = [each for each in sent if each.labels] or sent
        return Heard("\n".join(f"{each.text} {each.file_name}" for each in sent), tuple(labelled[-1].labels))

    def _is_silent(self) -> bool:
        """Tell whether nothing has to leave for the phone any more."""
        waiting = select(Outgoing.id).where(Outgoing.channel == Channel.TELEGRAM, among(Outgoing.state, WAITING))
        with self.house.database.reading() as session:
            return session.scalar(waiting.limit(1)) is None


@dataclass
class TerminalPlayer:
    """A terminal: the code of `clausette chat`, one line at a time."""

    house: House
    thread: str
    choices: tuple[str, ...] = ()

    async def opens(self) -> Heard:
        """Start the command."""
        return await asyncio.to_thread(self._typed, [])

    async def says(self, text: str) -> Heard:
        """Type a line."""
        return await asyncio.to_thread(self._typed, [text + "\n"])

    async def taps(self, label: str) -> Heard:
        """Type the label of a choice, whole."""
        return await self.says(next((each for each in self.choices if each.startswith(label)), label))

    async def sends(self, name: str, content: bytes) -> Heard:
        """Name a file of the disk."""
        path = self.house.settings.data_dir / name
        path.write_bytes(content)
        return await self.says(f"/joindre {path}")

    async def signs_in(self, house: House, person: Person) -> None:
        """`--as EMAIL`."""
        with house.database.transaction() as session:
            bind(session, house, person, Channel.TERMINAL, self.thread)

    def _typed(self, lines: list[str]) -> Heard:
        printed = io.StringIO()
        with redirect_stdout(printed):
            talk(self.house, self.thread, lines, is_interactive=False)
        text = printed.getvalue()
        self.choices = tuple(re.findall(r"^  \d+\. (.*)$", text.replace("\N{NO-BREAK SPACE}", " "), re.M))
        return Heard(text, self.choices)


@asynccontextmanager
async def player_on(channel: str, house: House, person: Person | None) -> AsyncIterator[Player]:
    """Put somebody, signed in when known, in front of a channel."""
    if channel == "terminal":
        terminal = TerminalPlayer(house, f"terminal-{uuid4().hex[:8]}")
        if person is not None:
            await terminal.signs_in(house, person)
        yield terminal
    elif channel == "mail":
        address = (person.email or "") if person is not None else STRANGER
        assert isinstance(house.clock, FakeClock)
        yield MailPlayer(Writer(with_mail(house), address), house.clock)
    elif channel == "web":
        plain = replace(house, settings=house.settings.model_copy(update={"public_url": "http://127.0.0.1"}))
        async with (
            serving(make_app(plain, live=Live())) as address,
            httpx.AsyncClient(base_url=address, timeout=60) as http,
        ):
            browser = WebPlayer(http)
            if person is not None:
                await browser.signs_in(plain, person)
            yield browser
    else:
        api = TelegramApi(TOKEN)
        async with serving(api.app) as address:
            settings = house.settings.model_copy(
                update={"telegram_token": SecretStr(TOKEN), "telegram_api_url": address}
            )
            stop = asyncio.Event()
            listening = TelegramChannel(replace(house, settings=settings), turn=turn, long_poll=timedelta(seconds=1))
            running = asyncio.create_task(listening.run(stop))
            phone = TelegramPlayer(api.person(4242), house)
            if person is not None:
                await phone.signs_in(house, person)
            yield phone
            stop.set()
            await running


def _csrf(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found, "the page has no form"
    return found[1]


def _data_of(buttons: list[tuple[str, str]], label: str) -> str:
    for shown, data in buttons:
        if shown.replace("\N{NO-BREAK SPACE}", " ").startswith(label):
            return data
    raise LookupError(f"no button {label!r} among {[shown for shown, _ in buttons]}")
