"""The Telegram channel: receives by polling or webhook, has each message's turn done in order, delivers the replies."""

import asyncio
import hashlib
import hmac
import logging
import re
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from weakref import WeakValueDictionary

from sqlalchemy import select
from telegram import BotCommand
from telegram.constants import ChatAction
from telegram.error import RetryAfter, TelegramError

from bot.telegram.api import described, make_bot, pause_asked
from bot.telegram.attachments import collect
from bot.telegram.polling import LONG_POLL, backoff, poll, stopped_within
from bot.telegram.transport import TelegramTransport
from bot.telegram.updates import UNREADABLE, WANTED, Incoming
from core import conversations
from core.dispatch import Marks, deliver, drain
from core.exchange import Inbound, Turned
from core.house import House
from core.models import Message
from core.outbox import Parcel
from core.settings import InvalidSettings
from core.terms import Channel

log = logging.getLogger(__name__)

AT_ONCE = {"polling": 8, "webhook": 16}
TYPING_AFTER, TYPING_AGAIN = 0.5, 4.5  # seconds; Telegram shows "écrit…" for five
ATTEMPTS_AS_WRITTEN = 5
CONNECTING = "connexion en cours"
NOT_IN_GROUPS = (
    "Je réponds seulement en conversation privée, car nous y parlons de votre marché. Touchez mon nom pour m’écrire."
)
COMMANDS = (
    ("obligations", "Ce que je dois : mes marchés et mes heures"),
    ("declarer", "Déclarer les heures d’un mois"),
    ("question", "Poser une question"),
    ("contact", "Parler au facilitateur"),
    ("connexion", "Me connecter"),
    ("annuler", "Abandonner l’échange en cours"),
    ("retour", "Revenir à la question précédente"),
    ("aide", "Voir ce que je peux faire"),
)


class TelegramChannel:
    """One bot. `state` is "ok" or what fails, for the health page; `username` makes deep links once connected."""

    def __init__(
        self,
        house: House,
        *,
        turn: Callable[[House, Inbound], Turned] = conversations.turn,
        long_poll: timedelta = LONG_POLL,
    ) -> None:
        self._house = house
        self._settings = house.settings
        self._turn = turn
        self._long_poll = long_poll
        self.bot = make_bot(self._settings.telegram_token.get_secret_value(), self._settings.telegram_api_url)
        self.transport = TelegramTransport(house, self.bot)
        self.webhook_secret = _webhook_secret(house)
        self.state = CONNECTING
        self.username = ""
        self._gate = asyncio.Semaphore(AT_ONCE[self._settings.telegram_mode])
        self._chats: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._deliveries: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._marks = Marks(house)
        self._groups_told: set[int] = set()
        self._background: set[asyncio.Task[Any]] = set()

    @property
    def mode(self) -> str:
        """How it receives: "polling" or "webhook"."""
        return self._settings.telegram_mode

    async def run(self, stop: asyncio.Event) -> None:
        """Connect, then receive until `stop`. Never raises: an unreachable Bot API is retried in the background."""
        try:
            if await self._connect(stop):
                if self.mode == "polling":
                    await poll(self.bot, lambda one: self._insist(one, stop), stop, self._report,
                               long_poll=self._long_poll)  # fmt: skip
                else:
                    await stop.wait()
        except Exception:
            log.exception("telegram: the channel stopped")
            self.state = "arrêté par une erreur interne"
        finally:
            await self._close()

    async def handle(self, incoming: Incoming) -> None:
        """Have one update's turn done; return once it is committed. Raises when nothing could be recorded.

        The answer to the webhook stops the spinner of a tapped button, and a call does when that is long to come.
        """
        late = asyncio.get_running_loop().call_later(TYPING_AFTER, self._acknowledge, incoming)
        try:
            if self._is_for_us(incoming):
                async with self._in_order(incoming.chat_id):
                    await self._converse(incoming)
        finally:
            late.cancel()

    async def deliver(self) -> int:
        """Send whatever is due on this channel; return how many messages left. The house's loop calls it."""
        return await drain(self._house, Channel.TELEGRAM, self.transport.send)

    async def _insist(self, incoming: Incoming, stop: asyncio.Event) -> None:
        """Like `handle`, again and again until something is recorded: polling has no one else to redeliver."""
        self._acknowledge(incoming)
        if not self._is_for_us(incoming):
            return
        async with self._in_order(incoming.chat_id):
            for attempt, pause in enumerate(backoff(), start=1):
                try:
                    await self._converse(incoming)
                    return
                except Exception:
                    log.exception("update %s could not even be recorded (attempt %s)", incoming.update_id, attempt)
                if attempt == ATTEMPTS_AS_WRITTEN:
                    # Either the database is away, or this very message breaks us: then the person is told.
                    incoming = replace(incoming, text="", button=None, remotes=(), remarks=(UNREADABLE,))
                if await stopped_within(stop, pause):
                    raise asyncio.CancelledError

    @asynccontextmanager
    async def _in_order(self, chat_id: int) -> AsyncIterator[None]:
        """One turn at a time in a chat, in order of arrival; few at once over all chats."""
        lock = self._chats.setdefault(chat_id, asyncio.Lock())
        async with lock, self._gate:
            yield

    async def _converse(self, incoming: Incoming) -> None:
        turned = await self._typing(incoming.chat_id, self._take_turn(incoming))
        if turned.conversation_id is not None:
            self._spawn(self._deliver_to(turned.conversation_id, turned.parcels))

    async def _take_turn(self, incoming: Incoming) -> Turned:
        kept: tuple[int, ...] = ()
        refused: tuple[str, ...] = ()
        if incoming.remotes and not await asyncio.to_thread(self._is_known, incoming.external_id):
            kept, refused = await collect(self._house, self.bot, incoming)
        inbound = Inbound(
            channel=Channel.TELEGRAM,
            thread=str(incoming.chat_id),
            external_id=incoming.external_id,
            received_at=self._house.now(),
            text=incoming.text,
            button=incoming.button,
            files=kept,
            refused_files=(*incoming.remarks, *refused),
            hands_over=True,
        )
        return await asyncio.to_thread(self._turn, self._house, inbound)

    def _is_known(self, external_id: str) -> bool:
        """A redelivered message's files are not downloaded again; the turn itself decides what is a repetition."""
        query = select(Message.id).where(Message.channel == Channel.TELEGRAM, Message.external_id == external_id)
        with self._house.database.reading() as session:
            return session.scalar(query) is not None

    async def _typing(self, chat_id: int, work: Coroutine[Any, Any, Turned]) -> Turned:
        loop = asyncio.get_running_loop()
        timer: asyncio.TimerHandle

        def show() -> None:
            nonlocal timer
            self._spawn(self._quietly(self.bot.send_chat_action(chat_id, ChatAction.TYPING)))
            timer = loop.call_later(TYPING_AGAIN, show)

        timer = loop.call_later(TYPING_AFTER, show)
        try:
            return await work
        finally:
            timer.cancel()

    def _acknowledge(self, incoming: Incoming) -> None:
        """Stop the spinner of a tapped button."""
        if incoming.tap is not None:
            self._spawn(self._quietly(self.bot.answer_callback_query(incoming.tap)))

    def _is_for_us(self, incoming: Incoming) -> bool:
        if incoming.private:
            return True
        if incoming.chat_id not in self._groups_told:
            self._groups_told.add(incoming.chat_id)
            self._spawn(self._quietly(self.bot.send_message(incoming.chat_id, NOT_IN_GROUPS)))
        return False

    async def _deliver_to(self, conversation_id: int, parcels: Sequence[Parcel]) -> None:
        """Send the replies of a turn, after those of the turn before; those not handed over are claimed."""
        send, lock = self.transport.send, self._deliveries.setdefault(conversation_id, asyncio.Lock())
        try:
            async with lock:
                if not parcels or await deliver(self._house, parcels, send, self._marks):
                    await drain(self._house, Channel.TELEGRAM, send, conversation_id=conversation_id)
        except Exception:
            log.exception("the replies of a conversation were not delivered; the house's loop will")

    async def _quietly(self, asking: Coroutine[Any, Any, object]) -> None:
        try:
            await asking
        except TelegramError as error:
            log.debug("telegram: %s", described(error))

    async def _connect(self, stop: asyncio.Event) -> bool:
        for pause in backoff():
            asked = 0.0
            try:
                await self._set_up()
            except TelegramError as error:
                self._report(described(error))
                asked = pause_asked(error).total_seconds() if isinstance(error, RetryAfter) else 0.0
            except Exception:
                log.exception("telegram: connecting failed")
                self._report("réponse incompréhensible de l’API")
            else:
                self._report("ok")
                return True
            if await stopped_within(stop, max(pause, asked)):
                break
        return False

    async def _set_up(self) -> None:
        await self.bot.initialize()
        self.username = self.bot.username
        await self.bot.set_my_commands([BotCommand(name, what) for name, what in COMMANDS])
        if self.mode == "polling":
            await self.bot.delete_webhook(drop_pending_updates=False)
        else:
            await self.bot.set_webhook(
                self._house.link("/telegram/webhook"),
                secret_token=self.webhook_secret,
                allowed_updates=WANTED,
                max_connections=AT_ONCE["webhook"],
            )

    def _report(self, state: str) -> None:
        if state != self.state:
            log.log(logging.INFO if state == "ok" else logging.WARNING, "telegram: %s", state)
            self.state = state

    def _spawn(self, work: Coroutine[Any, Any, object]) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def _close(self) -> None:
        if self._background:
            await asyncio.wait(self._background, timeout=5)
        for task in set(self._background):
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        await self.bot.shutdown()


def _webhook_secret(house: House) -> str:
    """The secret of the settings, else one derived from the installation's key. Raises InvalidSettings."""
    given = house.settings.telegram_webhook_secret.get_secret_value()
    if not given:
        return hmac.digest(house.keys.signing, b"telegram webhook", hashlib.sha256).hex()
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", given):
        raise InvalidSettings("CLAUSETTE_TELEGRAM_WEBHOOK_SECRET: 1 to 256 letters, digits, _ or - (Telegram's rule)")
    return given
