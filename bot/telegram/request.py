"""Calls to the Bot API over aiohttp: the library's own way, over httpx, spends four times the processor on each."""

import json
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

CONNECT_SECONDS = 10.0
MEDIA_SECONDS = 60.0
JSON = {"Content-Type": "application/json"}

Seconds = object  # what the library gives for a time limit: a number, None, or its own mark for "the usual one"


class AiohttpRequest(BaseRequest):
    """A few kept-alive connections to one host. Opened at the first call, in the loop that makes it."""

    def __init__(self, *, connections: int, read_seconds: float, proxy: str | None = None) -> None:
        self._connections = connections
        self._read_seconds = read_seconds
        self._proxy = proxy
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """How long an answer is waited for, in seconds, unless a call says otherwise."""
        return self._read_seconds

    async def initialize(self) -> None:
        """Nothing is opened before it is needed."""

    async def shutdown(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Seconds = BaseRequest.DEFAULT_NONE,
        write_timeout: Seconds = BaseRequest.DEFAULT_NONE,
        connect_timeout: Seconds = BaseRequest.DEFAULT_NONE,
        pool_timeout: Seconds = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make one call; return its status and body. Raises TimedOut or NetworkError, whose texts hold no address."""
        body = _body(request_data)
        has_files = isinstance(body, aiohttp.FormData)
        read = read_timeout if isinstance(read_timeout, int | float) else self._read_seconds
        limit = aiohttp.ClientTimeout(
            total=CONNECT_SECONDS + read + (MEDIA_SECONDS if has_files else self._read_seconds),
            sock_connect=CONNECT_SECONDS,
            sock_read=read + (MEDIA_SECONDS if has_files else 0.0),
        )
        try:
            async with self._opened().request(
                method,
                url,
                data=body,
                headers=JSON if isinstance(body, bytes) else None,
                timeout=limit,
                allow_redirects=False,
            ) as answer:
                return answer.status, await answer.read()
        except TimeoutError as error:
            raise TimedOut from error
        except aiohttp.ClientError as error:  # its text may hold the address, and the address the token
            raise NetworkError(type(error).__name__) from error

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
                proxy=self._proxy,
            )
        return self._session


def proxy_for(address: str) -> str | None:
    """Return the proxy that the environment names for an address, None without one.

    Looked up once: aiohttp's `trust_env` looks again at each call, and for a .netrc file, in two threads.
    """
    parts = urlsplit(address)
    if parts.hostname is None or proxy_bypass(parts.hostname):
        return None
    return getproxies().get(parts.scheme)


def _body(data: RequestData | None) -> aiohttp.FormData | bytes | None:
    """JSON, which costs least to write, or a form when there are files."""
    if data is None:
        return None
    if not data.contains_files:
        return json.dumps(data.parameters).encode()  # the library's own JSON holds JSON in strings
    form = aiohttp.FormData(data.json_parameters, quote_fields=False)  # a file keeps its accents
    for field, (name, content, content_type) in data.multipart_data.items():
        form.add_field(field, content, filename=name, content_type=content_type)
    return form
