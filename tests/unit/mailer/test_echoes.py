"""Another assistant at the other end is recognised by what it writes and when."""

from datetime import UTC, datetime, timedelta

from mailer.echoes import Said, is_echo

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
LONG = "Bonjour, je suis l’assistant de l’entreprise et je vous remercie de votre message. " * 4


def exchange(*gaps: float, texts: list[str]) -> list[Said]:
    """What each side said, ours then theirs, theirs `gaps` seconds after ours; ended by ours, just now."""
    said, at = [], NOW - timedelta(minutes=30)
    for gap, text in zip(gaps, texts, strict=True):
        said += [Said(False, at, "Notre réponse"), Said(True, at + timedelta(seconds=gap), text)]
        at += timedelta(minutes=2)
    return [*said, Said(False, NOW - timedelta(seconds=3), "Notre réponse")]


def test_the_same_text_is_answered_twice_and_no_more() -> None:
    assert not is_echo(exchange(400, texts=["Merci"]), "Merci", NOW)
    assert is_echo(exchange(400, 400, texts=["Merci", "merci !"]), "Merci.", NOW)


def test_long_answers_that_come_at_once_are_answered_twice_and_no_more() -> None:
    varied = [LONG + "a", LONG + "b"]
    assert not is_echo(exchange(2, texts=varied[:1]), LONG + "c", NOW)
    assert is_echo(exchange(2, 3, texts=varied), LONG + "c", NOW)


def test_a_person_may_answer_fast_or_write_much() -> None:
    assert not is_echo(exchange(5, 5, 5, 5, texts=["1", "novembre", "7h30", "sept"]), "oui", NOW)
    assert not is_echo(exchange(300, 500, texts=[LONG + "a", LONG + "b"]), LONG + "c", NOW)
    assert not is_echo(exchange(300, 300, texts=["oui", "oui"]), "oui", NOW)
