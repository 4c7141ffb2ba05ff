import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.letters import Attached, Envelope
from mailer.letters import write_letter
from mailer.letters.markup import printable
from mailer.letters.message import flattened
from mailer.letters.rendering import Rendered
from tests.unit.mailer.samples import ENVELOPE, ESCALATION, LETTERS

NOW = datetime(2026, 11, 23, 13, 5, tzinfo=UTC)
SAID = Rendered("Reçu R-000042\u00a0: octobre 2026", "Bonjour,\nça va\u00a0?\n", "<p>Bonjour,<br>ça va\u00a0?</p>")
LONG_ID = f"<case-d-2026-00012.{'0123456789abcdef' * 4}@clausette.une-collectivite-au-nom-long.exemple.fr>"


def written(said: Rendered = SAID, envelope: Envelope = ENVELOPE) -> tuple[bytes, EmailMessage]:
    raw = flattened(said, envelope, NOW)
    return raw, message_from_bytes(raw, policy=policy.default)


def test_a_message_says_from_whom_to_whom_and_when() -> None:
    _, message = written()
    assert message["From"] == "Clausette <clausette@exemple.fr>"
    assert message["To"] == "carole.constructeur@exemple.fr"
    assert message["Date"].datetime == NOW
    assert message["Message-ID"] == ENVELOPE.message_id
    assert message["Subject"] == SAID.subject
    assert message["Reply-To"] is None
    assert message["In-Reply-To"] is None


def test_no_machine_answers_an_automatic_letter() -> None:
    _, automatic = written()
    _, by_hand = written(envelope=replace(ENVELOPE, automatic=False))
    assert automatic["Auto-Submitted"] == "auto-generated"
    assert automatic["X-Auto-Response-Suppress"] == "All"
    assert by_hand["Auto-Submitted"] is None
    assert by_hand["X-Auto-Response-Suppress"] is None


def test_a_letter_continues_its_thread_whatever_the_length_of_the_identifiers() -> None:
    raw, message = written(envelope=replace(ENVELOPE, in_reply_to=LONG_ID, references=(LONG_ID, ENVELOPE.message_id)))
    assert message["In-Reply-To"] == LONG_ID
    assert message["References"].split() == [LONG_ID, ENVELOPE.message_id]
    assert raw.count(LONG_ID.encode()) == 2


def test_answers_go_where_the_envelope_says() -> None:
    _, message = written(envelope=replace(ENVELOPE, reply_to="clausette+a1b2@exemple.fr"))
    assert message["Reply-To"] == "clausette+a1b2@exemple.fr"


def test_what_may_be_stopped_says_so_to_mail_readers_and_a_receipt_does_not() -> None:
    link = "https://clausette.exemple.fr/desabonner/reminder-12-3ECaOq_qVTw9aG6KJm-qlg"
    _, reminder = written(envelope=replace(ENVELOPE, stop_link=link))
    _, receipt = written()
    assert reminder["List-Unsubscribe"] == f"<{link}>"
    assert reminder["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert receipt["List-Unsubscribe"] is None
    assert receipt["List-Unsubscribe-Post"] is None


def test_an_invitation_is_shown_by_mail_readers_and_joined_as_a_file() -> None:
    calendar = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nX-T:été\r\nEND:VCALENDAR\r\n".encode()
    _, message = written(envelope=replace(ENVELOPE, calendar=calendar))
    assert message.get_content_type() == "multipart/mixed"
    alternatives = [part.get_content_type() for part in message.walk() if part.get_content_maintype() == "text"]
    assert alternatives == ["text/plain", "text/html", "text/calendar"]
    shown = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
    assert shown.get_param("method") == "REQUEST"
    assert shown.get_payload(decode=True) == calendar
    (joined,) = message.iter_attachments()
    assert joined.get_filename() == "invitation.ics"
    assert joined.get_payload(decode=True) == calendar


@pytest.mark.parametrize(
    "name",
    ["Clausette", "Clausette, Département du Rhône (métropole) et ses très nombreux partenaires", 'Dite "la vraie"'],
)
def test_the_name_of_the_sender_arrives_whole(name: str) -> None:
    escaped = name.replace('"', '\\"')
    raw, _ = written(envelope=replace(ENVELOPE, sender=f'"{escaped}" <clausette@exemple.fr>'))
    shown, address = parseaddr(str(message_from_bytes(raw)["From"]).replace("\r\n", ""))
    assert (str(make_header(decode_header(shown))), address) == (name, "clausette@exemple.fr")


@pytest.mark.parametrize(
    "subject",
    [
        "[D-2026-00012] Éligibilité d’un salarié déjà embauché\u00a0: peut-on compter ses heures de formation\u00a0? "
        * 3,
        "x" * 500,
        "é" * 500,
        "=?utf-8?q?d=C3=A9j=C3=A0?= codé",
        "=?utf-8?q?=0D=0ABcc:?= tous",
    ],
)
def test_long_and_accented_subjects_arrive_whole(subject: str) -> None:
    raw, message = written(replace(SAID, subject=subject))
    assert message["Subject"] == subject.strip()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998


def test_nothing_but_ascii_and_short_lines_with_crlf_is_sent() -> None:
    raw, message = written(replace(SAID, text="mot\u00a0" * 2000, html="<p>" + "é" * 5000))
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78
    body = message.get_body(("plain",))
    assert body is not None
    assert body.get_content().rstrip("\r\n") == "mot\u00a0" * 2000


@given(st.text(), st.text())
def test_both_versions_arrive_as_they_were_written(text: str, html: str) -> None:
    said = replace(SAID, text=printable(text).strip(), html=printable(html).strip())
    raw, message = written(said)
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78
    arrived = [part.get_payload(decode=True) for part in message.iter_parts()]
    assert arrived == [f"{version}\n".replace("\n", "\r\n").encode() for version in (said.text, said.html)]


@pytest.mark.parametrize("poison", ["\r\nBcc: tous@exemple.fr", "\nBcc: tous@exemple.fr", "\rBcc: tous@exemple.fr"])
class TestNoHeaderSlipsIn:
    def test_through_the_words_of_a_person(self, poison: str) -> None:
        attached = Attached(f"photo{poison}.jpg", "image/jpeg", b"x")
        letter = replace(ESCALATION, subject=f"Question{poison}", who=f"Carole{poison}")
        message = message_from_bytes(
            write_letter(letter, replace(ENVELOPE, attachments=(attached,))), policy=policy.default
        )
        assert message["Bcc"] is None
        assert message["Subject"] == "[D-2026-00012] Question Bcc: tous@exemple.fr"
        (part,) = message.iter_attachments()
        assert part["Bcc"] is None
        assert part.get_filename() == "photo Bcc: tous@exemple.fr.jpg"

    def test_through_an_address_or_an_identifier(self, poison: str) -> None:
        for envelope in (
            replace(ENVELOPE, sender=ENVELOPE.sender + poison),
            replace(ENVELOPE, recipient=ENVELOPE.recipient + poison),
            replace(ENVELOPE, reply_to=ENVELOPE.recipient + poison),
            replace(ENVELOPE, message_id=ENVELOPE.message_id + poison),
            replace(ENVELOPE, in_reply_to=ENVELOPE.message_id + poison),
            replace(ENVELOPE, references=(ENVELOPE.message_id + poison,)),
        ):
            with pytest.raises(ValueError, match="not"):
                flattened(SAID, envelope, NOW)


@pytest.mark.parametrize("recipient", ["", "carole", "a@exemple.fr, b@exemple.fr", "a b@exemple.fr", "a@b@exemple.fr"])
def test_a_letter_goes_to_one_address(recipient: str) -> None:
    with pytest.raises(ValueError, match="To"):
        flattened(SAID, replace(ENVELOPE, recipient=recipient), NOW)


@pytest.mark.parametrize(
    ("said", "sent"),
    [
        ("application/pdf", "application/pdf"),
        ("text/csv", "text/csv"),
        ("message/rfc822", "application/octet-stream"),
        ("multipart/mixed", "application/octet-stream"),
        ("n'importe quoi", "application/octet-stream"),
    ],
)
def test_attached_files_arrive_byte_for_byte(said: str, sent: str) -> None:
    content = b"From the start\r\n.\r\n\x00\xff\n" * 50
    name = "Fiche de présence n°3 – « novembre »/2026.pdf"
    _, message = written(envelope=replace(ENVELOPE, attachments=(Attached(name, said, content),)))
    assert message.get_content_type() == "multipart/mixed"
    (part,) = message.iter_attachments()
    assert part.get_content_type() == sent
    assert part.get_payload(decode=True) == content
    assert part.get_filename() == "Fiche de présence n°3 – « novembre »_2026.pdf"


def test_without_attachment_a_message_is_the_choice_of_two_versions() -> None:
    _, message = written()
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize("name", LETTERS)
def test_every_letter_is_a_sound_message(name: str) -> None:
    letter, envelope = LETTERS[name]
    message = message_from_bytes(write_letter(letter, envelope, clock=lambda: NOW), policy=policy.default)
    assert not message.defects
    assert all(not part.defects for part in message.walk())
    is_about_a_case = hasattr(letter, "subject") and hasattr(letter, "number")
    assert re.search("D-2026-00012", message["Subject"]) or not is_about_a_case
