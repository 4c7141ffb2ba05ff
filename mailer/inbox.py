"""The inbox: listens to the box in a thread of its own, hands each mail over, moves it, remembers how far it read.

A mail is handled first, moved then, and the cursor moves last: a kill between two of them repeats what changes nothing.
Those that came together are moved together: what is slow is the way to the server, and each commit.
"""

import asyncio
import logging
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy.orm import Session

from core import letterbox
from core.house import House
from core.settings import InvalidSettings, Settings
from core.terms import Box
from mailer.imap import FAILURES, ImapBox, failure_in_french
from mailer.reading import MOST_BYTES
from mailer.receiving import give_up, handle_released, receive
from mailer.server import ImapServer, read_imap_url

log = logging.getLogger(__name__)

CONNECTING = "connexion en cours"
FIRST_LOOK = timedelta(days=7)  # at the very first start, what is older and unread is not ours to answer
OVERLAP = timedelta(days=2)  # looked at again when the server has renumbered the box
LONGEST_PAUSE = 60.0
MOST_ATTEMPTS = 3
RELEASED_SECONDS = 2.0
TOGETHER = 20


def inbox_of(house: House, settings: Settings, ring: Callable[[int], None]) -> "Inbox | None":
    """Return the inbox of the settings, None without one. `ring` is told, from a thread, of conversations to look at.

    Raises InvalidSettings.
    """
    url = settings.imap_url.get_secret_value()
    if not url:
        return None
    server = read_imap_url(url)
    if not settings.mail_reply_to:
        example = "for example clausette@host, an address of this box that takes clausette+anything@host too"
        raise InvalidSettings(f"CLAUSETTE_MAIL_REPLY_TO: needed with CLAUSETTE_IMAP_URL, {example}")
    return Inbox(house, server, ring=ring)


class Inbox:
    """One box. `state` is "ok" or what fails, for the health page."""

    def __init__(
        self,
        house: House,
        server: ImapServer,
        *,
        ring: Callable[[int], None] = lambda _: None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.state = CONNECTING
        self._ring = ring
        self._house = house
        self._server = server
        self._tls = tls
        self._stopped = threading.Event()
        self._failures: Counter[int] = Counter()

    async def run(self, stop: asyncio.Event) -> None:
        """Listen until `stop`. Nothing that fails ends it; the thread is this loop's own, for it never comes free."""
        with ThreadPoolExecutor(1, thread_name_prefix="inbox") as thread:
            listening = asyncio.get_running_loop().run_in_executor(thread, self._listen)
            try:
                while not stop.is_set():
                    await self._handle_released()
                    try:
                        async with asyncio.timeout(RELEASED_SECONDS):
                            await stop.wait()
                    except TimeoutError:
                        continue
            finally:
                self._stopped.set()
                await listening

    async def _handle_released(self) -> None:
        try:
            await asyncio.to_thread(handle_released, self._house, ring=self._ring)
        except Exception:
            log.exception("the released mails could not be looked at")

    def _listen(self) -> None:
        pause = 1.0
        while not self._stopped.is_set():
            try:
                with ImapBox(self._server, self._tls) as box:
                    self._report("ok")
                    pause = 1.0
                    self._follow(box)
            except FAILURES as error:
                self._report(failure_in_french(error))
            except Exception:
                log.exception("the inbox failed")
                self._report("erreur interne")
            self._stopped.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _follow(self, box: ImapBox) -> None:
        self._move_what_stayed(box)
        while not self._stopped.is_set():
            self._take(box, self._new_in(box))
            box.wait(self._stopped.is_set)

    def _new_in(self, box: ImapBox) -> list[int]:
        """Return what is after the cursor; without one, or when the box was renumbered, take what is recent first."""
        with self._house.database.reading() as session:
            cursor = letterbox.cursor_of(session, box.account)
        if cursor is not None and cursor.uid_validity == box.uid_validity:
            return box.after(cursor.last_uid)
        if cursor is None:
            found = box.since((self._house.now() - FIRST_LOOK).date(), unread=True)
        else:
            log.warning("inbox: the server renumbered the box")
            found = box.since((cursor.read_at - OVERLAP).date())
        self._take(box, found, moves_cursor=False)
        if self._stopped.is_set():
            return []
        last = max([box.next_uid - 1, *found])
        with self._house.database.transaction() as session:
            self._advance(session, box, last)
        return box.after(last)

    def _take(self, box: ImapBox, uids: Sequence[int], *, moves_cursor: bool = True) -> None:
        """Handle mails, move them, move the cursor; until stopped."""
        for start in range(0, len(uids), TOGETHER):
            folders: dict[int, Box | None] = {}
            together = uids[start : start + TOGETHER]
            sizes = box.sizes_of(together)
            for uid in together:
                if self._stopped.is_set():
                    break
                folders[uid] = self._handled(box, uid, sizes.get(uid))
            self._move(box, {uid: folder for uid, folder in folders.items() if folder is not None})
            if folders and moves_cursor:
                with self._house.database.transaction() as session:
                    self._advance(session, box, max(folders))

    def _handled(self, box: ImapBox, uid: int, size: int | None) -> Box | None:
        """Handle one mail; return its folder, None of one that is no longer here."""
        too_big = size is not None and size > MOST_BYTES
        content = box.content_of(uid, head_only=too_big) if size is not None else None
        return self._received(box, uid, content, too_big=too_big) if content is not None else None

    def _received(self, box: ImapBox, uid: int, content: bytes, *, too_big: bool) -> Box:
        """Hand a mail over; what cannot be handled after a few tries goes to a person."""
        try:
            return receive(self._house, box.spot(uid), content, too_big=too_big, ring=self._ring)
        except Exception:
            self._failures[uid] += 1
            if self._failures[uid] < MOST_ATTEMPTS:
                raise
            log.exception("mail %s could not be handled in %s attempts", uid, MOST_ATTEMPTS)
            return give_up(self._house, box.spot(uid), content)

    def _advance(self, session: Session, box: ImapBox, uid: int) -> None:
        letterbox.advance(session, self._house, box.account, box.uid_validity, uid)

    def _move_what_stayed(self, box: ImapBox) -> None:
        with self._house.database.reading() as session:
            waiting = letterbox.to_move(session, box.account, box.uid_validity)
        self._move(box, dict(waiting))

    def _move(self, box: ImapBox, folders: Mapping[int, Box]) -> None:
        for folder in set(folders.values()):
            uids = [uid for uid, each in folders.items() if each is folder]
            box.move(uids, folder)
            with self._house.database.transaction() as session:
                letterbox.mark_moved(session, self._house, [box.spot(uid) for uid in uids])

    def _report(self, state: str) -> None:
        if state != self.state:
            log.log(logging.INFO if state == "ok" else logging.WARNING, "inbox: %s", state)
            self.state = state
