"""Where the SMTP server is, read from one address: smtp://user:password@host:port?starttls=required, smtps://…"""

from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from core.settings import InvalidSettings

Security = Literal["starttls", "tls", "none"]

PORTS: dict[Security, int] = {"starttls": 587, "tls": 465, "none": 25}
LOCAL = ("localhost", "127.0.0.1", "::1")
ENCODED = "in a user or a password, write %2F for / and %23 for #"
EXAMPLE = "for example smtp://user:password@host:587?starttls=required"


@dataclass(frozen=True)
class SmtpServer:
    """A server and how to talk to it. Without `user` nobody signs in."""

    host: str
    port: int
    security: Security
    user: str = ""
    password: str = field(default="", repr=False)


def read_smtp_url(url: str) -> SmtpServer:
    """Read `CLAUSETTE_SMTP_URL`. STARTTLS is required unless `starttls=never`; there is no opportunistic mode.

    Raises InvalidSettings with one line that never holds the password.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise _invalid(f"the host or the port cannot be read ({ENCODED})") from error
    if parts.scheme not in {"smtp", "smtps"}:
        raise _invalid("must start with smtp:// or smtps://")
    if not host:
        raise _invalid("the host is missing")
    if parts.path not in {"", "/"} or parts.fragment:
        raise _invalid(f"nothing stands after the port but ?starttls= ({ENCODED})")
    security = _security(parts.scheme, dict(parse_qsl(parts.query, keep_blank_values=True)))
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if password and not user:
        raise _invalid("the user is missing")
    if user and security == "none" and host not in LOCAL:
        raise _invalid("the password would travel in clear: use starttls=required or smtps://")
    return SmtpServer(host, port or PORTS[security], security, user, password)


def _security(scheme: str, options: dict[str, str]) -> Security:
    asked = options.pop("starttls", None)
    if options:
        raise _invalid(f"unknown option {next(iter(options))!r}, only starttls is known")
    if scheme == "smtps":
        if asked is not None:
            raise _invalid("starttls has no meaning with smtps://")
        return "tls"
    match asked:
        case None | "required":
            return "starttls"
        case "never":
            return "none"
        case _:
            raise _invalid("starttls must be required or never")


def _invalid(what: str) -> InvalidSettings:
    return InvalidSettings(f"CLAUSETTE_SMTP_URL: {what}; {EXAMPLE}")
