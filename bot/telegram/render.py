"""The tiny Markdown of messages as Telegram's HTML, in parts of at most 4096 characters, and the buttons.

https://core.telegram.org/bots/api#html-style
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from core.exchange import Button

LONGEST = 4096
SHORT_LABEL = 16
REMEMBERED = 1024  # texts: answers and menus come again and again
SHORT = LONGEST // 8  # a text that fits whatever it holds: escaped, a character counts for six at most

_LINK = re.compile(r"\[([^\[\]]{1,400})\]\((https?://[^\s()]+(?:\([^\s()]*\)[^\s()]*)*)\)")
_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_ITEM = re.compile(r"^- +", re.MULTILINE)
_BLOCKS = re.compile(r"\n[ \t]*\n\s*")
_PLACE = re.compile("\0(\\d+)\0")


Keyboard = dict[str, list[list[dict[str, str]]]]
"""An InlineKeyboardMarkup as the Bot API reads it."""


@dataclass(frozen=True)
class Part:
    """One message to send: its HTML, and the same without any formatting."""

    html: str
    plain: str


@lru_cache(REMEMBERED)
def parts(text: str) -> tuple[Part, ...]:
    """Cut a text into messages, between paragraphs where possible, else between lines, words, characters."""
    clean = text.replace("\0", "").replace("\r\n", "\n").strip()
    return tuple(Part(as_html(piece), as_plain(piece)) for piece in _pieces(clean) if piece.strip())


def as_html(text: str) -> str:
    """Escape, then mark up bold and links; links are set aside while the rest is read."""
    anchors: list[str] = []

    def set_aside(match: re.Match[str]) -> str:
        label = _BOLD.sub(r"<b>\1</b>", match[1])
        anchors.append(f'<a href="{match[2]}">{label}</a>')
        return f"\0{len(anchors) - 1}\0"

    html = _BOLD.sub(r"<b>\1</b>", _LINK.sub(set_aside, escape(text)))
    return _PLACE.sub(lambda match: anchors[int(match[1])], _ITEM.sub("• ", html))


def as_plain(text: str) -> str:
    """The same text for a reader that shows no formatting: the address follows the label."""
    return _BOLD.sub(r"\1", _LINK.sub(r"\1 (\2)", _ITEM.sub("• ", text)))


def keyboard(buttons: Sequence[Button]) -> Keyboard | None:
    """Lay the buttons out: two short ones in a row, a long one alone."""
    if not buttons:
        return None
    rows: list[list[Button]] = []
    for button in buttons:
        last = rows[-1] if rows else []
        if len(last) == 1 and len(last[0].label) <= SHORT_LABEL and len(button.label) <= SHORT_LABEL:
            last.append(button)
        else:
            rows.append([button])
    return {"inline_keyboard": [[{"text": each.label, "callback_data": each.data} for each in row] for row in rows]}


def _pieces(text: str) -> Iterator[str]:
    whole = _BLOCKS.sub("\n\n", text)
    if _fits(whole):
        yield whole  # as most do: the smallest pieces need not be found
        return
    held = ""
    for joint, piece in _units(text):
        together = f"{held}{joint}{piece}" if held else piece
        if _fits(together):
            held = together
            continue
        yield held
        held = piece
    yield held


def _units(text: str) -> Iterator[tuple[str, str]]:
    """The smallest pieces that must be told apart, each with what joins it to the one before."""
    for block in _BLOCKS.split(text):
        if _fits(block):
            yield "\n\n", block
            continue
        for line_number, line in enumerate(block.split("\n")):
            start = "\n" if line_number else "\n\n"
            if _fits(line):
                yield start, line
                continue
            for word_number, word in enumerate(line.split(" ")):
                for place in range(0, max(len(word), 1), LONGEST // 8):  # escaping makes a character six at most
                    joint = "" if place else " " if word_number else start
                    yield joint, word[place : place + LONGEST // 8]


def _fits(text: str) -> bool:
    """Telegram counts UTF-16 units, after the mark-up: counting before is on the safe side."""
    if len(text) <= SHORT:
        return True
    return max(len(rendered.encode("utf-16-le")) for rendered in (as_html(text), as_plain(text))) <= 2 * LONGEST
