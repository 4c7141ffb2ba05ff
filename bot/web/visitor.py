"""Who is at the browser: a signed cookie holds the random name of its conversation, another opens one case."""

import secrets
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from itsdangerous import BadSignature, TimestampSigner
from starlette.requests import Request
from starlette.responses import Response

from core.house import House

THREAD_SECONDS = 90 * 24 * 3600
CASE_SECONDS = 14 * 24 * 3600  # as long as the link that gives it
CASE_COOKIE = "clausette_case"
REMEMBERED = 4096  # cookies whose signature need not be computed again


def new_thread() -> str:
    """Return a random name for a conversation: 144 bits, nobody guesses another's."""
    return secrets.token_urlsafe(18)


@dataclass(frozen=True)
class CaseAccess:
    """What a case's cookie says: which case, and who was sent the link, when known."""

    case_id: int
    person_id: int | None


class Cookies:
    """Reads and writes the two cookies. With https the main one has the __Host- prefix: no other host can plant it."""

    def __init__(self, house: House) -> None:
        self.secure = house.settings.public_url.startswith("https://")
        self.name = "__Host-clausette" if self.secure else "clausette"
        self._threads = _Signer(house, "thread")
        self._cases = _Signer(house, "case")

    def thread(self, request: Request) -> str | None:
        """Return the browser's conversation, or None when it has none (or a forged or expired one)."""
        return self._threads.read(request.cookies.get(self.name, ""), THREAD_SECONDS)

    def signed(self, thread: str) -> str:
        """Return the value of a conversation's cookie."""
        return self._threads.sign(thread).decode()

    def keep_thread(self, response: Response, thread: str) -> None:
        """Give the browser its conversation, for 90 days from now."""
        response.set_cookie(
            self.name,
            self.signed(thread),
            max_age=THREAD_SECONDS,
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )

    def case(self, request: Request, case_id: int) -> CaseAccess | None:
        """Return the access to this very case, or None."""
        value = self._cases.read(request.cookies.get(CASE_COOKIE, ""), CASE_SECONDS)
        number, _, person = (value or "").partition(".")
        if number != str(case_id):
            return None
        return CaseAccess(case_id, int(person) if person else None)

    def keep_case(self, response: Response, access: CaseAccess) -> None:
        """Open one case to this browser; sent with that case's pages only."""
        value = self._cases.sign(f"{access.case_id}.{access.person_id or ''}").decode()
        response.set_cookie(
            CASE_COOKIE,
            value,
            max_age=CASE_SECONDS,
            path=f"/desk/cases/{access.case_id}",
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )


class _Signer(TimestampSigner):
    """Signs with the house's key, on the house's clock.

    A value whose signature was right is remembered: each message brings the same one. Its age is looked at each time.
    """

    def __init__(self, house: House, salt: str) -> None:
        super().__init__(house.keys.signing, salt=salt, digest_method=sha256)
        self._now = house.now
        self._verified = lru_cache(REMEMBERED)(self._verify)

    def get_timestamp(self) -> int:
        """Return the time now, in seconds."""
        return int(self._now().timestamp())

    def read(self, value: str, seconds: int) -> str | None:
        """Return what was signed, None when it was not by us, or longer ago than that."""
        if not value:
            return None
        try:
            content, signed_at = self._verified(value)
        except (BadSignature, UnicodeDecodeError):
            return None
        return content if 0 <= self.get_timestamp() - signed_at <= seconds else None

    def _verify(self, value: str) -> tuple[str, int]:
        content, signed_at = self.unsign(value, return_timestamp=True)
        return content.decode(), int(signed_at.timestamp())
