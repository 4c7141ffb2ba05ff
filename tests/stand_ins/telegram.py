"""A stand-in for Telegram: the Bot API over HTTP, and people who chat with the bot.

It keeps the rules that bite (https://core.telegram.org/bots/api): offsets confirm, one of polling or webhook, 4096
characters after mark-up, 64 bytes of button data, HTML refused when malformed, flood control, blocked bots, the secret
header, webhooks given again until they are answered 2xx. `app` is served over HTTP
(`tests.stand_ins.serving`).
"""

import asyncio
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.stand_ins.phones import Params, Person, Sent

TOKEN = "1000:stand-in"
MOST_DOWNLOADED = 20 * 1024 * 1024
TAGS = {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "span", "a", "code", "pre", "blockquote"}
_MARKUP = re.compile(r"<(/?)([a-z-]+)((?:\s[^<>]*)?)>")


class ApiError(Exception):
    """What the Bot API answers when it refuses."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


@dataclass
class Fault:
    """An answer that the API gives instead of doing what is asked, some times."""

    error: ApiError
    times: int
    after: int


@dataclass
class TelegramApi:
    """The server."""

    token: str = TOKEN
    username: str = "ClausetteEssaiBot"
    retry_seconds: float = 0.05
    sent: list[Sent] = field(default_factory=list)
    calls: list[tuple[str, Params]] = field(default_factory=list)
    deliveries: list[tuple[int, int]] = field(default_factory=list)
    """Each webhook posted: update_id and HTTP status, 0 when nobody answered."""

    def __post_init__(self) -> None:
        self.app = Starlette(
            routes=[
                Route("/bot{token}/{method}", self._answer, methods=["GET", "POST"]),
                Route("/file/bot{token}/{path:path}", self._download, methods=["GET"]),
            ]
        )
        self.webhook: Params = {"url": ""}
        self.pending: list[Params] = []
        self.commands: list[Params] = []
        self.blocked: set[int] = set()
        self._people: dict[int, Person] = {}
        self._files: dict[str, tuple[str, bytes]] = {}
        self._again: list[Params] = []
        self._faults: dict[str, list[Fault]] = {}
        self._delays: dict[str, float] = {}
        self._busy: Counter[str] = Counter()
        self.most_at_once: Counter[str] = Counter()
        self._number = 100
        self._arrived = asyncio.Event()
        self._posting: set[asyncio.Task[None]] = set()

    def person(self, number: int, name: str = "Camille", *, group: int | None = None) -> Person:
        """Return somebody who chats with the bot, alone or in a group."""
        kind = "private" if group is None else "group"
        chat_id = number if group is None else group
        self._people[chat_id] = Person(self, number, name, {"id": chat_id, "type": kind, "first_name": name})
        return self._people[chat_id]

    def fail(
        self,
        method: str,
        code: int,
        description: str = "",
        *,
        times: int = 1,
        after: int = 0,
        retry_after: int | None = None,
    ) -> None:
        """Make the next calls of a method fail, once `after` of them went well."""
        parameters = {} if retry_after is None else {"retry_after": retry_after}
        error = ApiError(code, description or f"Error {code}", **parameters)
        self._faults.setdefault(method, []).append(Fault(error, times, after))

    @contextmanager
    def slow(self, method: str, seconds: float) -> Iterator[None]:
        """Answer a method late."""
        self._delays[method] = seconds
        yield
        del self._delays[method]

    def next_id(self) -> int:
        """Return a number never given before."""
        self._number += 1
        return self._number

    def keep(self, name: str, content: bytes) -> str:
        """Keep a file for getFile; return its id."""
        file_id = f"file-{self.next_id()}"
        self._files[file_id] = (name, content)
        return file_id

    def post(self, **content: Any) -> Params:
        """Make an update and give it to the bot, by webhook when one is set."""
        update = {"update_id": self.next_id(), **content}
        if self.webhook["url"]:
            self._spawn(self._push(update))
        else:
            self.pending.append(update)
            self._arrived.set()
        return update

    def redeliver(self, update: Params, times: int = 1) -> None:
        """Give an update again, as after a lost answer."""
        for _ in range(times):
            if self.webhook["url"]:
                self._spawn(self._push(update))
            else:
                self._again.append(update)
                self._arrived.set()

    def asked(self, method: str) -> list[Params]:
        """Return the parameters of each call of a method."""
        return [params for called, params in self.calls if called == method]

    async def settled(self) -> None:
        """Wait until every webhook was answered 2xx."""
        while self._posting:
            await asyncio.gather(*self._posting)

    def _spawn(self, work: Any) -> None:
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._posting.add(task)
        task.add_done_callback(self._posting.discard)

    async def _push(self, update: Params) -> None:
        """Post to the webhook until it is answered 2xx, at most ten times."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook.get("secret_token", "")}
        async with httpx.AsyncClient(timeout=60) as client:
            for _ in range(10):
                try:
                    answer = await client.post(self.webhook["url"], json=update, headers=headers)
                except httpx.TransportError:
                    self.deliveries.append((update["update_id"], 0))
                else:
                    self.deliveries.append((update["update_id"], answer.status_code))
                    if answer.is_success:
                        await self._do_what_is_answered(answer)
                        return
                await asyncio.sleep(self.retry_seconds)

    async def _do_what_is_answered(self, answer: httpx.Response) -> None:
        """Do the method that an answer to a webhook may hold; nobody is told whether it went well."""
        if not answer.content:
            return
        params: Params = answer.json()
        method = params.pop("method")
        self.calls.append((method, params))
        with suppress(ApiError):
            self._injected(method)
            await getattr(self, f"_do_{method}")(params)

    async def _answer(self, request: Request) -> Response:
        method = request.path_params["method"]
        params = await _params(request)
        self.calls.append((method, params))
        self._busy[method] += 1
        self.most_at_once[method] = max(self.most_at_once[method], self._busy[method])
        try:
            await asyncio.sleep(self._delays.get(method, 0))
            if request.path_params["token"] != self.token:
                raise ApiError(401, "Unauthorized")
            self._injected(method)
            do: Callable[[Params], Coroutine[Any, Any, object]] | None = getattr(self, f"_do_{method}", None)
            if do is None:
                raise ApiError(404, "Not Found")
            if method == "getUpdates":
                return JSONResponse({"ok": True, "result": await _unless_gone(request, do(params))})
            return JSONResponse({"ok": True, "result": await do(params)})
        except ApiError as error:
            body: Params = {"ok": False, "error_code": error.code, "description": error.description}
            if error.parameters:
                body["parameters"] = error.parameters
            return JSONResponse(body, status_code=error.code)
        finally:
            self._busy[method] -= 1

    def _injected(self, method: str) -> None:
        for fault in self._faults.get(method, []):
            if fault.after:
                fault.after -= 1
            elif fault.times:
                fault.times -= 1
                raise fault.error

    async def _download(self, request: Request) -> Response:
        file_id = request.path_params["path"].partition("/")[2]
        try:
            self._injected("download")
        except ApiError as error:
            return Response(error.description, status_code=error.code)
        return Response(self._files[file_id][1], media_type="application/octet-stream")

    async def _do_getMe(self, params: Params) -> object:
        return {"id": 1000, "is_bot": True, "first_name": "Clausette", "username": self.username}

    async def _do_getUpdates(self, params: Params) -> object:
        if self.webhook["url"]:
            raise ApiError(409, "Conflict: can't use getUpdates method while webhook is active")
        offset = int(params.get("offset") or 0)
        self.pending = [update for update in self.pending if update["update_id"] >= offset]
        if not (self.pending or self._again):
            self._arrived.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._arrived.wait(), float(params.get("timeout") or 0))
        again, self._again = self._again, []
        return (again + self.pending)[: int(params.get("limit") or 100)]

    async def _do_setWebhook(self, params: Params) -> object:
        self.webhook = params
        waiting, self.pending = self.pending, []
        for update in waiting:
            self._spawn(self._push(update))
        return True

    async def _do_deleteWebhook(self, params: Params) -> object:
        self.webhook = {"url": ""}
        return True

    async def _do_getWebhookInfo(self, params: Params) -> object:
        return {"url": self.webhook["url"], "has_custom_certificate": False, "pending_update_count": len(self.pending)}

    async def _do_setMyCommands(self, params: Params) -> object:
        self.commands = params["commands"]
        return True

    async def _do_sendChatAction(self, params: Params) -> object:
        self._chat(params)
        return True

    async def _do_answerCallbackQuery(self, params: Params) -> object:
        return True

    async def _do_getFile(self, params: Params) -> object:
        file_id = str(params["file_id"])
        if file_id not in self._files:
            raise ApiError(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        size = len(self._files[file_id][1])
        if size > MOST_DOWNLOADED:
            raise ApiError(400, "Bad Request: file is too big")
        return {"file_id": file_id, "file_unique_id": file_id, "file_size": size, "file_path": f"any/{file_id}"}

    async def _do_sendMessage(self, params: Params) -> object:
        raw = str(params.get("text", ""))
        text = shown(raw) if params.get("parse_mode") == "HTML" else raw
        if not text.strip():
            raise ApiError(400, "Bad Request: message text is empty")
        if len(text.encode("utf-16-le")) > 2 * 4096:
            raise ApiError(400, "Bad Request: message is too long")
        return self._keep_sent(params, text=text, raw=raw)

    async def _do_sendDocument(self, params: Params) -> object:
        name, content = next(value for value in params.values() if isinstance(value, tuple))
        return self._keep_sent(params, text=str(params.get("caption", "")), name=name, content=content)

    async def _do_sendPhoto(self, params: Params) -> object:
        return await self._do_sendDocument(params)

    async def _do_editMessageReplyMarkup(self, params: Params) -> object:
        for place, sent in enumerate(self.sent):
            if sent.message_id == int(params["message_id"]):
                buttons = _buttons(params)
                if buttons == sent.buttons:
                    raise ApiError(400, "Bad Request: message is not modified")
                self.sent[place] = Sent(**{**vars(sent), "buttons": buttons})
                return True
        raise ApiError(400, "Bad Request: message to edit not found")

    def _keep_sent(self, params: Params, *, text: str, raw: str = "", name: str = "", content: bytes = b"") -> Params:
        person = self._chat(params)
        sent = Sent(self.next_id(), person.chat["id"], text, raw, _buttons(params), name, content, time.monotonic())
        self.sent.append(sent)
        result = {"message_id": sent.message_id, "date": int(time.time()), "chat": person.chat}
        return {**result, "text": text} if not name else result

    def _chat(self, params: Params) -> Person:
        chat_id = int(params["chat_id"])
        if chat_id in self.blocked:
            raise ApiError(403, "Forbidden: bot was blocked by the user")
        if chat_id not in self._people:
            raise ApiError(400, "Bad Request: chat not found")
        return self._people[chat_id]


def shown(html: str) -> str:
    """Return what a phone shows of an HTML text. Raises ApiError when Telegram would refuse it."""
    opened: list[str] = []
    for found in re.finditer(r"<[^<>]*>?", html):
        tag = _MARKUP.fullmatch(found[0])
        if tag is None or tag[2] not in TAGS:
            raise ApiError(400, f"Bad Request: can't parse entities: unsupported start tag at {found.start()}")
        if not tag[1]:
            opened.append(tag[2])
        elif not opened or opened.pop() != tag[2]:
            raise ApiError(400, f"Bad Request: can't parse entities: unexpected end tag at {found.start()}")
    if opened:
        raise ApiError(400, f"Bad Request: can't parse entities: can't find end tag corresponding to {opened[-1]}")
    return unescape(_MARKUP.sub("", html))


async def _unless_gone(request: Request, work: Coroutine[Any, Any, object]) -> object:
    """Wait for updates as long as the bot does: one that was killed or stopped takes none."""

    async def gone() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass

    tasks: set[asyncio.Task[Any]] = {asyncio.create_task(work), asyncio.create_task(gone())}
    done, late = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in late:
        task.cancel()
    return next(iter(done)).result() or []


async def _params(request: Request) -> Params:
    """The parameters of a call; a file is (name, bytes), what is JSON is read."""
    given: Params = dict(request.query_params)
    if request.headers.get("content-type", "").startswith("application/json"):
        given |= await request.json()
    else:
        async with request.form() as form:
            for name, value in form.items():
                given[name] = (value.filename, await value.read()) if isinstance(value, UploadFile) else value
    return {name: _read_json(value) for name, value in given.items()}


def _read_json(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _buttons(params: Mapping[str, Any]) -> tuple[tuple[tuple[str, str], ...], ...]:
    rows = (params.get("reply_markup") or {}).get("inline_keyboard", [])
    for button in (button for row in rows for button in row):
        if not 1 <= len(button.get("callback_data", "").encode()) <= 64:
            raise ApiError(400, "Bad Request: BUTTON_DATA_INVALID")
    return tuple(tuple((button["text"], button["callback_data"]) for button in row) for row in rows)
