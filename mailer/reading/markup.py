"""The text of an HTML mail. Nothing in it is run, fetched or shown: its words are taken, tables kept in columns.

What the sender's program marks as quoted, or as a signature, is marked in the text by letters nobody types.
"""

import re

from inscriptis import Inscriptis
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig
from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

QUOTED, SIGNED, UNSIGNED = "\ue000", "\ue001", "\ue002"
MOST_LETTERS = 400_000
DEEPEST = 200  # the walk of the tree is recursive

_CONFIG = ParserConfig(
    css=CSS_PROFILES["strict"].copy(), display_images=False, display_links=False, deduplicate_captions=False
)
_QUOTES = (
    "//blockquote[@type='cite']",
    "//div[contains(@class,'gmail_quote')]",
    "//div[contains(@class,'moz-cite-prefix')]",
    "//div[contains(@class,'yahoo_quoted')]",
    "//div[contains(@class,'protonmail_quote')]",
    "//*[@id='divRplyFwdMsg' or @id='appendonsend' or @id='x_divRplyFwdMsg' or @id='OLK_SRC_BODY_SECTION']",
    "//*[@id='zwchr' or @data-marker='__QUOTED_TEXT__' or @data-marker='__DIVIDER__']",
    "//div[contains(translate(@style,' ','') ,'border-top:solid#E1E1E1') or "
    "contains(translate(@style,' ',''),'border-top:solid#B5C4DF')]",
)
_SIGNATURES = (
    "//*[contains(@class,'gmail_signature')]",
    "//*[contains(@class,'moz-signature')]",
    "//div[@id='Signature' or @id='signature' or @id='x_Signature' or contains(@class,'protonmail_signature')]",
)
_NOT_SHOWN = ("script", "style", "head", "template", etree.Comment, etree.ProcessingInstruction)
_REFERENCE = re.compile(r"&#(x[0-9a-f]{1,8}|[0-9]{1,9});?", re.IGNORECASE)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ue000-\ue002]")
_TABLE = re.compile(r"<table", re.IGNORECASE)


def text_of_html(html: str) -> str:
    """Return the words of a page, with the marks QUOTED, and SIGNED … UNSIGNED; "" when nothing can be read in it."""
    tree = _tree(html)
    if tree is None:
        return ""
    try:
        _mark(tree)
        return _clean(Inscriptis(tree, _CONFIG).get_text())
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, etree.LxmlError):
        return _clean(" ".join(str(piece) for piece in tree.itertext()))


def has_table(html: str) -> bool:
    """Tell whether what the sender wrote holds a table of figures: two rows of two filled cells, no table inside."""
    tree = _tree(html) if _TABLE.search(html) else None
    if tree is None:
        return False
    for table in tree.iterfind(".//table"):
        if table.find(".//table") is None and not _is_quoted(table) and _filled_rows(table) >= 2:
            return True
    return False


def _filled_rows(table: HtmlElement) -> int:
    rows = ([cell for cell in row if "".join(cell.itertext()).strip()] for row in table.iterfind(".//tr"))
    return sum(1 for cells in rows if len(cells) >= 2)


def _is_quoted(element: HtmlElement) -> bool:
    return any(
        ancestor.tag == "blockquote" or "quote" in (ancestor.get("class") or "") for ancestor in element.iterancestors()
    )


def _tree(html: str) -> HtmlElement | None:
    printable = _CONTROLS.sub("", _REFERENCE.sub(_printable, html[:MOST_LETTERS]))
    try:
        tree = document_fromstring(printable, parser=HTMLParser(no_network=True))
    except (etree.LxmlError, ValueError, AssertionError, TypeError):
        return None
    etree.strip_elements(tree, *_NOT_SHOWN, with_tail=False)
    return tree


def _printable(reference: re.Match[str]) -> str:
    """Keep a numeric reference, unless it names what no text may hold."""
    written = reference[1].lower()
    number = int(written[1:], 16) if written[0] == "x" else int(written)
    is_text = number in {9, 10, 13} or 32 <= number < 0xD800 or 0xE003 <= number < 0xFFFE or 0xFFFF < number < 0x110000
    return reference[0] if is_text else ""


def _mark(tree: HtmlElement) -> None:
    for path in _SIGNATURES:
        for element in tree.xpath(path):
            _put_before(element, SIGNED)
            _put_before(element, UNSIGNED, after=1)
    for path in _QUOTES:
        for element in tree.xpath(path)[:1]:
            _put_before(element, QUOTED)


def _put_before(element: HtmlElement, mark: str, *, after: int = 0) -> None:
    parent = element.getparent()
    if parent is None:
        return
    sign = parent.makeelement("div", {})
    sign.text = mark
    sign.tail, element.tail = (element.tail, None) if after else (None, element.tail)
    parent.insert(parent.index(element) + after, sign)


def _clean(text: str) -> str:
    lines = (line.rstrip() for line in text.replace("\r", "").split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
