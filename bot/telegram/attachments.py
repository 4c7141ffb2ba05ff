"""Files sent to the bot: downloaded from Telegram and stored before their message's turn, or refused in a sentence."""

import asyncio
import logging

from telegram import Bot
from telegram.error import BadRequest, TelegramError

from bot.telegram.api import described
from bot.telegram.updates import Incoming, Remote
from core import files
from core.hours import NBSP
from core.house import House
from core.refusal import Refused
from core.terms import Channel

log = logging.getLogger(__name__)

PAUSES = (0.5, 2.0)  # seconds between tries: a person waits


async def collect(house: House, bot: Bot, incoming: Incoming) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Return the ids of the stored files, and a French sentence for each one that was not kept."""
    stored: list[int] = []
    refused: list[str] = []
    for remote in incoming.remotes:
        try:
            content = await _download(bot, remote)
            stored.append(
                await asyncio.to_thread(
                    files.receive,
                    house,
                    channel=Channel.TELEGRAM,
                    thread=str(incoming.chat_id),
                    name=remote.name,
                    content=content,
                )
            )
        except Refused as refusal:
            refused.append(refusal.message)
        except Exception:
            # The message must be answered even when the disk is full: the file is refused, and the log says why.
            log.exception("a file of update %s could not be kept", incoming.update_id)
            refused.append(_not_received(remote))
    return tuple(stored), tuple(refused)


async def _download(bot: Bot, remote: Remote) -> bytes:
    """Telegram gives bots at most 20 MB; a bigger file is an error of getFile. Raises Refused."""
    _check(remote, remote.size)
    for pause in (*PAUSES, None):
        try:
            file = await bot.get_file(remote.file_id)
            _check(remote, file.file_size)
            return bytes(await file.download_as_bytearray())
        except BadRequest as error:
            message = files.too_big(remote.name) if "too big" in error.message.lower() else _not_received(remote)
            raise Refused(message) from error
        except TelegramError as error:
            log.warning("a file could not be downloaded: %s", described(error))
        if pause is not None:
            await asyncio.sleep(pause)
    raise Refused(_not_received(remote))


def _check(remote: Remote, size: int | None) -> None:
    if size is not None and size > files.MOST_BYTES:
        raise Refused(files.too_big(remote.name))


def _not_received(remote: Remote) -> str:
    return (
        f"Je n’ai pas pu recevoir le fichier «{NBSP}{files.shown_name(remote.name)}{NBSP}». "
        "Renvoyez-le dans quelques minutes."
    )
