"""The texts of people and of the assistant in a letter: readable as plain text, safe as HTML. Escaped first.

The tiny Markdown is that of the conversations: paragraphs, "- " lists, **bold**, [label](address).
"""

import re
from collections.abc import Callable
from html import escape

_LINK = re.compile(r"\[([^\[\]]{1,400})\]\((https?://[^\s()]+(?:\([^\s()]*\)[^\s()]*)*)\)")
_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_BLOCKS = re.compile(r"\n[ \t]*\n\s*")
_ITEM = re.compile(r"^[-•] +")
_PLACE = re.compile("\0(\\d+)\0")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")  # controls, and what reverses a text

PARAGRAPH = "margin:0 0 12px"
LIST = "margin:0 0 12px;padding-left:22px"
LINK = "color:#1f4e8c;text-decoration:underline"


def printable(text: str) -> str:
    """Return a text without what a mail cannot carry or show: controls, lone surrogates, foreign line ends."""
    unix = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNPRINTABLE.sub("", unix).encode("utf-8", "replace").decode()


def one_line(text: str) -> str:
    """Return a text for a header: one line, single spaces; non-breaking ones are kept."""
    return re.sub(r"[ \t\n]+", " ", printable(text)).strip()


def plain(text: str) -> str:
    """Return a text with its marks taken away; the address follows the label of a link."""
    return _BOLD.sub(r"\1", _LINK.sub(r"\1 (\2)", printable(text))).strip()


def quoted(text: str) -> str:
    """Return what somebody typed, as a mail quotes it."""
    return "\n".join(f"> {line}".rstrip() for line in printable(text).strip().split("\n"))


def typed(text: str) -> str:
    """Return what somebody typed as HTML, exactly; nothing in it becomes a link with a label of their choice."""
    return _in_blocks(text, lambda block: f'<p style="{PARAGRAPH}">{_joined(block.split(chr(10)), escape)}</p>')


def rich(text: str) -> str:
    """Return the tiny Markdown as HTML. A link says which site it leads to, whatever its label."""
    return _in_blocks(text, _rich_block)


def _in_blocks(text: str, render: Callable[[str], str]) -> str:
    return "".join(render(block) for block in _BLOCKS.split(printable(text).strip()) if block)


def _rich_block(block: str) -> str:
    html: list[str] = []
    lines: list[str] = []
    items: list[str] = []
    for line in [*block.split("\n"), ""]:
        is_item = _ITEM.match(line) is not None
        if lines and (is_item or not line):
            html.append(f'<p style="{PARAGRAPH}">{_joined(lines, _inline)}</p>')
            lines = []
        if items and not is_item:
            html.append(f'<ul style="{LIST}">{"".join(f"<li>{_inline(item)}</li>" for item in items)}</ul>')
            items = []
        if is_item:
            items.append(_ITEM.sub("", line))
        elif line:
            lines.append(line.strip())
    return "".join(html)


def _joined(lines: list[str], render: Callable[[str], str]) -> str:
    return "<br>".join(render(line) for line in lines)


def _inline(line: str) -> str:
    """Links are set aside while the rest is read, so that nothing changes inside an address."""
    anchors: list[str] = []

    def set_aside(match: re.Match[str]) -> str:
        label, site = _BOLD.sub(r"<b>\1</b>", match[1]), _site(match[2])
        shown = label if label == site else f"{label} ({site})"
        anchors.append(f'<a href="{match[2]}" class="accent" style="{LINK}">{shown}</a>')
        return f"\0{len(anchors) - 1}\0"

    html = _BOLD.sub(r"<b>\1</b>", _LINK.sub(set_aside, escape(line)))
    return _PLACE.sub(lambda match: anchors[int(match[1])], html)


def _site(address: str) -> str:
    """A browser ends the host at a backslash too, and skips what stands before an at sign."""
    return re.split(r"[/?#\\]", address.split("//", 1)[1])[0].rpartition("@")[2]
