"""The tiny Markdown of messages as safe HTML: paragraphs, "- " lists, **bold**, [label](address). Escaped first.

Only http and https addresses become links; anything else stays text.
"""

import re
from functools import lru_cache
from html import escape

REMEMBERED = 2048  # paragraphs: answers and menus come again and again

_LINK = re.compile(r"\[([^\[\]]{1,400})\]\((https?://[^\s()]+(?:\([^\s()]*\)[^\s()]*)*)\)")
_ADDRESS = re.compile(r"https?://(?:&amp;|[^\s<>&])+")
_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_BLOCKS = re.compile(r"\n[ \t]*\n")
_ITEM = re.compile(r"^[-•] +")
_PLACE = re.compile("\0(\\d+)\0")
_NOT_OF_AN_ADDRESS = ".,;:!?)»\N{NO-BREAK SPACE}"


def as_html(text: str) -> str:
    """Return a message of the assistant or of the facilitateur as HTML."""
    clean = text.replace("\r\n", "\n").replace("\0", "").strip("\n")
    return "".join(_block(block) for block in _BLOCKS.split(clean) if block.strip())


def as_typed(text: str) -> str:
    """Return what a person typed, exactly; the style sheet keeps its line ends."""
    return f'<p class="typed">{escape(text.strip())}</p>' if text.strip() else ""


@lru_cache(REMEMBERED)
def _block(block: str) -> str:
    html: list[str] = []
    lines: list[str] = []
    items: list[str] = []
    for line in block.split("\n"):
        if _ITEM.match(line):
            _close_paragraph(html, lines)
            items.append(_ITEM.sub("", line))
        elif items and line.startswith("  "):
            items[-1] += f" {line.strip()}"
        else:
            _close_list(html, items)
            lines.append(line.strip())
    _close_paragraph(html, lines)
    _close_list(html, items)
    return "".join(html)


def _close_paragraph(html: list[str], lines: list[str]) -> None:
    if lines:
        html.append(f"<p>{'<br>'.join(_inline(line) for line in lines)}</p>")
        lines.clear()


def _close_list(html: list[str], items: list[str]) -> None:
    if items:
        html.append(f"<ul>{''.join(f'<li>{_inline(item)}</li>' for item in items)}</ul>")
        items.clear()


def _inline(line: str) -> str:
    """Links are set aside while the rest is read, so that nothing changes inside an address."""
    anchors: list[str] = []

    def set_aside(address: str, label: str) -> str:
        anchors.append(f'<a href="{address}" rel="noopener noreferrer" target="_blank">{label}</a>')
        return f"\0{len(anchors) - 1}\0"

    def labelled(match: re.Match[str]) -> str:
        return set_aside(match[2], _BOLD.sub(r"<strong>\1</strong>", match[1]))

    def bare(match: re.Match[str]) -> str:
        address = match[0].rstrip(_NOT_OF_AN_ADDRESS)
        return set_aside(address, address) + match[0][len(address) :]

    html = escape(line)
    if "://" in html:
        html = _ADDRESS.sub(bare, _LINK.sub(labelled, html))
    html = _BOLD.sub(r"<strong>\1</strong>", html)
    return _PLACE.sub(lambda match: anchors[int(match[1])], html) if anchors else html
