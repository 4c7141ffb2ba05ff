"""Sending a parcel to a Telegram chat: its text in parts, then its files. Errors are permanent or temporary."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from functools import partial

from telegram import InputFile
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from bot.telegram.api import RawBot, described, pause_asked
from bot.telegram.render import Part, keyboard, parts
from core import files
from core.exchange import Button, Shown, ShownFile
from core.hours import NBSP
from core.house import House
from core.models import StoredFile
from core.outbox import DeliveryError, Parcel
from core.terms import Author

CHOOSE = Part(f"Votre choix{NBSP}:", f"Votre choix{NBSP}:")

_NOBODY = re.compile(r"(chat|user|peer)\w* (not found|id is invalid)|PEER_ID_INVALID", re.IGNORECASE)

Step = Callable[[], Awaitable[None]]


class TelegramTransport:
    """Sends parcels through a bot. It remembers which parts of an unfinished one left, so a retry repeats none."""

    def __init__(self, house: House, bot: RawBot) -> None:
        self._house = house
        self._bot = bot
        self._left: dict[int, int] = {}

    async def send(self, parcel: Parcel) -> None:
        """Send one parcel. Raises DeliveryError."""
        try:
            chat_id = int(parcel.peer)
            content = json.loads(parcel.body)
            shown = Shown.from_content(0, Author.ASSISTANT, self._house.now(), content)
        except (ValueError, TypeError, AttributeError, LookupError) as error:
            raise DeliveryError("malformed outbox body", permanent=True, blames_peer=False) from error
        steps = self._steps(chat_id, shown)
        done = self._left.pop(parcel.id, 0)
        for place, step in enumerate(steps):
            if place < done:
                continue
            try:
                await step()
            except TelegramError as error:
                failure = failure_of(error)
                if not failure.permanent and place:
                    self._left[parcel.id] = place
                raise failure from error

    def _steps(self, chat_id: int, shown: Shown) -> list[Step]:
        texts = list(parts(shown.text))
        if shown.buttons and not texts:
            texts = [CHOOSE]
        steps: list[Step] = [partial(self._text, chat_id, text) for text in texts[:-1]]
        steps += [partial(self._text, chat_id, text, shown.buttons) for text in texts[-1:]]
        return steps + [partial(self._file, chat_id, file) for file in shown.files]

    async def _text(self, chat_id: int, part: Part, buttons: tuple[Button, ...] = ()) -> None:
        markup = keyboard(buttons)
        try:
            await self._bot.say(chat_id, part.html, markup=markup, parse_mode=ParseMode.HTML)
        except BadRequest as error:
            if "parse entities" not in error.message.lower():
                raise
            await self._bot.say(chat_id, part.plain, markup=markup)

    async def _file(self, chat_id: int, file: ShownFile) -> None:
        content = await asyncio.to_thread(self._content, file.id)
        if content is None:
            await self._bot.say(chat_id, f"Le fichier «{NBSP}{file.name}{NBSP}» n’est plus disponible.")
            return
        await self._bot.send_document(chat_id, InputFile(content, filename=file.name))

    def _content(self, file_id: int) -> bytes | None:
        with self._house.database.reading() as session:
            row = session.get(StoredFile, file_id)
        try:
            return files.read(self._house, row) if row is not None else None
        except FileNotFoundError:
            return None


def failure_of(error: TelegramError) -> DeliveryError:
    """Tell what an error means for a delivery. For the library a BadRequest is a NetworkError: it comes first."""
    match error:
        case RetryAfter():
            return DeliveryError("429", permanent=False, retry_after=pause_asked(error))
        case Forbidden():
            return DeliveryError(error.message, permanent=True)
        case ChatMigrated():
            return DeliveryError("chat migrated", permanent=True)
        case BadRequest():
            return DeliveryError(error.message, permanent=True, blames_peer=bool(_NOBODY.search(error.message)))
        case _:
            return DeliveryError(described(error), permanent=False)
