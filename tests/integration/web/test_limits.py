"""What a stranger may make the house do is bounded."""

import pytest
from sqlalchemy import select

from bot.web.live import MOST_PAGES, Live
from core.conversations import LONGEST_KEPT
from core.house import House
from core.models import Message
from core.terms import Author
from tests.integration.web.browser import Browser

HUGE = "9" * 23


@pytest.mark.parametrize(
    ("path", "status"),
    [(f"/fichiers/{HUGE}", 404), (f"/desk/cases/{HUGE}", 404), (f"/messages?after={HUGE}", 422), ("/fichiers/-1", 404)],
)
def test_a_number_beyond_all_rows_is_no_page(browser: Browser, path: str, status: int) -> None:
    browser.opens(path)
    assert browser.status == status


def test_a_text_beyond_all_reason_is_refused_and_not_kept_whole(browser: Browser, sqlite_house: House) -> None:
    assert "trop long" in browser.writes("é" * 300_000)
    with sqlite_house.database.reading() as session:
        contents = session.scalars(select(Message.content).where(Message.author == Author.PERSON)).all()
    assert [len(str(content["text"])) for content in contents] == [LONGEST_KEPT]


async def test_one_page_too_many_closes_the_oldest() -> None:
    live = Live()
    pages = [live.watch(7) for _ in range(MOST_PAGES + 1)]
    bells = [page.__enter__() for page in pages]
    assert [bell.is_closed for bell in bells] == [True] + [False] * MOST_PAGES
    assert await bells[0].wait(1)
    for page in pages:
        page.__exit__(None, None, None)
    assert live.watched == ()
