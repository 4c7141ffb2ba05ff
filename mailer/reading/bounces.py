"""Delivery reports: RFC 3464 where the server writes them, and the plain ones. Complaints: RFC 5965."""

import re
from dataclasses import replace
from email import message_from_bytes
from email.message import Message
from email.policy import compat32

from mailer.reading.folding import folded
from mailer.reading.headers import Headers, first, headers_of, identifiers, one_line
from mailer.reading.parts import Parts, content_of
from mailer.reading.receiver import Receiver, without_tag
from mailer.reading.result import Bounced

MOST_LETTERS = 60_000

_ROBOTS = re.compile(r"(?:mailer-?daemon|postmaster|mail-?daemon|maildelivery|microsoftexchange[0-9a-f]*|bounces?)@?",
                     re.IGNORECASE)  # fmt: skip
_SUBJECT = re.compile(
    r"\s*(?:undeliver(?:ed|able)|mail delivery (?:failed|failure|system|status)|failure notice|returned mail|"
    r"delivery (?:status notification|failure|has failed|incomplete|delayed)|mail system error|"
    r"message (?:not |un)deliver|non[ -]?remise?\b|message non (?:remis|distribue|delivre)|"
    r"echec (?:de (?:la )?)?(?:remise|distribution|livraison|d'envoi)|remise (?:retardee|differee)|"
    r"notification d'etat de (?:la )?(?:remise|distribution)|(?:avis|rapport) de non[- ](?:remise|distribution)|"
    r"courrier (?:non remis|retourne)|impossible de remettre|message d'erreur de messagerie)"
)
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_CODE = re.compile(r"(?<![\d.])(?:SMTP[^0-9\n]{0,40})?\b([45]\d\d)[ -](?=[#A-Za-z0-9<])")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_ORIGINAL_STARTS = re.compile(
    r"^(?:[- ]*(?:this is a copy|below this line|(?:the )?original message|message d[’']origine|included is|ci-dessous|"
    r"en-t[êe]tes? (?:du message )?d[’']origine)|received: |return-path: |from: )",
    re.IGNORECASE | re.MULTILINE,
)
_QUOTED_ID = re.compile(r"^[> \t]*message-id:[ \t]*(?:\r?\n[ \t]+)?(<[^<>\s]{1,900}>)", re.IGNORECASE | re.MULTILINE)
_TEMPORARY = re.compile(
    r"\b(?:temporar|over ?quota|mailbox (?:is )?full|quota exceeded|temporaire|provisoire|"
    r"boite (?:de reception |aux lettres )?(?:est )?pleine)"
)
_DELAYED = re.compile(
    r"\b(?:delayed|still (?:being )?retr|will (?:be )?retr|will keep trying|warning only|do not need to (?:re)?send|"
    r"retarde|differe|nouvelle tentative|nouvel essai)"
)
_FULL = "2.2"  # class.subject.detail: full today, not for ever


def bounce_of(message: Message, headers: Headers, parts: Parts, text: str, receiver: Receiver) -> Bounced | None:
    """Return what a delivery report says; None when this is no report of a failure."""
    kinds = {kind for kind, _ in parts.reports}
    if "message/feedback-report" in kinds:
        return _complaint(parts)
    if "message/delivery-status" in kinds:
        return _by_the_book(parts, text)
    report_type = _report_type(message)
    if report_type == "disposition-notification" or "message/disposition-notification" in kinds:
        return None
    return _plain(headers, parts, text, receiver)


def is_success(parts: Parts) -> bool:
    """Tell whether a report only says that all went well."""
    return any(kind == "message/delivery-status" for kind, _ in parts.reports)


def _report_type(message: Message) -> str:
    try:
        return str(message.get_param("report-type", "")).lower()
    except (ValueError, TypeError, LookupError, AttributeError):
        return ""


def _by_the_book(parts: Parts, text: str) -> Bounced | None:
    recipients = [fields for fields in _groups(parts, "message/delivery-status") if _recipient(fields)]
    failed = [fields for fields in recipients if fields.get("action", "failed").strip().lower() == "failed"]
    delayed = [fields for fields in recipients if fields.get("action", "").strip().lower() == "delayed"]
    if not failed and not delayed:
        return None if recipients else _of_text(text, parts)
    fields = (failed or delayed)[0]
    status = next(iter(_STATUS.findall(fields.get("status", ""))), "")
    diagnostic = one_line(fields.get("diagnostic-code", ""))
    precise = next(iter(_STATUS.findall(diagnostic)), "")
    status = precise if precise and status[2:] in {"0.0", ""} else status
    is_permanent = bool(failed) and not status.startswith("4.") and not status.endswith(f".{_FULL}")
    return Bounced(_recipient(fields), is_permanent, _original_id(parts, text), status, diagnostic[:300],
                   delayed=not failed)  # fmt: skip


def _complaint(parts: Parts) -> Bounced:
    fields = next(iter(_groups(parts, "message/feedback-report")), {})
    recipient = _bare(fields.get("original-rcpt-to", "") or fields.get("removal-recipient", ""))
    if not recipient:
        recipient = next((_bare(first(headers, "to")) for headers in _originals(parts)), "")
    return Bounced(recipient, False, _original_id(parts, ""), reason=one_line(fields.get("feedback-type", ""))[:300],
                   complaint=True)  # fmt: skip


def _groups(parts: Parts, wanted: str) -> list[dict[str, str]]:
    """Return the groups of fields of the reports; the topmost of two fields of one name."""
    found: list[dict[str, str]] = []
    for kind, part in parts.reports:
        if kind != wanted:
            continue
        payload = part.get_payload()
        if isinstance(payload, list):
            groups = [headers_of(block) for block in payload if isinstance(block, Message)]
        else:
            groups = [headers_of(message_from_bytes(piece, policy=compat32))
                      for piece in re.split(rb"\r?\n[ \t]*\r?\n", content_of(part)[:MOST_LETTERS])]  # fmt: skip
        found += [dict(reversed(group)) for group in groups if group]
    return found


def _recipient(fields: dict[str, str]) -> str:
    """The address as we wrote it, then as the last server knew it."""
    return _bare(fields.get("original-recipient", "")) or _bare(fields.get("final-recipient", ""))


def _bare(written: str) -> str:
    match = _ADDRESS.search(written[:2000].rpartition(";")[2] or written[:2000])
    return match[0].lower() if match else ""


def _plain(headers: Headers, parts: Parts, text: str, receiver: Receiver) -> Bounced | None:
    """A report in plain words: from a robot, or with its subject, and about an address that is not ours."""
    sender = first(headers, "from")[:500]
    announced = one_line(first(headers, "x-failed-recipients"))
    by_robot = _ROBOTS.search(sender) is not None or first(headers, "return-path").strip() == "<>"
    if not announced and not (by_robot and _SUBJECT.match(folded(one_line(first(headers, "subject"))))):
        return None
    found = _of_text(text, parts)
    recipient = _bare(announced) or next(
        (address for address in _addresses_in(text) if without_tag(address) not in receiver.own), found.recipient
    )
    return replace(found, recipient=recipient)


def _of_text(text: str, parts: Parts) -> Bounced:
    report = _report_part(text)
    status = next(iter(_STATUS.findall(report)), "")
    code = next(iter(_CODE.findall(report)), "")
    temporary = status.startswith("4.") or status.endswith(f".{_FULL}") or code.startswith("4")
    words = folded(report)
    delayed = _DELAYED.search(words) is not None and not status.startswith("5.")
    is_permanent = not temporary and (status.startswith("5.") or not (delayed or _TEMPORARY.search(words)))
    line = next((line for line in report.split("\n") if _STATUS.search(line) or _CODE.search(line)), "")
    return Bounced(next(iter(_addresses_in(text)), ""), is_permanent, _original_id(parts, text), status,
                   " ".join(line.split())[:300], delayed=delayed)  # fmt: skip


def _report_part(text: str) -> str:
    """What the server says, without the mail it returns."""
    head = text[:MOST_LETTERS]
    match = _ORIGINAL_STARTS.search(head, 1)
    return head[: match.start()] if match else head


def _addresses_in(text: str) -> list[str]:
    found = (address.lower().rstrip(".") for address in _ADDRESS.findall(_report_part(text)))
    return [address for address in found if not _ROBOTS.match(address)]


def _original_id(parts: Parts, text: str) -> str:
    for headers in _originals(parts):
        known = identifiers(first(headers, "message-id"))
        if known:
            return known[0]
    quoted = _QUOTED_ID.findall(text[:MOST_LETTERS])
    return str(quoted[-1]) if quoted else ""


def _originals(parts: Parts) -> list[Headers]:
    """The headers of the mail that is returned, whole or not."""
    whole = [headers_of(message) for message in parts.messages]
    heads = [
        headers_of(message_from_bytes(content_of(part)[:MOST_LETTERS], policy=compat32))
        for kind, part in parts.reports
        if kind == "text/rfc822-headers"
    ]
    return [*whole, *heads]
