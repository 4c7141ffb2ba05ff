"""The attacks of the field, one by one: each is refused, written in the audit, and nothing is merged anywhere."""

from dataclasses import dataclass

import pytest
from sqlalchemy import func, select

from core.house import House
from core.letterbox import Spot
from core.mail_links import choices_of, choose, confirm, held_mail
from core.models import Audit, CaseMessage, Declaration, Message
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
