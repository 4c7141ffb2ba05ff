"""Mails over the limits: what fits is read, the rest is named, and nothing takes long."""

import base64
import time

from mailer.reading import Kind, read
from tests.mails import RECEIVER


def heavy(*sizes: int) -> bytes:
    parts = "".join(
        f'--b\nContent-Type: application/pdf; name="f{number}.pdf"\nContent-Disposition: attachment\n'
        f"Content-Transfer-Encoding: base64\n\n{base64.encodebytes(b'%PDF-1.4' + b'x' * size).decode()}\n"
        for number, size in enumerate(sizes)
    )
    head = "From: carole@exemple.fr\nSubject: plans\nContent-Type: multipart/mixed; boundary=b\n\n"
    return f"{head}--b\nContent-Type: text/plain\n\nVoici les plans.\n{parts}--b--\n".encode()


def test_a_file_of_20_megabytes_is_refused_politely_and_the_rest_is_read() -> None:
    started = time.process_time()
    reading = read(heavy(20 * 1024 * 1024, 1000), RECEIVER)
    assert time.process_time() - started < 60
    assert (reading.kind, reading.text) == (Kind.HUMAN, "Voici les plans.")
    assert [file.name for file in reading.attachments] == ["f1.pdf"]
    assert "Trop lourd" in reading.left_out
    assert "«\u00a0f0.pdf\u00a0»" in reading.left_out


def test_files_over_the_limit_in_all_are_named() -> None:
    reading = read(heavy(*[11 * 1024 * 1024] * 3), RECEIVER)
    assert len(reading.attachments) == 2
    assert "f2.pdf" in reading.left_out


def test_too_many_files_are_counted() -> None:
    reading = read(heavy(*[100] * 30), RECEIVER)
    assert len(reading.attachments) == 20
    assert "Seuls 20 fichiers" in reading.left_out
    assert "et 5 autres" in reading.left_out


def test_a_mail_too_heavy_to_be_read_still_says_who_wrote_it() -> None:
    reading = read(heavy(50 * 1024 * 1024), RECEIVER)
    assert (reading.kind, reading.sender) == (Kind.UNREADABLE, "carole@exemple.fr")
    assert "trop lourd" in reading.left_out
