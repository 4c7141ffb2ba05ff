"""Whether the sender is who From says: the word of the one server that is trusted, never anybody else's.

RFC 8601: only the topmost Authentication-Results counts, and only when it bears the trusted name; the server must
remove those that strangers write in its name. RFC 7489: what was authenticated must be aligned with From.
"""

import re

from mailer.reading.headers import Headers, addresses, every, first
from mailer.reading.result import Verdict

_RESULT = re.compile(r"\s*([a-z0-9-]+)(?:/\d+)?\s*=\s*([a-z]+)\b", re.IGNORECASE)
_PROPERTY = re.compile(r"\b([a-z]+\.[a-z0-9-]+)\s*=\s*([^\s;]+)", re.IGNORECASE)
LONGEST = 8_000


def verdict_on(headers: Headers, trusted_authserv: str) -> Verdict:
    """Return the verdict on the one address of From; several of them are a forgery by themselves."""
    written = every(headers, "from")
    senders = [address for value in written for _, address in addresses(value)]
    if len(written) > 1 or len(senders) > 1:
        return Verdict.FAIL
    if not trusted_authserv or not senders:
        return Verdict.NONE
    server, results = _results(first(headers, "authentication-results"))
    return _of(results, senders[0]) if server == trusted_authserv.lower() else Verdict.NONE


Results = list[tuple[str, str, dict[str, str]]]


def _results(raw: str) -> tuple[str, Results]:
    """Read one header: the server's name, then method, result and properties."""
    text = _plain(" ".join(raw[:LONGEST].split()))
    server, *rest = text.split(";")
    results: Results = []
    for piece in rest:
        match = _RESULT.match(piece)
        if match is not None:
            properties = {name.lower(): value.lower() for name, value in _PROPERTY.findall(piece)}
            results.append((match[1].lower(), match[2].lower(), properties))
    return (server.split() or [""])[0].lower(), results


def _plain(text: str) -> str:
    """Take away comments, which nest, and what in a quoted string would look like structure."""
    kept: list[str] = []
    depth, is_string, is_escaped = 0, False, False
    for letter in text:
        if is_escaped:
            is_escaped = False
        elif letter == "\\":
            is_escaped = True
        elif letter == '"' and not depth:
            is_string = not is_string
        elif letter == "(" and not is_string:
            depth += 1
        elif letter == ")" and not is_string:
            depth = max(depth - 1, 0)
        elif not depth and not (is_string and letter in "; "):
            kept.append(letter)
    return "".join(kept)


def _of(results: Results, sender: str) -> Verdict:
    domain = sender.rpartition("@")[2]
    by_policy = [
        result
        for method, result, properties in results
        if method == "dmarc" and _domain(properties.get("header.from", domain)) == domain
    ]
    if "fail" in by_policy or "reject" in by_policy:
        return Verdict.FAIL
    if "pass" in by_policy or any(_vouches(entry, sender, domain) for entry in results):
        return Verdict.PASS
    failed = any(
        method == "spf" and result == "fail" and _aligned(properties.get("smtp.mailfrom", ""), domain)
        for method, result, properties in results
    )
    return Verdict.FAIL if failed else Verdict.NONE


def _vouches(entry: tuple[str, str, dict[str, str]], sender: str, domain: str) -> bool:
    """A domain without a policy is judged as one with the usual policy would be."""
    method, result, properties = entry
    if result != "pass":
        return False
    match method:
        case "dkim":
            return _aligned(properties.get("header.d") or properties.get("header.i", ""), domain)
        case "spf":
            return _aligned(properties.get("smtp.mailfrom", ""), domain)
        case "auth":  # our own server knows this account, and the account writes in its own name
            return properties.get("smtp.auth", "") == sender
        case _:
            return False


def _domain(written: str) -> str:
    return written.strip("<>").rpartition("@")[2].rstrip(".")


def _aligned(written: str, domain: str) -> bool:
    """Relaxed alignment without a list of public suffixes: the same domain, or one inside the other."""
    other = _domain(written)
    if not other or "." not in other:
        return False
    return other == domain or other.endswith(f".{domain}") or domain.endswith(f".{other}")
