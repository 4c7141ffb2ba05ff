"""The webhook: answered 200 only once the turn is committed, so that Telegram gives again what was not.

The answer to a tap carries the call that stops its spinner:
https://core.telegram.org/bots/api#making-requests-when-getting-updates
"""

import hmac
import json
import logging

from fastapi import APIRouter, Request, Response
from starlette.responses import JSONResponse

from bot.telegram.channel import TelegramChannel
from bot.telegram.updates import Malformed, read

log = logging.getLogger(__name__)

PATH = "/telegram/webhook"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


def webhook_router(channel: TelegramChannel) -> APIRouter:
    """Return the route that receives updates: 403 wrong secret, 400 no update, 500 when nothing could be recorded."""
    router = APIRouter()

    async def receive(request: Request) -> Response:
        given = request.headers.get(HEADER, "")
        if not hmac.compare_digest(given.encode(), channel.webhook_secret.encode()):
            return Response(status_code=403)
        try:
            incoming = read(json.loads(await request.body()))
        except (Malformed, ValueError, RecursionError):
            return Response(status_code=400)
        if incoming is not None:
            try:
                await channel.handle(incoming)
            except Exception:
                log.exception("update %s could not even be recorded", incoming.update_id)
                return Response(status_code=500)
            if incoming.tap is not None:
                return JSONResponse({"method": "answerCallbackQuery", "callback_query_id": incoming.tap})
        return Response()

    # Starlette's own route: it reads the body itself and validates nothing by its types.
    router.add_route(PATH, receive, methods=["POST"], include_in_schema=False)
    return router
