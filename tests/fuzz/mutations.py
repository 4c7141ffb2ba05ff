"""Mails altered as a broken relay, a broken program or an attacker alters them."""

import random
from collections.abc import Sequence

MOST_CHANGES = 6
LONGEST = 400_000

PIECES = (
    b"\r\n", b"\n\n", b"\r", b"\0", b"\xff\xfe", b"\xe9", b" " * 2000, b"\n" * 500, b">" * 300, b"=?utf-8?B?", b"?=",
    b"=?utf-8?Q?=C3?= =?utf-8?Q?=A9?=", b"=?x?q?" + b"=" * 200, b"=_limite", b"--=_limite\r\n", b"--=_limite--\r\n",
    b"--b\n", b"Content-Type: multipart/mixed; boundary=b\r\n", b"Content-Type: message/rfc822\r\n\r\n",
    b"Content-Type: text/html\r\n", b"Content-Type: text/plain; charset=utf-7\r\n",
    b"Content-Type: text/plain; charset*0*=''%E9\r\n",
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n",
    b"Content-Type: message/delivery-status\r\n\r\n", b"Content-Transfer-Encoding: base64\r\n",
    b"Content-Transfer-Encoding: quoted-printable\r\n", b"Content-Transfer-Encoding: x-uuencode\r\n",
    b"Content-Disposition: attachment; filename*=x''%\r\n", b"Content-Disposition: inline; filename=\"a\\\"b\r\n",
    b"Content-ID: <>\r\n", b"begin 644 x\n", b"=\r\n", b"=3D=", b"=C", b"!!!!", b"From: a@b.fr, c@d.fr\r\n",
    b"From: \"<x@y.fr>\" (a@b.fr) <\r\n", b"To: " + b"a+bcdefghij@exemple.fr," * 300 + b"\r\n",
    b"References: " + b"<a@b> " * 500 + b"\r\n", b"Date: Mon, 99 Xyz 99999 99:99:99 +9999\r\n", b"Date: 0\r\n",
    b"Authentication-Results: mx.exemple.fr; ((((((dmarc=pass\r\n",
    b"Authentication-Results: " + b"(\\" * 500 + b"\r\n", b"<div>" * 300, b"<blockquote type=cite>",
    b"<table><tr><td>" * 100, b"</table>", b"<td colspan=99999999>x", b"<!--", b"&#0;", b"&#xD800;", b"<pre>",
    b"<a href='cid:x'>", b"<script>", b"<?xml ", b"<![CDATA[", b"Le 1 a \xc3\xa9crit :\n",
    b"De : x\nEnvoy\xc3\xa9 : y\n", b"-----Message d'origine-----\n", b"Cordialement\n", b"-- \n",
    b"Envoy\xc3\xa9 de mon iPhone\n", b"\xee\x80\x80", b"\xee\x80\x81", b"Return-Path: <>\r\n",
    b"Final-Recipient: rfc822;\r\n", b"Status: 5.\r\n", b"X-Failed-Recipients: \r\n", b"format=flowed; delsp=yes",
)  # fmt: skip


def altered(mails: Sequence[bytes], rng: random.Random) -> bytes:
    """Return one of the mails with a few changes."""
    data = bytearray(rng.choice(mails))
    for _ in range(rng.randint(1, MOST_CHANGES)):
        _change(data, mails, rng)
    return bytes(data[:LONGEST])


def _change(data: bytearray, mails: Sequence[bytes], rng: random.Random) -> None:
    at = rng.randrange(len(data) + 1)
    match rng.randrange(9):
        case 0:
            data[at : at + rng.randint(1, 40)] = rng.randbytes(rng.randint(0, 40))
        case 1:
            del data[at : at + rng.randint(1, 400)]
        case 2:
            data[at:at] = data[at : at + rng.randint(1, 400)] * rng.randint(1, 30)
        case 3 | 4:
            data[at:at] = rng.choice(PIECES)
        case 5:
            _at_line(data, rng, rng.choice(PIECES))
        case 6:
            other = rng.choice(mails)
            start = rng.randrange(len(other) + 1)
            data[at:] = other[start:]
        case 7:
            del data[at:]
        case _:
            lines = bytes(data).split(b"\n")
            first, second = rng.randrange(len(lines)), rng.randrange(len(lines))
            lines[first], lines[second] = lines[second], lines[first]
            data[:] = b"\n".join(lines)


def _at_line(data: bytearray, rng: random.Random, piece: bytes) -> None:
    """Put a piece at the start of a line: that is where headers and boundaries stand."""
    at = data.find(b"\n", rng.randrange(len(data) + 1)) + 1
    data[at:at] = piece
