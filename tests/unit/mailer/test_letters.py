import os
import re
from copy import copy
from dataclasses import fields, replace
from email import message_from_bytes, policy
from html import unescape
from pathlib import Path

import pytest

from core.letters import Envelope, Letter
from mailer.letters import rendered, write_letter
from tests.unit.mailer.samples import ENVELOPE, ESCALATION, LETTERS, REPLY

STORED = Path(__file__).parent / "letters"
EVERY = pytest.mark.parametrize(("letter", "envelope"), LETTERS.values(), ids=LETTERS.keys())
SCRIPT = "<script>alert('aïe')</script>"
ADDRESSES = ("link", "telegram_link")


@pytest.mark.parametrize("name", LETTERS)
def test_each_letter_reads_as_the_text_and_the_page_kept_beside_this_test(name: str) -> None:
    letter = rendered(*LETTERS[name])
    for said, kept in (
        (f"{letter.subject}\n\n{letter.text}", STORED / f"{name}.txt"),
        (letter.html, STORED / f"{name}.html"),
    ):
        if os.environ.get("CLAUSETTE_UPDATE_SNAPSHOTS") == "1":
            kept.write_text(said, encoding="utf-8")
        assert said == kept.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ["txt", "html"])
def test_nothing_is_kept_of_a_letter_that_is_gone(kind: str) -> None:
    assert {path.stem for path in STORED.glob(f"*.{kind}")} == set(LETTERS)


@EVERY
def test_a_letter_is_a_page_in_french_with_one_title_that_is_its_subject(letter: Letter, envelope: Envelope) -> None:
    said = rendered(letter, envelope)
    titles = re.findall(r"<h1\b[^>]*>([^<]+)</h1>", said.html)
    assert len(titles) == 1
    assert said.subject.endswith(unescape(titles[0]))
    assert '<html lang="fr">' in said.html
    assert "color-scheme" in said.html


@EVERY
def test_a_letter_follows_french_typography(letter: Letter, envelope: Envelope) -> None:
    said = rendered(letter, envelope)
    for version in (said.subject.removeprefix("Re: "), said.text, _words(said.html)):
        text = re.sub(r"https?://\S+", "", version)
        assert not re.search(r"(?<!\u00a0)[;!?»]|(?<!\u00a0):(?=\s|$)|«(?!\u00a0)", text), text
        assert "'" not in text
        assert "  " not in text


@EVERY
def test_a_letter_says_who_sends_it_and_gives_its_link_in_both_versions(letter: Letter, envelope: Envelope) -> None:
    said = rendered(letter, envelope)
    assert f"\n{letter.link}\n" in said.text
    assert f'href="{letter.link}"' in said.html
    for version in (said.text, said.html):
        assert "par Clausette" in version
    assert said.html.count('role="presentation"') >= 3
    assert said.html.count('class="act"') == 2  # one button: its cell and its link


@EVERY
def test_a_letter_needs_nothing_from_elsewhere(letter: Letter, envelope: Envelope) -> None:
    html = rendered(letter, envelope).html
    assert not re.search(r"<(img|link|script|iframe|object|form|base)\b|\bsrc=|url\(|@import", html, re.IGNORECASE)
    assert "max-width:600px" in html
    assert "prefers-color-scheme: dark" in html


@EVERY
def test_no_text_put_in_a_letter_becomes_html(letter: Letter, envelope: Envelope) -> None:
    poisoned = copy(letter)
    for name, value in vars(letter).items():
        if isinstance(value, str) and name not in ADDRESSES:
            object.__setattr__(poisoned, name, f"{value} {SCRIPT}")
    said = rendered(poisoned, envelope)
    assert "<script" not in said.html.lower()
    assert SCRIPT in said.text or SCRIPT in said.subject


def test_an_address_cannot_leave_its_attribute() -> None:
    said = rendered(replace(REPLY, link='https://clausette.exemple.fr/"onclick="x'), ENVELOPE)
    assert '"onclick' not in said.html


def test_every_part_of_an_escalation_reaches_the_facilitateur() -> None:
    said = rendered(*LETTERS["escalation"])
    state = ESCALATION.state
    assert state is not None
    parts = [
        ESCALATION.subject, ESCALATION.who, ESCALATION.organisation, ESCALATION.contact, ESCALATION.channel,
        ESCALATION.since, ESCALATION.promised, ESCALATION.link, *ESCALATION.articles, *ESCALATION.file_names,
        *state.last_months, *(value for field in fields(state) if isinstance(value := getattr(state, field.name), str)),
        "Karim a été embauché en CDD le 5 octobre.", ESCALATION.transcript[0].text,
    ]  # fmt: skip
    for part in parts:
        assert part in said.text, part
        assert part in said.html, part
    assert said.text.index("Karim") < said.text.index(ESCALATION.who) < said.text.index("Heures restantes")


def test_what_a_person_types_in_a_transcript_makes_no_link_of_their_own() -> None:
    trap = "[Votre banque](https://piege.exemple.fr)"
    lines = tuple(replace(line, text=trap) for line in ESCALATION.transcript)
    html = rendered(replace(ESCALATION, transcript=lines, question=trap), ENVELOPE).html
    assert html.count('href="https://piege.exemple.fr"') == 1  # Clausette's own line, which shows the site
    assert ">Votre banque (piege.exemple.fr)</a>" in html


def test_a_file_too_heavy_for_the_mail_is_named_even_when_another_has_the_same_name() -> None:
    _, envelope = LETTERS["escalation"]
    twice = replace(ESCALATION, file_names=("attestation.jpg", "attestation.jpg"))
    said = rendered(twice, envelope).text
    assert "Trop lourd pour cet e-mail, à ouvrir depuis le dossier\u00a0: attestation.jpg." in said


def test_both_versions_of_a_letter_reach_the_reader_whole() -> None:
    letter, envelope = LETTERS["escalation"]
    message = message_from_bytes(write_letter(letter, envelope), policy=policy.default)
    said = rendered(letter, envelope)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == said.text
    assert html.get_content().replace("\r\n", "\n") == said.html.rstrip("\n") + "\n"
    assert message["Subject"] == said.subject


def _words(html: str) -> str:
    return re.sub(r"<[^>]+>", "", re.sub(r"(?s)<head>.*?</head>", "", html))
