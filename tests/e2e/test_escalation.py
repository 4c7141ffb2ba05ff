"""What needs a human reaches the facilitateur through a real SMTP server, whatever the channel, in one mail thread."""

from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from core.dispatch import drain
from core.house import House
from core.terms import Channel
from mailer.delivery import transport_of
from mailer.letters import write_letter
from tests.cast import gather
from tests.e2e.players import player_on
from tests.e2e.processes import smtp_server, text_of
from tests.e2e.test_transcripts import PDF, TRANSCRIPTS, does, steps_of

REACHING = next(path for path in TRANSCRIPTS if path.stem.startswith("09"))


@pytest.mark.parametrize("channel", ["web", "telegram", "terminal"])
async def test_the_escalation_letter_arrives_with_its_context(
    channel: str, sqlite_house: House, tmp_path: Path
) -> None:
    with smtp_server() as mailbox:
        smtp = SecretStr(f"smtp://127.0.0.1:{mailbox.port}?starttls=never")
        settings = sqlite_house.settings.model_copy(update={"smtp_url": smtp})
        house = replace(sqlite_house, settings=settings, write_letter=write_letter)
        cast = gather(house)
        async with player_on(channel, house, cast.carole) as player:
            for step in steps_of(REACHING)[1]:
                await does(player, step.does)
        async with transport_of(settings) as transport:
            await drain(house, Channel.EMAIL, transport.send)

        letters = [mail for mail in mailbox.received if "fanny.facilite@exemple.fr" in mail["To"]]
        first, second = letters
        text = " ".join(text_of(first).split())
        for passage in (
            "Le chantier est arrêté depuis lundi",
            "Carole Constructeur",
            "Bâti Nord",
            "2026-TX-014",
            "912,5 h",
            "carole.constructeur@exemple.fr",
            "Je voudrais parler à quelqu’un",
            "/desk/cases/",
            "25 novembre 2026",
        ):
            assert passage in text.replace("\N{NO-BREAK SPACE}", " "), passage
        attached = [part.get_content() for part in first.iter_attachments()]
        assert attached == [PDF]
        assert second["In-Reply-To"] == first["Message-ID"]
        assert "Il reprendrait en janvier." in text_of(second)
        assert [mail["Subject"][:10] for mail in mailbox.received if "carole" in mail["To"]]
