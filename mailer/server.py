"""Where the mail servers are, each read from one address: smtp://user:password@host:port?starttls=required, imaps://…"""

from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from core.settings import InvalidSettings

Security = Literal["starttls", "tls", "none"]

PORTS: dict[Security, int] = {"starttls": 587, "tls": 465, "none": 25}
IMAP_PORTS: dict[Security, int] = {"starttls": 143, "tls": 993, "none": 143}
LOCAL = ("localhost", "127.0.0.1", "::1")
ENCODED = "in a user or a password, write %2F for / and %23 for #"
EXAMPLES = {
    "smtp": "for example smtp://user:password@host:587?starttls=required",
    "imap": "for example imaps://user:password@host:993/INBOX",
}


@dataclass(frozen=True)
class SmtpServer:
    """A server and how to talk to it. Without `user` nobody signs in."""

    host: str
    port: int
    security: Security
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True)
class ImapServer:
    """A server, how to talk to it, and the folder that is read there."""

    host: str
    port: int
    security: Security
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"


def read_smtp_url(url: str) -> SmtpServer:
    """Read `CLAUSETTE_SMTP_URL`. STARTTLS is required unless `starttls=never`; there is no opportunistic mode.

    Raises InvalidSettings with one line that never holds the password.
    """
    parts, security, user, password = _read(url, "smtp")
    if parts.path not in {"", "/"}:
        raise _invalid("smtp", f"nothing stands after the port but ?starttls= ({ENCODED})")
    return SmtpServer(parts.hostname or "", parts.port or PORTS[security], security, user, password)


def read_imap_url(url: str) -> ImapServer:
    """Read `CLAUSETTE_IMAP_URL`; the path is the folder, INBOX without one.

    Raises InvalidSettings with one line that never holds the password.
    """
    parts, security, user, password = _read(url, "imap")
    if not user:
        raise _invalid("imap", "the user is missing")
    folder = unquote(parts.path).strip("/") or "INBOX"
    return ImapServer(parts.hostname or "", parts.port or IMAP_PORTS[security], security, user, password, folder)


def _read(url: str, kind: str) -> tuple[SplitResult, Security, str, str]:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise _invalid(kind, f"the host or the port cannot be read ({ENCODED})") from error
    if parts.scheme not in {kind, f"{kind}s"}:
        raise _invalid(kind, f"must start with {kind}:// or {kind}s://")
    if not host:
        raise _invalid(kind, "the host is missing")
    if parts.fragment:
        raise _invalid(kind, f"nothing stands after the port but ?starttls= ({ENCODED})")
    security = _security(kind, parts.scheme, dict(parse_qsl(parts.query, keep_blank_values=True)))
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if password and not user:
        raise _invalid(kind, "the user is missing")
    if user and security == "none" and host not in LOCAL:
        raise _invalid(kind, f"the password would travel in clear: use starttls=required or {kind}s://")
    return parts, security, user, password


def _security(kind: str, scheme: str, options: dict[str, str]) -> Security:
    asked = options.pop("starttls", None)
    if options:
        raise _invalid(kind, f"unknown option {next(iter(options))!r}, only starttls is known")
    if scheme == f"{kind}s":
        if asked is not None:
            raise _invalid(kind, f"starttls has no meaning with {kind}s://")
        return "tls"
    match asked:
        case None | "required":
            return "starttls"
        case "never":
            return "none"
        case _:
            raise _invalid(kind, "starttls must be required or never")


def _invalid(kind: str, what: str) -> InvalidSettings:
    return InvalidSettings(f"CLAUSETTE_{kind.upper()}_URL: {what}; {EXAMPLES[kind]}")
