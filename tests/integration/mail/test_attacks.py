"""The attacks of the field, one by one: each is refused, written in the audit, and nothing is merged anywhere."""

import io
import logging
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from sqlalchemy import func, select

from core.house import House
from core.letterbox import Spot
from core.mail_links import choices_of, choose, confirm, held_mail
from core.models import Audit, CaseMessage, Conversation, Declaration, MailThread, Message
from core.terms import Author, Box, MailState
from mailer.receiving import receive
from tests.cast import Cast, gather
from tests.integration.mail.letters import AUTHSERV, Writer, posted, received, text_of, with_mail

CAROLE, OLIVIA, FANNY = "carole.constructeur@exemple.fr", "olivia.outsider@exemple.fr", "fanny.facilite@exemple.fr"
ELSEWHERE = "carole.constructeur@ailleurs.exemple.fr"


@pytest.fixture
def cast(sqlite_house: House) -> Cast:
    """The cast, in a house that reads mail."""
    return gather(with_mail(sqlite_house))


@dataclass(frozen=True)
class Kept:
    """What an attack must not change."""

    said: int
    declared: int
    in_cases: int


def kept(house: House) -> Kept:
    """Count what people said, what is declared, what is in cases."""
    with house.database.reading() as session:
        return Kept(
            session.scalar(select(func.count()).select_from(Message).where(Message.author == Author.PERSON)) or 0,
            session.scalar(select(func.count()).select_from(Declaration)) or 0,
            session.scalar(select(func.count()).select_from(CaseMessage)) or 0,
        )


def is_audited(house: House, action: str) -> bool:
    """Tell whether something of the kind was written in the audit."""
    with house.database.reading() as session:
        return session.scalar(select(Audit.id).where(Audit.action == action)) is not None


def summary_of_november(cast: Cast) -> Writer:
    """Carole, with a summary of November to confirm."""
    carole = Writer(cast.house, CAROLE)
    assert "Vous confirmez" in carole.writes("Novembre : Leroy 84 h, Karim rien", subject="Novembre")
    return carole


def zipped(members: Mapping[str, bytes]) -> bytes:
    """Return an archive of these members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>'
    b"<worksheet>&d;&d;&d;&d;&d;&d;&d;&d;&d;</worksheet>"
)
TYPES = "[Content_Types].xml"
WORKBOOK = "xl/workbook.xml"
SHEET = "xl/worksheets/sheet1.xml"
CROWD = ", ".join(f"personne{number}@exemple.fr" for number in range(10_000))


@dataclass(frozen=True)
class Attack:
    """One row of the table: who writes what, under which verdict; what the log says, the folder, the answer if any."""

    logged: str
    box: Box
    sender: str = CAROLE
    verdict: str = "dmarc=pass header.from=exemple.fr"
    authserv: str = AUTHSERV
    text: str = "Novembre : Leroy 311 h, Karim 200 h"
    subject: str = "Novembre"
    answered: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    with_token: bool = False
    as_html: bool = False
    opens_case: bool = False  # of its sender's own, for the facilitateur


ATTACKS = {
    "forged From": Attack("human, held (forged)", Box.HELD, sender="inconnu@exemple.fr", verdict="dmarc=fail"),
    "forged From of somebody known": Attack("human, held (doubtful:nobody)", Box.HELD, verdict="dmarc=fail"),
    "forged Authentication-Results": Attack("human, held (doubtful:nobody)", Box.HELD, authserv="mx.pirate.exemple"),
    "stolen token": Attack("human, held (doubtful:other)", Box.HELD, sender=OLIVIA, text="oui", with_token=True),
    "token in a forwarded mail": Attack(
        "human, held (doubtful:other)", Box.HELD, sender="claude.chantier@exemple.fr", text="Fwd: oui", with_token=True
    ),
    "replayed mail": Attack(
        "came before: nothing is done again", Box.HANDLED, text="C'est quoi une clause sociale ?",
        headers={"message_id": "<first@ordinateur.exemple.fr>"},
    ),
    "header injection": Attack(
        "is odd: line break in a header", Box.HANDLED, text="C'est quoi une clause sociale d'insertion ?",
        subject="=?utf-8?q?Question=0D=0ABcc:_tous@exemple.fr?=", answered="Source",
    ),
    "script in HTML": Attack(
        "is odd: script", Box.HANDLED, as_html=True, answered="Source",
        text="<script>alert(1)</script><p>C'est quoi une clause sociale d'insertion ?</p>",
    ),
    "zip bomb in a spreadsheet": Attack(
        "is refused: it cannot be opened", Box.HANDLED, text="Voici mes heures", answered="heures.xlsx",
        files={"heures.xlsx": zipped({TYPES: b"<Types/>", WORKBOOK: b"<workbook/>", SHEET: b"0" * 80_000_000})},
    ),
    "billion laughs in a spreadsheet": Attack(
        "is refused: it cannot be opened", Box.HANDLED, text="Voici mes heures", answered="heures.xlsx",
        files={"heures.xlsx": zipped({TYPES: b"<Types/>", WORKBOOK: b"<workbook/>", SHEET: LAUGHS})},
    ),
    "billion laughs in a document": Attack(
        "is refused: it cannot be read", Box.HANDLED, sender="alice.achat@exemple.fr", text="Relire cette clause",
        answered="D-2026-00001", opens_case=True,
        files={"clause.docx": zipped({TYPES: b"<Types/>", "word/document.xml": LAUGHS})},
    ),
    "10,000 recipients": Attack(
        "is odd: crowd of recipients", Box.HANDLED, text="C'est quoi une clause sociale d'insertion ?",
        headers={"Cc": CROWD}, answered="Source",
    ),
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
def test_each_attack_is_refused_logged_without_a_name_answered_or_held_and_merges_nothing(
    cast: Cast, attack: Attack, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    carole = summary_of_november(cast)
    carole.writes(
        "C'est quoi une clause sociale ?", subject="Q", headers={"message_id": "<first@ordinateur.exemple.fr>"}
    )
    letter = posted(cast.house, CAROLE)[0]
    before, pending, letters = kept(cast.house), state_of(cast.house, carole), len(posted(cast.house))
    caplog.clear()
    attacker = Writer(cast.house, attack.sender, verdict=attack.verdict, authserv=attack.authserv)
    raw = attacker.made("TEXT", "SUBJECT", letter if attack.with_token else None, dict(attack.headers), attack.files)
    if "message_id" in attack.headers:
        raw = carole.made(attack.text, "Q", None, dict(attack.headers))
    raw = raw.replace(b"TEXT", attack.text.encode(), 1).replace(b"SUBJECT", attack.subject.encode(), 1)
    raw = raw.replace(b"text/plain", b"text/html", 1) if attack.as_html else raw
    assert receive(cast.house, Spot("box", 1, 999_999), raw) is attack.box

    after = kept(cast.house)
    assert (after.declared, after.in_cases) == (before.declared, before.in_cases + attack.opens_case)
    assert state_of(cast.house, carole) == pending, "the summary that waits is as it was"
    assert attack.logged in caplog.text
    for word in ("@", "Carole", "Constructeur", "Olivia", "Leroy", "Karim", "clause sociale", "heures.xlsx"):
        assert word not in caplog.text
    new = posted(cast.house)[letters:]
    told = {attack.sender, CAROLE, *([FANNY] if attack.opens_case else [])}
    assert all(str(each["To"]) in told and each["Bcc"] is None for each in new)
    assert len(new) <= 1 + attack.opens_case
    if attack.answered:
        assert attack.answered in text_of(new[-1])
        assert "<script" not in new[-1].as_string()
    elif attack.box is Box.HELD:
        assert is_audited(cast.house, "mail_held")
        assert after.said == before.said
        assert all("Avez-vous écrit ce message" in str(each["Subject"]) for each in new)
    else:
        assert (new, after.said) == ([], before.said)


def state_of(house: House, writer: Writer) -> object:
    """What is under way in the first conversation of somebody who writes."""
    with house.database.reading() as session:
        query = select(Conversation.state).join(MailThread).order_by(Conversation.id)
        return session.scalars(query).first()


FORGERIES = {
    "forged From": {"sender": CAROLE, "verdict": "dmarc=fail header.from=exemple.fr"},
    "forged From without a word of the server": {"sender": CAROLE, "verdict": ""},
    "forged Authentication-Results": {"sender": CAROLE, "authserv": "mx.pirate.exemple"},
    "authenticated for another domain": {"sender": CAROLE, "verdict": "dkim=pass header.d=pirate.example"},
    "two senders in From": {"sender": f"{CAROLE}, {OLIVIA}"},
    "an address in the name of another": {
        "sender": f'"{CAROLE}" <pirate@ailleurs.exemple.fr>',
        "verdict": "dmarc=fail",
    },
}


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES.keys())
def test_a_forged_sender_without_a_token_declares_nothing(cast: Cast, forgery: dict[str, str]) -> None:
    before = kept(cast.house)
    attacker = Writer(
        cast.house, CAROLE, verdict=forgery.get("verdict", "dmarc=pass"), authserv=forgery.get("authserv", AUTHSERV)
    )
    attacker.writes("Novembre : Leroy 311 h, Karim 200 h", subject="Novembre", headers={"sender": forgery["sender"]})
    assert kept(cast.house) == before
    assert attacker.boxes[0] in {Box.HELD, Box.ROBOTS}
    assert received(cast.house)[0].state in {MailState.HELD, MailState.DROPPED}
    assert is_audited(cast.house, f"mail_{received(cast.house)[0].state}")
    for letter in posted(cast.house):
        assert letter["To"] == CAROLE
        assert "Jean-Zay" not in text_of(letter)


@pytest.mark.parametrize("verdict", ["dmarc=pass", "", "dmarc=fail"])
@pytest.mark.parametrize("sender", [ELSEWHERE, OLIVIA], ids=["a stranger", "the outsider"])
def test_a_stolen_token_is_worth_nothing_from_another_address(cast: Cast, sender: str, verdict: str) -> None:
    carole = summary_of_november(cast)
    before = kept(cast.house)
    thief = Writer(cast.house, sender, verdict=verdict)
    assert thief.writes("oui", reply_to=carole.latest) == ""
    assert kept(cast.house) == before
    assert thief.boxes == [Box.HELD]
    letter = posted(cast.house, CAROLE)[-1]
    assert letter["Subject"].startswith("Avez-vous écrit ce message")
    assert sender in text_of(letter)
    assert "C’est enregistré" in carole.writes("oui", reply_to=posted(cast.house, CAROLE)[-2])


def test_a_token_in_a_letter_that_was_forwarded_opens_nothing(cast: Cast) -> None:
    carole = summary_of_november(cast)
    letter = carole.latest
    before = kept(cast.house)
    colleague = Writer(cast.house, "claude.chantier@exemple.fr")
    colleague.writes(f"Oui\n\n---------- Message transféré ----------\n{text_of(letter)}", reply_to=letter)
    assert kept(cast.house) == before


def test_a_replayed_mail_does_nothing_twice(cast: Cast) -> None:
    carole = summary_of_november(cast)
    again = {"message_id": "<once@ordinateur.exemple.fr>"}
    letter = carole.latest
    assert "C’est enregistré" in carole.writes("oui", reply_to=letter, headers=again)
    after, letters = kept(cast.house), len(posted(cast.house))
    assert carole.writes("oui", reply_to=letter, headers=again) == ""
    assert kept(cast.house) == after
    assert len(posted(cast.house)) == letters


def test_an_unproven_sender_confirms_by_a_link_and_not_by_a_word(cast: Cast) -> None:
    house = with_mail(cast.house, trusted="")
    carole = Writer(house, CAROLE, verdict="")
    carole.writes("Novembre : Leroy 84 h, Karim rien", subject="Novembre")
    assert carole.boxes == [Box.HELD]
    release(house)
    carole.confirms()
    before = kept(house).declared
    assert "Vous confirmez" in text_of(carole.latest)
    said = carole.answers("oui")
    assert "ne prouve pas" in said
    assert kept(house).declared == before
    secret = said.split("/reponse/")[1].split()[0]
    shown = choices_of(house, secret)
    assert shown is not None
    turned = choose(house, secret, shown.buttons[0].data)
    assert turned is not None
    assert "C’est enregistré" in turned.shown[0].text
    assert kept(house).declared == before + 1
    assert choices_of(house, secret) is None  # once


def release(house: House) -> None:
    """Follow the link of the confirmation: open the page, press its button."""
    secret = text_of(posted(house, CAROLE)[-1]).split("/courrier/")[1].split()[0]
    held = held_mail(house, secret)
    assert held is not None
    assert not held.is_confirmed
    assert confirm(house, secret)
    assert confirm(house, secret)  # twice does no harm


def test_a_held_mail_that_its_owner_confirms_is_handled_once_as_theirs(cast: Cast) -> None:
    carole = summary_of_november(cast)
    Writer(cast.house, ELSEWHERE).writes("oui", reply_to=carole.latest)
    before = kept(cast.house).declared
    release(cast.house)
    carole.confirms()
    carole.confirms()
    assert kept(cast.house).declared == before + 1
    assert [row.state for row in received(cast.house)][-1] is MailState.HANDLED
    assert not list((cast.house.files_dir / "mail").rglob("*/*"))  # what was kept is erased


def test_a_known_address_is_not_flooded_with_confirmations(cast: Cast) -> None:
    attacker = Writer(cast.house, CAROLE, verdict="dmarc=fail")
    for number in range(9):
        attacker.writes(f"mes obligations {number}", subject=f"Marché {number}")
    assert len(posted(cast.house, CAROLE)) == 5
    assert set(attacker.boxes) == {Box.HELD}


@pytest.mark.parametrize(
    "subject", ["Question\r\nBcc: tous@exemple.fr", "=?utf-8?q?Question=0D=0ABcc:_tous@exemple.fr?=", "x" * 5000]
)
def test_a_header_cannot_be_added_to_the_answer(cast: Cast, subject: str) -> None:
    paul = Writer(cast.house, "paul@ailleurs.exemple.fr", verdict="")
    raw = paul.made("C'est quoi une clause sociale ?", "SUJET", None, {}).replace(b"SUJET", subject.encode())
    paul.writes("C'est quoi une clause sociale d'insertion ?", subject="ok")
    receive(cast.house, Spot("box", 1, 999_999), raw)
    for letter in posted(cast.house):
        assert letter["Bcc"] is None
        assert letter["To"] == paul.address
        assert len(str(letter["Subject"])) < 300


def test_html_in_a_mail_is_shown_as_text(cast: Cast) -> None:
    carole = Writer(cast.house, CAROLE)
    carole.writes("<script>alert(1)</script> La grue est tombée sur la base vie ce matin.", subject="<b>Accident</b>")
    for letter in posted(cast.house):
        html = letter.get_body(("html",))
        assert html is not None
        assert "<script" not in html.get_content()


def test_ten_thousand_recipients_change_nothing_to_who_is_answered(cast: Cast) -> None:
    carole = Writer(cast.house, CAROLE)
    crowd = ", ".join(f"personne{number}@exemple.fr" for number in range(10_000))
    carole.writes("C'est quoi une clause sociale d'insertion ?", subject="Question", headers={"Cc": crowd})
    assert [str(letter["To"]) for letter in posted(cast.house)] == [CAROLE]
