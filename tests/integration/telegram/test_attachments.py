"""Photos and documents sent to the bot are kept, or refused in a sentence; the message is always answered."""

import pytest
from sqlalchemy import select

from bot.telegram import attachments
from core import files
from core.house import House
from core.models import StoredFile
from core.pictures import made_anew
from tests.integration.telegram.lines import Line, polling, webhook
from tests.photos import photo

JPEG = photo()
PDF = b"%PDF-1.7 une attestation"


def kept(line: Line) -> list[tuple[str, str, bytes]]:
    """The files in the house."""
    with line.house.database.reading() as session:
        rows = session.scalars(select(StoredFile).order_by(StoredFile.id)).all()
        return [(row.name, row.content_type, files.read(line.house, row)) for row in rows]


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "PAUSES", (0.01, 0.01))


async def test_a_document_is_kept_and_named_in_the_answer(sqlite_house: House) -> None:
    async with webhook(sqlite_house) as line:
        camille = line.api.person(7)
        camille.sends_file("attestation été.pdf", PDF)
        (answer, *_) = await camille.hears()
        assert "attestation été.pdf" in answer.text
        assert kept(line) == [("attestation été.pdf", "application/pdf", PDF)]


async def test_the_large_size_of_a_photo_is_kept_with_its_caption(sqlite_house: House) -> None:
    async with polling(sqlite_house) as line:
        camille = line.api.person(7)
        camille.sends_photo(JPEG, caption="la feuille signée")
        await camille.hears()
        assert [(content_type, content) for _, content_type, content in kept(line)] == [
            ("image/jpeg", made_anew("", JPEG).content)
        ]
        assert line.messages() == ["la feuille signée"]


async def test_a_file_announced_too_big_is_refused_without_being_downloaded(sqlite_house: House) -> None:
    async with webhook(sqlite_house) as line:
        camille = line.api.person(7)
        camille.sends_file("plans.pdf", PDF, size=16 * 1024 * 1024)
        (answer, *_) = await camille.hears()
        assert "plans.pdf" in answer.text
        assert "15\N{NO-BREAK SPACE}Mo" in answer.text
        assert line.api.asked("getFile") == []
        assert kept(line) == []


async def test_a_file_over_telegrams_own_limit_is_refused(sqlite_house: House) -> None:
    async with webhook(sqlite_house) as line:
        camille = line.api.person(7)
        camille.sends_file("film.pdf", PDF + bytes(21 * 1024 * 1024), size=100)
        (answer, *_) = await camille.hears()
        assert "15\N{NO-BREAK SPACE}Mo" in answer.text


async def test_a_program_is_refused(sqlite_house: House) -> None:
    async with webhook(sqlite_house) as line:
        camille = line.api.person(7)
        camille.sends_file("heures.pdf", b"MZ\x90\x00" + bytes(200))
        (answer, *_) = await camille.hears()
        assert "n’est pas d’un type accepté" in answer.text
        assert kept(line) == []


async def test_a_download_that_fails_twice_succeeds_the_third_time(sqlite_house: House) -> None:
    async with webhook(sqlite_house) as line:
        camille = line.api.person(7)
        line.api.fail("getFile", 502)
        line.api.fail("download", 502)
        camille.sends_file("attestation.pdf", PDF)
        (answer, *_) = await camille.hears()
        assert "attestation.pdf" in answer.text
        assert [content for *_, content in kept(line)] == [PDF]


async def test_a_download_that_always_fails_is_said_and_the_caption_is_read(sqlite_house: House) -> None:
    async with webhook(sqlite_house) as line:
        camille = line.api.person(7)
        line.api.fail("getFile", 502, times=99)
        camille.sends_file("attestation.pdf", PDF, caption="mes obligations")
        answers = await camille.hears(2)
        assert "Renvoyez-le" in answers[0].text
        assert line.messages("handled") == ["mes obligations"]


async def test_a_full_disk_refuses_the_file_and_not_the_message(
    sqlite_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "receive", full)
    async with webhook(sqlite_house) as line:
        camille = line.api.person(7)
        camille.sends_file("attestation.pdf", PDF)
        (answer, *_) = await camille.hears()
        assert "Renvoyez-le" in answer.text


async def test_a_redelivered_photo_is_not_kept_twice(sqlite_house: House) -> None:
    async with webhook(sqlite_house) as line:
        camille = line.api.person(7)
        update = camille.sends_photo(JPEG)
        await camille.hears()
        line.api.redeliver(update, times=2)
        await line.api.settled()
        assert len(kept(line)) == 1


async def test_a_voice_message_is_answered_in_words(sqlite_house: House) -> None:
    async with webhook(sqlite_house) as line:
        camille = line.api.person(7)
        camille.sends(voice={"file_id": "v", "file_unique_id": "v", "duration": 3})
        (answer, *_) = await camille.hears()
        assert "messages vocaux" in answer.text
        assert line.api.asked("getFile") == []
