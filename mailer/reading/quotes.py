"""What is new in a mail, apart from what it quotes: French programs first, the others by the library.

Everything works line by line, at a cost that follows the length: the library's own patterns take seconds on a few
thousand blank lines, and read two lines of a person's own table as headers.
"""

import re

from mailparser_reply.parser import EmailMessage

from mailer.reading.folding import folded
from mailer.reading.markup import QUOTED, SIGNED, UNSIGNED
from mailer.reading.signatures import unsigned

OTHER_LANGUAGES = ("en", "de", "nl", "it", "es", "pl")
LONGEST_FOR_LIBRARY = 20_000
LONGEST_LINE_FOR_LIBRARY = 400
LONGEST_HEADER = 6  # lines of a quoted header
LONGEST_HEADER_LINE = 1_000
FEWEST_FIELDS = 3  # in it
LONGEST_WROTE = 5  # lines over which « Le … a écrit : » is wrapped

_MARKS = re.compile(f"[{SIGNED}{UNSIGNED}{QUOTED}]")
_HTML_SIGNATURE = re.compile(f"{SIGNED}[^{SIGNED}{UNSIGNED}{QUOTED}]*{UNSIGNED}")
_FORWARD_SUBJECT = re.compile(r"\s*(?:tr|fw|fwd|wg|rv) ?:")
_FORWARDED = re.compile(
    r"[-_>* ]*(?:(?:debut du )?message (?:transfere|reexpedie|renvoye)|(?:begin )?forwarded message|mail transfere)"
    r" ?:?[-_* ]*"
)
_SEPARATOR = re.compile(
    r"[>* ]*[-_=]{2,} ?(?:message d'origine|message d origine|message original|mail original|message initial|"
    r"original message|mail d'origine|ursprungliche nachricht) ?[-_=]{2,}\s*"
)
_MESSAGE_OF = re.compile(r"[>* ]*message du ?:? ?\d{1,2}[/. -]\d{1,2}[/. -]\d{2,4}.*")
_SENDER_FIELDS = {"de", "from", "expediteur", "von", "da", "od", "van"}
_TELLING_FIELDS = {"envoye", "envoyee", "envoye le", "sent", "date", "objet", "subject", "sujet", "enviado", "enviada",
                   "enviado em", "data", "assunto", "asunto", "gesendet", "datum", "betreff", "inviato", "oggetto",
                   "wyslano", "temat", "verzonden", "onderwerp"}  # fmt: skip
_OTHER_FIELDS = {"a", "to", "destinataire", "destinataires", "cc", "copie a", "importance", "para", "an", "do", "aan"}
_FIELD = re.compile(r"[>*_ ]*(?P<name>[a-z]+(?: [a-z]+)?)[*_ ]*:.*")
_HOURS = re.compile(r"\s*de\s*:\s*\d", re.IGNORECASE)  # « De : 8 h, à : 12 h » is a person's own
_RULE = re.compile(r"[>* \t]*[-_=]{8,}\s*")
_WROTE_START = re.compile(r"[>* ]*(?:le|on|em|in data|il|el|op)\b.*\d")
_WROTE_END = re.compile(
    r"(?<!')\b(?:a ecrit|ecrivait|a repondu|wrote|escreveu|ha scritto|escribio)(?: le \d.*)? ?:[*_ ]*$"
)
_SENDER_WROTE = re.compile(
    r"[>* ]*[^:<]{1,80}<[^<>\s]+@[^<>\s]+>[^:]{0,20}\b(?:a ecrit|wrote)\b[^:]*(?::\d\d[^:]*)*:\s*$"
)
_BY_A_PROGRAM = re.compile(r"\d{1,2}\s?[:h]\s?\d{2}|@|<")
_A_QUOTED_LINE = re.compile(r"[ \t]{0,3}>")


def unmarked(text: str) -> str:
    """Return a text without the marks of `text_of_html`."""
    return _MARKS.sub("", text)


def new_text(text: str, subject: str) -> str:
    """Return what the sender wrote above, between or below what they quote, without their signature.

    A forwarded mail is kept whole, and so is a mail of which nothing would remain.
    """
    whole = unmarked(text).strip()
    if _FORWARD_SUBJECT.match(folded(subject)):
        return whole
    kept = _kept(_HTML_SIGNATURE.sub("", text).split("\n"))
    if not any(_FORWARDED.fullmatch(folded(line)) for line in kept):
        kept = unsigned(_cut_by_library("\n".join(kept).strip()).split("\n"))
    shown = unmarked("\n".join(kept)).strip()
    return re.sub(r"\n{3,}", "\n\n", shown) or whole


def _kept(lines: list[str]) -> list[str]:
    """Walk down to the first quotation; go on below it when it is marked line by line with ">"."""
    kept: list[str] = []
    at = 0
    while at < len(lines):
        if _FORWARDED.fullmatch(folded(lines[at])) and lines[at].strip():
            return [*kept, *lines[at:]]
        header = _header_length(lines, at)
        if header and not _goes_on_quoted(lines, at + header):
            return kept
        if header:
            at += header
        elif _A_QUOTED_LINE.match(lines[at]):
            at += 1
        else:
            kept.append(lines[at])
            at += 1
    return kept


def _header_length(lines: list[str], at: int) -> int:
    """Return how many lines, from this one, announce a quotation; 0 when it does not."""
    line = lines[at]
    if len(line) > LONGEST_HEADER_LINE:
        return 0
    if (
        QUOTED in line
        or _SEPARATOR.fullmatch(folded(line))
        or _MESSAGE_OF.fullmatch(folded(line))
        or _SENDER_WROTE.match(folded(line))
    ):
        return 1
    if _RULE.fullmatch(line):
        below = next((n for n in range(at + 1, min(at + 4, len(lines))) if lines[n].strip()), at)
        return (
            1 + below - at
            if below > at and (_is_fields(lines, below) or _MESSAGE_OF.fullmatch(folded(lines[below])))
            else 0
        )
    if _is_fields(lines, at):
        return 1
    return _wrote_length(lines, at)


def _is_fields(lines: list[str], at: int) -> bool:
    """Tell whether a quoted header starts here: the sender, when or about what, and one thing more."""
    first = _field(lines[at])
    if first not in _SENDER_FIELDS and first not in _TELLING_FIELDS:
        return False
    names = {first, *(_field(line) for line in lines[at + 1 : at + LONGEST_HEADER])}
    known = names & (_SENDER_FIELDS | _TELLING_FIELDS | _OTHER_FIELDS)
    if any(_HOURS.match(line) for line in lines[at : at + LONGEST_HEADER]):
        return False
    return bool(names & _SENDER_FIELDS) and bool(names & _TELLING_FIELDS) and len(known) >= FEWEST_FIELDS


def _field(line: str) -> str:
    match = _FIELD.fullmatch(folded(line))
    return match["name"] if match else ""


def _wrote_length(lines: list[str], at: int) -> int:
    """« Le … a écrit : », wrapped or not; a person who writes it gives no hour, no address, quotes nothing below."""
    if not _WROTE_START.match(folded(lines[at])):
        return 0
    for length in range(1, LONGEST_WROTE + 1):
        if at + length > len(lines) or not lines[at + length - 1].strip():
            return 0
        end = lines[at + length - 1]
        if len(end) <= LONGEST_HEADER_LINE and _WROTE_END.search(folded(end)):
            header = " ".join(lines[at : at + length])
            quoted = _goes_on_quoted(lines, at + length)
            return length if len(header) < 500 and (quoted or _BY_A_PROGRAM.search(header)) else 0
    return 0


def _goes_on_quoted(lines: list[str], at: int) -> bool:
    below = next((line for line in lines[at : at + 4] if line.strip()), "")
    return _A_QUOTED_LINE.match(below) is not None


def _cut_by_library(text: str) -> str:
    """Cut the headers of other languages' programs; only when they hold an address or an hour, as programs write."""
    short = re.sub(r"\n{3,}", "\n\n", text)
    if len(short) > LONGEST_FOR_LIBRARY or any(len(line) > LONGEST_LINE_FOR_LIBRARY for line in short.split("\n")):
        return text
    replies = EmailMessage(text=short, languages=list(OTHER_LANGUAGES), keep_hyphen_lists=True).read().replies
    if len(replies) < 2 or not replies[0].content:
        return text
    header = replies[1].headers or ""
    return replies[0].content if "@" in header and re.search(r"\d", header) else text
