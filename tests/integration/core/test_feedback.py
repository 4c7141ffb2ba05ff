"""What people think of the answers, what the base lacks, and who is told of a correction."""

import json

import pytest
from sqlalchemy import select

from core.conversations import history
from core.feedback import choose, explain, gaps, grouped, rate, tell_correction
from core.models import AnswerLog, Audit, Outgoing
from core.refusal import Refused
from core.terms import Channel
from tests.cast import Cast
from tests.houses import FakeClock

QUESTION = "C’est quoi un QPV ?"
UNKNOWN = "Quel plombier répare les trottinettes violettes ?"
VAGUE = "les pénalités et la formation ?"


def logged(cast: Cast) -> list[AnswerLog]:
    with cast.house.database.reading() as session:
        return list(session.scalars(select(AnswerLog).order_by(AnswerLog.id)))


def test_an_answer_is_rated_in_its_own_conversation(cast: Cast) -> None:
    talk = cast.talk(cast.carole)
    talk.says(QUESTION)
    assert "Merci" in talk.taps("👍")
    assert [row.rating for row in logged(cast)] == ["up"]


def test_who_was_not_helped_says_why_and_may_reach_the_facilitateur(cast: Cast) -> None:
    talk = cast.talk(cast.carole)
    talk.says(QUESTION)
    assert "Qu’est-ce qui ne va pas" in talk.taps("👎")
    assert "C’est noté" in talk.taps("C’est faux ou périmé")
    assert "Parler à quelqu’un" in talk.labels
    [row] = logged(cast)
    assert (row.rating, row.reason) == ("down", "wrong")


def test_nobody_rates_an_answer_given_to_somebody_else(cast: Cast) -> None:
    talk, outsider = cast.talk(cast.carole), cast.talk(cast.outsider)
    talk.says(QUESTION)
    outsider.says(QUESTION)
    stolen = talk.button("👎").data
    outsider.sends_back(stolen)
    [mine, theirs] = logged(cast)
    with cast.house.database.transaction() as session:
        elsewhere = int(outsider.last.conversation_id or 0)
        assert not rate(session, mine.id, "down", elsewhere)
        assert not explain(session, mine.id, "wrong", elsewhere)
        assert not choose(session, mine.id, "rsa", elsewhere)
        assert rate(session, theirs.id, "up", elsewhere)
    [mine, theirs] = logged(cast)
    assert (mine.rating, mine.reason, mine.chosen) == (None, None, None)
    assert theirs.rating == "up"


def test_what_is_picked_when_asked_back_is_kept(cast: Cast) -> None:
    talk = cast.talk(None)
    talk.says(VAGUE)
    [row] = logged(cast)
    assert row.outcome == "clarify"
    title = talk.labels[0]
    assert "Mis à jour le" in talk.taps(title)
    [row] = logged(cast)
    assert row.chosen is not None
    assert cast.house.library().article(row.chosen).title == title
    assert gaps(cast.house) == [], "the question found its answer"


def test_gaps_are_the_questions_that_got_no_good_answer(cast: Cast) -> None:
    for words in (UNKNOWN, "Bonjour", "merci beaucoup", "Quel temps fera-t-il demain ?"):
        cast.talk(None, thread=words).says(words)
    cast.talk(None, thread="again").says(UNKNOWN.lower())
    cast.talk(None, thread="vague").says(VAGUE)
    unhappy = cast.talk(None, thread="unhappy")
    unhappy.says(QUESTION)
    unhappy.taps("👎")
    cast.talk(None, thread="happy").says(QUESTION)
    found = gaps(cast.house)
    assert [(gap.count, gap.outcomes) for gap in found] == [
        (2, ("unanswered",)),
        (1, ("unchosen",)),
        (1, ("down",)),
    ], "neither courtesies nor what is out of scope"
    assert found[0].example == UNKNOWN
    assert found[0].labels == ("sans réponse",)
    assert len(found[1].articles) >= 2
    assert found[2].articles == (logged(cast)[-1].article,)


def test_an_old_question_is_no_gap_any_more(cast: Cast, clock: FakeClock) -> None:
    cast.talk(None).says(UNKNOWN)
    clock.advance(days=91)
    assert gaps(cast.house) == []
    assert len(gaps(cast.house, days=92)) == 1


def test_the_report_gives_no_address_and_no_phone(cast: Cast) -> None:
    cast.talk(None).says("Où se gare le camion de jo@exemple.fr, joignable au 06 12 34 56 78 ?")
    [gap] = gaps(cast.house)
    assert "jo@exemple.fr" not in gap.example
    assert "12 34" not in gap.example


def test_questions_that_share_half_of_their_words_are_one() -> None:
    questions = ["garer le camion benne", "les camions-bennes, où les garer ?", "payer une pénalité", "??", "???"]
    assert grouped(questions) == [[0, 1], [2], [3], [4]]


def test_who_received_an_answer_is_told_once_that_it_was_corrected(cast: Cast) -> None:
    web, telegram, other = cast.talk(cast.carole), cast.talk(cast.david, Channel.TELEGRAM, "77"), cast.talk(None)
    for talk in (web, web, telegram):
        talk.says(QUESTION)
    other.says(UNKNOWN)
    article = logged(cast)[0].article
    assert article is not None
    before = len(history(cast.house, Channel.WEB, other.thread))
    told = tell_correction(cast.house, article, "Le seuil est passé à 10 h.")
    assert len(told) == 2
    assert tell_correction(cast.house, article, "Le seuil est passé à 10 h.") == ()
    for talk in (web, telegram):
        messages = history(cast.house, talk.channel, talk.thread)
        corrected = [message for message in messages if "a été corrigée" in message.text]
        assert len(corrected) == 1
        assert "Le seuil est passé à 10 h." in corrected[0].text
        assert cast.house.library().article(article).title in corrected[0].text
        [button] = corrected[0].buttons
        assert "Mis à jour le" in talk.sends_back(button.data)
    assert len(history(cast.house, Channel.WEB, other.thread)) == before
    with cast.house.database.reading() as session:
        rows = session.scalars(select(Outgoing).where(Outgoing.channel == Channel.TELEGRAM))
        bodies = [json.loads(row.body or b"") for row in rows]
        assert sum("a été corrigée" in body["text"] for body in bodies) == 1
        assert len(session.scalars(select(Audit).where(Audit.action == "correct_article")).all()) == 2


def test_who_picked_the_article_when_asked_back_is_told_too(cast: Cast) -> None:
    talk = cast.talk(None)
    talk.says(VAGUE)
    talk.taps(talk.labels[0])
    chosen = logged(cast)[0].chosen
    assert chosen is not None
    assert tell_correction(cast.house, chosen, "Un mot a changé.") == (talk.last.conversation_id,)


def test_an_answer_of_another_year_is_not_followed_up(cast: Cast, clock: FakeClock) -> None:
    cast.talk(None).says(QUESTION)
    clock.advance(days=366)
    assert tell_correction(cast.house, str(logged(cast)[0].article), "Un mot a changé.") == ()


def test_a_correction_that_says_nothing_is_refused(cast: Cast) -> None:
    cast.talk(None).says(QUESTION)
    with pytest.raises(Refused):
        tell_correction(cast.house, str(logged(cast)[0].article), "  \n")
    with pytest.raises(KeyError):
        tell_correction(cast.house, "aucune", "Un mot a changé.")
    assert logged(cast)[0].corrected_at is None
