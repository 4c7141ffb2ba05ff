"""One box on an IMAP server: what is new in it, its mails, the folders they are moved to. Nothing is ever deleted.

Synchronous, for a thread of its own. Everything goes by UID, from the last one read: a box of 50,000 mails costs no
more than an empty one.
"""

import hashlib
import imaplib
import re
import ssl
import time
from collections.abc import Callable, Sequence
from datetime import date
from io import BufferedReader
from types import TracebackType
from typing import Self

from imap_tools import BaseMailBox, ImapToolsError, MailBox, MailBoxStartTls, MailBoxUnencrypted

from core.hours import NBSP
from core.letterbox import Spot
from core.terms import Box
from mailer.server import ImapServer

ANSWER_SECONDS = 60.0
IDLE_SECONDS = 20.0  # then look again, whatever the server says or does not say
POLL_SECONDS = 20.0
SLICE_SECONDS = 1.0
PARENT = "Clausette"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FAILURES = (OSError, imaplib.IMAP4.error, ImapToolsError)  # what a server, or the way to it, does wrong

_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_UID = re.compile(rb"\bUID (\d+)")
_NAMESPACE = re.compile(rb'\(\(\s*(?:"([^"]*)"|NIL)\s+(?:"((?:[^"\\]|\\.)*)"|NIL)')


class ImapBox:
    """An open box. Anything in FAILURES ends it: make another."""

    def __init__(self, server: ImapServer, tls: ssl.SSLContext | None = None) -> None:
        self._server = server
        named = f"{server.user}@{server.host}/{server.folder}"
        self.account = hashlib.sha256(named.encode()).hexdigest()[:32]
        self._box = _connected(server, tls)
        try:
            self._box.login(server.user, server.password, initial_folder=server.folder)
            self._capabilities = self._ask_capabilities()
            self._prefix, self._delimiter = self._ask_namespace()
            status = self._box.folder.status(server.folder, ["UIDVALIDITY", "UIDNEXT"])
        except BaseException:
            self.close()
            raise
        self.uid_validity, self.next_uid = status["UIDVALIDITY"], status["UIDNEXT"]
        self._folders: dict[Box, str] = {}

    def __enter__(self) -> Self:
        """Nothing more to open."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Hang up."""
        self.close()

    def close(self) -> None:
        """Hang up, whatever state the dialogue is in."""
        try:
            self._box.client.logout()
        except FAILURES:
            self._box.client.shutdown()

    @property
    def moves(self) -> bool:
        """Whether the server moves mails by itself (RFC 6851); else they stay where they are, marked as read."""
        return "MOVE" in self._capabilities

    def spot(self, uid: int) -> Spot:
        """Name a mail of this box."""
        return Spot(self.account, self.uid_validity, uid)

    def after(self, uid: int) -> list[int]:
        """Return the mails that came after one."""
        return [each for each in self._search(f"UID {uid + 1}:*") if each > uid]  # "n:*" always holds the last mail

    def since(self, day: date, *, unread: bool = False) -> list[int]:
        """Return the mails received since a day, or only those that nobody has read."""
        return self._search(f"{'UNSEEN ' if unread else ''}SINCE {day.day:02}-{MONTHS[day.month - 1]}-{day.year}")

    def sizes_of(self, uids: Sequence[int]) -> dict[int, int]:
        """Return how many bytes mails have; those that are no longer here are left out."""
        if not uids:
            return {}
        _, found = self._box.client.uid("FETCH", _set_of(uids), "(RFC822.SIZE)")
        said = [part for part in found if isinstance(part, bytes)]
        numbers = [(_UID.search(part), _SIZE.search(part)) for part in said]
        return {int(uid[1]): int(size[1]) for uid, size in numbers if uid and size}

    def content_of(self, uid: int, *, head_only: bool = False) -> bytes | None:
        """Return a mail, or only its headers, without marking it as read; None when it is no longer here."""
        section = "HEADER" if head_only else ""
        _, found = self._box.client.uid("FETCH", str(uid), f"(BODY.PEEK[{section}])")
        return next((bytes(part[1]) for part in found if isinstance(part, tuple)), None)

    def move(self, uids: Sequence[int], box: Box) -> None:
        """Move mails to a folder, made when it is not there; they are marked as read."""
        self._box.client.uid("STORE", _set_of(uids), "+FLAGS", r"(\Seen)")
        if self.moves:
            self._box.move([str(uid) for uid in uids], self._folder(box))

    def wait(self, stopped: Callable[[], bool]) -> None:
        """Return when something arrives, when it is time to look anyway, or when stopped."""
        if "IDLE" not in self._capabilities:
            self._pause(stopped)
            self._box.client.noop()
            return
        until = time.monotonic() + IDLE_SECONDS
        with self._box.idle as idle:
            if self._heard_of_more():
                return
            while not stopped() and time.monotonic() < until:
                if any(b"EXISTS" in said or b"RECENT" in said for said in idle.poll(timeout=SLICE_SECONDS)):
                    return

    def _heard_of_more(self) -> bool:
        """Tell whether the server spoke of more mails since the last look: before its « + idling », or with it.

        The first is kept aside by imaplib, the second in a buffer; nothing is left on the wire that a poll would see.
        """
        client = self._box.client
        if "EXISTS" in client.untagged_responses or not isinstance(client.file, BufferedReader):
            return "EXISTS" in client.untagged_responses
        client.sock.settimeout(0)
        try:
            return b"EXISTS" in client.file.peek()
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        finally:
            client.sock.settimeout(ANSWER_SECONDS)

    def _pause(self, stopped: Callable[[], bool]) -> None:
        until = time.monotonic() + POLL_SECONDS
        while not stopped() and time.monotonic() < until:
            time.sleep(min(SLICE_SECONDS, POLL_SECONDS))

    def _search(self, criteria: str) -> list[int]:
        self._box.client.untagged_responses.pop("EXISTS", None)
        return sorted(int(uid) for uid in self._box.uids(criteria, charset=None))

    def _folder(self, box: Box) -> str:
        if box not in self._folders:
            name = f"{self._prefix}{PARENT}{self._delimiter}{box.label}"
            if not self._box.folder.exists(name):
                self._box.folder.create(name)
                self._box.folder.subscribe(name, True)
            self._folders[box] = name
        return self._folders[box]

    def _ask_capabilities(self) -> frozenset[str]:
        """Servers say more once somebody is known. imaplib keeps what they said before, and would copy and expunge."""
        _, said = self._box.client.capability()
        words = b" ".join(part for part in said if isinstance(part, bytes)).decode("ascii", "replace").upper().split()
        self._box.client.capabilities = tuple(words)
        return frozenset(words)

    def _ask_namespace(self) -> tuple[str, str]:
        """Return what stands before the names of folders, and between them: "INBOX." and "." on some servers."""
        if "NAMESPACE" in self._capabilities:
            _, said = self._box.client.namespace()
            match = next((_NAMESPACE.match(part) for part in said if isinstance(part, bytes)), None)
            if match is not None:
                return (match[1] or b"").decode(), (match[2] or b"/").decode().replace("\\\\", "\\")
        folders = self._box.folder.list("", self._server.folder)
        return "", folders[0].delim if folders else "/"


def failure_in_french(error: Exception) -> str:
    """Say what a server did wrong, for the health page; never a password."""
    match error:
        case ssl.SSLCertVerificationError():
            return f"certificat du serveur IMAP refusé ({str(error)[:150]})"
        case TimeoutError():
            return "le serveur IMAP ne répond pas à temps"
        case OSError():
            return f"serveur IMAP injoignable ({str(error)[:150]})"
        case _ if "LOGIN" in type(error).__name__.upper() or "AUTH" in str(error).upper():
            return "identification refusée par le serveur IMAP"
        case _:
            return f"le serveur IMAP refuse{NBSP}: {type(error).__name__} ({str(error)[:120]})"


def _set_of(uids: Sequence[int]) -> str:
    return ",".join(map(str, uids))


def _connected(server: ImapServer, tls: ssl.SSLContext | None) -> BaseMailBox:
    match server.security:
        case "tls":
            return MailBox(
                server.host, server.port, timeout=ANSWER_SECONDS, ssl_context=tls or ssl.create_default_context()
            )
        case "starttls":
            context = tls or ssl.create_default_context()
            return MailBoxStartTls(server.host, server.port, timeout=ANSWER_SECONDS, ssl_context=context)
        case _:
            return MailBoxUnencrypted(server.host, server.port, timeout=ANSWER_SECONDS)
