"""Files that people send: kept encrypted, within limits, attached to their own case only."""

import stat
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from core.access import may_read_file
from core.exchange import ShownFile
from core.files import MOST_BYTES, make, read, receive, type_of
from core.house import House
from core.models import CaseMessage, Conversation, StoredFile
from core.refusal import Refused
from core.retention import purge
from core.terms import Channel
from tests.cast import Cast
from tests.houses import FakeClock
from tests.photos import PLACE, bomb, pdf, photo
from tests.talk import Talk
from tests.together import together

PDF = b"%PDF-1.7\nFiche de paie de Marie Leroy"
JPEG = photo()


def keep(house: House, name: str, content: bytes, thread: str = "t") -> int:
    return receive(house, channel=Channel.WEB, thread=thread, name=name, content=content)


@pytest.mark.parametrize(("name", "content"), [("paie.pdf", PDF), ("heures.csv", b"nom;heures\n")])
def test_a_file_is_kept_encrypted_and_read_back(house: House, name: str, content: bytes) -> None:
    number = keep(house, name, content)
    paths = [path for path in house.files_dir.rglob("*") if path.is_file()]
    assert len(paths) == 1
    assert content not in paths[0].read_bytes()
    assert stat.S_IMODE(paths[0].stat().st_mode) == 0o600
    with house.database.reading() as session:
        row = session.get_one(StoredFile, number)
        assert (row.name, row.size, row.case_message_id) == (name, len(content), None)
        assert read(house, row) == content


@pytest.mark.parametrize(
    ("name", "content", "kept"),
    [
        ("photo.JPG", JPEG, "photo.JPG"),
        ("image.webp", photo(form="WEBP"), "image.jpg"),
        ("capture.png", photo(form="PNG"), "capture.png"),
        ("contrat.pdf", pdf(author=PLACE.decode()), "contrat.pdf"),
    ],
)
def test_nothing_that_a_camera_or_a_software_wrote_is_on_the_disk(
    sqlite_house: House, name: str, content: bytes, kept: str
) -> None:
    number = keep(sqlite_house, name, content)
    with sqlite_house.database.reading() as session:
        row = session.get_one(StoredFile, number)
        held = read(sqlite_house, row)
    assert (row.name, row.size) == (kept, len(held))
    assert PLACE not in held
    assert b"Appareil" not in held
    assert type_of(kept, held) == row.content_type


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("vide.pdf", b"", "est vide"),
        ("gros.pdf", PDF + b"0" * (MOST_BYTES + 1 - len(PDF)), "dépasse 15"),
        ("programme.exe", b"MZ" + b"\0" * 64, "pas d’un type accepté"),
        ("page.html", b"<!doctype html>", "pas d’un type accepté"),
        ("dessin.svg", b"<svg onload=alert(1)>", "pas d’un type accepté"),
        ("bombe.png", bomb(), "trop grande"),
        ("coupee.jpg", JPEG[:400], "abîmée ou incomplète"),
        ("bombe.zip", b"PK\x03\x04" + b"\0" * 64, "pas d’un type accepté"),
    ],
)
def test_what_is_not_accepted_leaves_nothing_behind(
    sqlite_house: House, name: str, content: bytes, reason: str
) -> None:
    with pytest.raises(Refused, match=reason) as refusal:
        keep(sqlite_house, name, content)
    assert name in refusal.value.message
    assert not sqlite_house.files_dir.exists()


def test_fifteen_megabytes_are_accepted(sqlite_house: House) -> None:
    assert keep(sqlite_house, "gros.pdf", PDF + b"0" * (MOST_BYTES - len(PDF)))


def test_a_name_never_says_where_a_file_is_written(sqlite_house: House, tmp_path: Path) -> None:
    number = keep(sqlite_house, "../../../escaped.pdf", PDF)
    with sqlite_house.database.reading() as session:
        assert session.get_one(StoredFile, number).name == "escaped.pdf"
    assert not list(tmp_path.rglob("escaped*"))
    assert not (tmp_path.parent / "escaped.pdf").exists()


def test_a_stranger_sends_five_files_a_day(sqlite_house: House, clock: FakeClock) -> None:
    for _ in range(5):
        keep(sqlite_house, "a.pdf", PDF)
    with pytest.raises(Refused, match="Connectez-vous"):
        keep(sqlite_house, "a.pdf", PDF)
    assert keep(sqlite_house, "a.pdf", PDF, thread="somebody else")
    clock.advance(days=1, seconds=1)
    assert keep(sqlite_house, "a.pdf", PDF)


def test_the_quota_holds_when_files_come_together(house: House) -> None:
    kept = together(*(partial(keep, house, "a.pdf", PDF) for _ in range(9)))
    assert len([each for each in kept if isinstance(each, int)]) == 5


def test_who_is_signed_in_has_no_quota(cast: Cast) -> None:
    talk = cast.talk(cast.carole)
    assert len([keep(cast.house, "a.pdf", PDF, thread=talk.thread) for _ in range(6)]) == 6


def test_a_file_without_a_word_is_acknowledged_and_may_be_sent_on(cast: Cast) -> None:
    talk = cast.talk(cast.carole)
    assert "J’ai bien reçu «\u00a0paie.pdf\u00a0»" in talk.sends_file("paie.pdf", PDF)
    talk.taps("L’envoyer au facilitateur")
    for text in ("Une fiche de paie", "Aucun", "La voici"):
        talk.says(text)
    assert "D-2026-00001" in talk.shown[-1].text
    with cast.house.database.reading() as session:
        assert session.scalars(select(StoredFile.case_message_id)).one() is not None


def test_a_refused_file_is_told_with_the_message_that_carried_it(cast: Cast) -> None:
    talk = cast.talk(cast.carole)
    talk.says("déclarer")
    inbound = talk.inbound()
    told = talk.receives(type(inbound)(**{**vars(inbound), "refused_files": ("Le fichier est vide.",)}))
    assert told.startswith("Le fichier est vide.")
    assert "Pour quel marché" in told


def test_the_file_of_another_conversation_is_neither_named_nor_attached(cast: Cast) -> None:
    victim, thief = cast.talk(cast.carole), cast.talk(cast.olivia)
    victim.sends_file("paie-marie-leroy.pdf", PDF)
    number = stored_file(cast.house).id
    told = thief.says("", files=(number,))
    assert "paie" not in told
    for text in ("humain", "Un fichier", "Aucun", "Le voici"):
        thief.says(text)
    thief.says("", files=(number, 999_999))
    assert stored_file(cast.house).case_message_id is None
    assert not any(isinstance(file, ShownFile) for shown in thief.shown for file in shown.files)


def test_a_file_is_attached_once(cast: Cast) -> None:
    talk = cast.talk(cast.carole)
    for text in ("humain", "Une grue", "Aucun", "La grue est en panne"):
        talk.says(text)
    talk.sends_file("grue.pdf", PDF)
    attached = stored_file(cast.house).case_message_id
    for text in ("humain", "Compléter", "Encore"):
        talk.says(text)
    assert "Voulez-vous joindre un fichier" in talk.says("", files=(stored_file(cast.house).id,))
    talk.says("Sans fichier")
    assert stored_file(cast.house).case_message_id == attached
    with cast.house.database.reading() as session:
        assert len(session.scalars(select(CaseMessage.id)).all()) == 2


def stored_file(house: House) -> StoredFile:
    with house.database.reading() as session:
        return session.scalars(select(StoredFile)).one()


def test_a_photo_with_its_caption_is_the_message_and_its_file(cast: Cast) -> None:
    talk = cast.talk(cast.carole)
    for text in ("humain", "Une grue", "Aucun"):
        talk.says(text)
    assert "D-2026-00001" in talk.sends_file("grue.jpg", JPEG, text="La grue est en panne")
    with cast.house.database.reading() as session:
        assert session.scalars(select(CaseMessage.text)).one() == "La grue est en panne"
        assert session.scalars(select(StoredFile.case_message_id)).one() is not None


def test_a_telegram_thread_and_a_web_thread_of_the_same_name_are_two(house: House) -> None:
    number = keep(house, "a.pdf", PDF, thread="7")
    assert "a.pdf" not in Talk(house, Channel.TELEGRAM, "7").says("", files=(number,))


def test_a_file_made_for_a_conversation_is_served_there_and_nowhere_else(cast: Cast) -> None:
    house = cast.house
    own, other = cast.talk(cast.carole, Channel.WEB, "carole"), cast.talk(cast.olivia, Channel.WEB, "olivia")
    own.says("aide")
    other.says("aide")
    with house.database.transaction() as session:
        conversation = session.scalars(select(Conversation).where(Conversation.thread == "carole")).one()
        stranger = session.scalars(select(Conversation).where(Conversation.thread == "olivia")).one()
        shown = make(session, house, conversation, "reçu.pdf", PDF)
    assert (shown.name, shown.content_type) == ("reçu.pdf", "application/pdf")
    with house.database.reading() as session:
        row = session.get_one(StoredFile, shown.id)
        assert read(house, row) == PDF
        assert may_read_file(session, row, cast.carole, conversation_id=conversation.id)
        assert not may_read_file(session, row, cast.olivia, conversation_id=stranger.id)
        assert not may_read_file(session, row, cast.carole, conversation_id=None)


def test_a_file_made_for_a_conversation_is_kept_a_month(cast: Cast, clock: FakeClock) -> None:
    cast.talk(cast.carole, Channel.WEB, "carole").says("aide")
    with cast.house.database.transaction() as session:
        conversation = session.scalars(select(Conversation).where(Conversation.thread == "carole")).one()
        number = make(session, cast.house, conversation, "reçu.pdf", PDF).id
    clock.advance(days=29)
    purge(cast.house)
    with cast.house.database.reading() as session:
        assert session.get(StoredFile, number) is not None
    clock.advance(days=2)
    purge(cast.house)
    with cast.house.database.reading() as session:
        assert session.get(StoredFile, number) is None
    assert not [path for path in cast.house.files_dir.rglob("*") if path.is_file()]
