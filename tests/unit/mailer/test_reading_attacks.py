"""Mails made to harm the reader: each costs little, and nothing of what it forges is believed."""

import base64
import io
import time
import zipfile
from pathlib import Path

import pytest

from core.sheets import UnreadableSheet, read_sheets
from mailer.reading import Kind, Reading, Verdict, read
from tests.mails import RECEIVER

HEAD = b"From: Carole <carole@exemple.fr>\nTo: clausette@exemple.fr\nSubject: x\n"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def quickly(raw: bytes) -> Reading:
    """Read a mail in less than a minute of processor: what is not linear here takes many, on any machine."""
    started = time.process_time()
    reading = read(raw, RECEIVER)
    assert time.process_time() - started < 60
    return reading


def test_ten_thousand_recipients_are_not_all_looked_at() -> None:
    many = b",\n ".join(b'"Personne %d" <p%d@exemple.fr>' % (number, number) for number in range(10_000))
    reading = quickly(b"From: carole@exemple.fr\nTo: " + many + b"\nCc: " + many + b"\n\nbonjour")
    assert reading.text == "bonjour"
    assert len(reading.recipients) <= 200


def test_headers_of_megabytes_are_cut() -> None:
    reading = quickly(
        b"From: carole@exemple.fr\nSubject: " + b"a" * 5_000_000 + b"\nX: " + b"b\n " * 500_000 + b"\n\nbonjour"
    )
    assert (reading.text, len(reading.subject)) == ("bonjour", 300)


@pytest.mark.parametrize(
    "filler",
    [b"(\\" * 30_000, b'"\\' * 30_000, b"<" * 60_000, b"=?utf-8?q?" * 6_000, b"=?utf-8?b?" + b"A" * 60_000 + b"?=",
     b"@" * 60_000, b"a+" * 30_000, b"<a@b>" * 12_000, b";dmarc=pass" * 6_000, b"((((" * 15_000],
)  # fmt: skip
def test_no_header_makes_the_reading_slow(filler: bytes) -> None:
    names = (
        b"From",
        b"To",
        b"Subject",
        b"References",
        b"Authentication-Results",
        b"Delivered-To",
        b"Date",
        b"Message-ID",
    )
    quickly(b"".join(name + b": " + filler + b"\n" for name in names) + b"\nbonjour")


@pytest.mark.parametrize(
    "filler",
    ["\n" * 60_000, "> " * 60_000, "Le " * 40_000, "Le 1 a écrit " * 20_000, "De : x\n" * 20_000, "-" * 100_000,
     "De : a\nEnvoyé : b\n" * 10_000, "Cordialement\n" * 20_000, "envoyé de mon " * 10_000, "\n--\n" * 20_000,
     "Ce message et \n\n" * 10_000, "a" * 400_000, " " * 400_000 + "x", "Le 1\n" * 30_000, 
     "<a@b> a écrit :\n" * 10_000],
)  # fmt: skip
def test_no_text_makes_the_reading_slow(filler: str) -> None:
    assert quickly(HEAD + b"Content-Type: text/plain; charset=utf-8\n\n" + filler.encode()).kind is Kind.HUMAN


@pytest.mark.parametrize(
    "page",
    ["<div>" * 50_000 + "fin", "<table><tr><td>" * 5_000 + "fin", "<blockquote type=cite>" * 5_000 + "fin",
     "<b" * 60_000,
     "<td colspan=999999999 rowspan=999999999>fin", "<table>" + "<tr>" + "<td>x" * 20_000, "&lt;" * 60_000,
     "<!--" * 40_000,
     '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><p>&b;fin</p>', "<p style='" + "a:b;" * 20_000 + "'>fin"],
)  # fmt: skip
def test_no_page_makes_the_reading_slow_or_breaks_it(page: str) -> None:
    quickly(HEAD + b"Content-Type: text/html; charset=utf-8\n\n" + page.encode())


def test_parts_nested_without_end_are_not_followed() -> None:
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(5_000))
    reading = quickly(HEAD + deep + b"\n\nfin")
    assert reading.kind is Kind.UNREADABLE
    assert reading.sender == "carole@exemple.fr"
    assert "trop de parties" in reading.left_out


def test_mails_joined_to_mails_without_end_are_not_followed() -> None:
    deep = b"Content-Type: message/rfc822\n\n" * 3_000
    assert quickly(HEAD + deep + b"From: a@b.fr\n\nfin").kind in {Kind.UNREADABLE, Kind.HUMAN}


def test_thousands_of_parts_are_not_all_read() -> None:
    parts = b"".join(b"--b\nContent-Type: text/plain\n\nx\n" for _ in range(20_000))
    reading = quickly(HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + parts)
    assert "trop de parties" in reading.left_out
    assert len(reading.text) < 2_000


def test_no_header_comes_out_of_a_decoded_word() -> None:
    forged = b"=?utf-8?Q?Bonjour=0D=0ABcc:_pirate@exemple.com=0D=0A=0D=0Acorps?="
    reading = read(b"From: " + forged + b" <carole@exemple.fr>\nSubject: " + forged + b"\n\nx", RECEIVER)
    for value in (reading.subject, reading.sender_name):
        assert "\n" not in value
        assert "\r" not in value
    assert reading.sender == "carole@exemple.fr"


def test_a_file_name_cannot_leave_its_folder_nor_hide_its_end() -> None:
    name = "facture\u202efdp.exe\n/../../etc/cron.d/x"
    encoded = base64.b64encode(name.encode()).decode()
    disposition = f'Content-Disposition: attachment; filename="=?utf-8?B?{encoded}?="'
    body = f"--b\nContent-Type: application/pdf\n{disposition}\n\nabc\n--b--"
    (file,) = read(HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + body.encode(), RECEIVER).attachments
    assert file.name == "x"


def test_a_script_in_a_page_is_no_text() -> None:
    page = (
        "<p>Bonjour</p><script>document.location='//pirate'</script><svg onload=alert(1)></svg><iframe src=x></iframe>"
    )
    reading = read(HEAD + b"Content-Type: text/html; charset=utf-8\n\n" + page.encode(), RECEIVER)
    assert reading.text == "Bonjour"


def attached(name: str, content: bytes) -> Reading:
    head = (
        f'--b\nContent-Type: {XLSX}; name="{name}"\nContent-Disposition: attachment; filename="{name}"\n'
        "Content-Transfer-Encoding: base64\n\n"
    )
    body = head.encode() + base64.encodebytes(content) + b"--b--\n"
    return quickly(HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + body)


def workbook(sheet: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
    return stream.getvalue()


def test_a_zip_bomb_is_carried_closed_and_refused_by_who_opens_it(tmp_path: Path) -> None:
    (file,) = attached("heures.xlsx", workbook(b"0" * 80_000_000)).attachments
    assert file.size < 200_000, "reading a mail opens no archive"
    (tmp_path / file.name).write_bytes(file.content)
    with pytest.raises(UnreadableSheet):
        read_sheets(tmp_path / file.name)


def test_a_billion_laughs_is_refused_by_who_opens_it(tmp_path: Path) -> None:
    laughs = b'<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><worksheet>&b;</worksheet>'
    (file,) = attached("heures.xlsx", workbook(laughs)).attachments
    (tmp_path / file.name).write_bytes(file.content)
    with pytest.raises(UnreadableSheet):
        read_sheets(tmp_path / file.name)


@pytest.mark.parametrize(
    "forged",
    [
        "mx.exemple.fr.pirate.exemple.com; dmarc=pass header.from=exemple.fr",
        "mx.pirate.exemple.com; dmarc=pass header.from=exemple.fr; mx.exemple.fr",
        '"mx.pirate.exemple.com; mx.exemple.fr"; dmarc=pass header.from=exemple.fr',
        "(mx.exemple.fr) mx.pirate.exemple.com; dmarc=pass header.from=exemple.fr",
        "; dmarc=pass header.from=exemple.fr",
        "mx.exemple.fr; none",
        "mx.exemple.fr; dmarc=pass header.from=exemple.com",
        "mx.exemple.fr; dkim=pass header.d=fr",
        "mx.exemple.fr; dkim=pass header.d=monexemple.fr",
        "mx.exemple.fr; spf=pass smtp.mailfrom=exemple.com",
        'mx.exemple.fr; dkim=fail reason="; dmarc=pass header.from=exemple.fr" header.d=exemple.fr',
        "mx.exemple.fr; x-dmarc=pass header.from=exemple.fr",
        "mx.exemple.fr; arc=pass; iprev=pass; auth=pass smtp.auth=pirate@exemple.fr",
    ],
)
def test_no_forged_or_foreign_verdict_passes(forged: str) -> None:
    reading = read(f"Authentication-Results: {forged}\n".encode() + HEAD + b"\nbonjour", RECEIVER)
    assert reading.verdict is not Verdict.PASS


@pytest.mark.parametrize(
    ("sender", "read_as"),
    [
        ('"carole@exemple.fr" <pirate@exemple.com>', "pirate@exemple.com"),
        ("carole@exemple.fr (pirate@exemple.com)", "carole@exemple.fr"),
        ("pirate@exemple.com (<carole@exemple.fr>)", "pirate@exemple.com"),
        ("=?utf-8?Q?carole@exemple.fr=3E?= <pirate@exemple.com>", "pirate@exemple.com"),
        ("<carole@exemple.fr>, <pirate@exemple.com>", ""),
        ("carole@exemple.fr\nFrom: pirate@exemple.com", ""),
        ("<carole@exemple.fr@pirate.exemple.com>", ""),
        ("Carole", ""),
    ],
)
def test_the_address_of_the_sender_is_the_one_that_servers_check(sender: str, read_as: str) -> None:
    reading = read(f"From: {sender}\nSubject: x\n\nbonjour".encode(), RECEIVER)
    assert reading.sender == read_as
    if not read_as:
        assert reading.kind is Kind.UNREADABLE
