"""When the optional language model is asked, and what of it is shown: never without the article, never of a person.

It sees the question with everything personal masked, and the articles found; not the register, not who asks, not the
conversation. Sources, certainty and date stay those of the article, one tap from its whole text.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from core.grounding import gives_orders
from core.house import House
from core.limits import allowed
from core.masking import masked
from core.models import Person
from core.my_contract import topic_of
from knowledge import Answer, Article
from knowledge.lexicon import own_lexicon
from knowledge.outside import own_outside
from knowledge.presentation import shown
from knowledge.snapshot import own_articles
from knowledge.spelling import SHORTEST, french_guard
from knowledge.words import SHORT, plain, words

REWORDED = "reworded"  # the reason of an answer that the model has worded
LONGEST_ASKED = 600
SAID_SO = "Réponse reformulée automatiquement à partir de la fiche «\u00a0{title}\u00a0»."


@dataclass(frozen=True)
class Asker:
    """Who asks: the person if known, the names that the register knows around them, where they write."""

    person: Person | None
    names: Sequence[str]
    thread: str


def advised(house: House, question: str, answer: Answer, asker: Asker, *, on: date | None) -> Answer:
    """Return an answer chosen or reworded by the model, or the same answer.

    `on` is the day the consultation was launched.
    """
    if house.model is None or len(question) > LONGEST_ASKED or _is_personal(question, asker.person):
        return answer
    articles = _candidates(house, answer)
    if not articles or gives_orders(question) or any(gives_orders(article.body) for article in articles):
        return answer
    if not allowed(house, "model", asker.thread):
        return answer
    asked = masked(question, asker.names, is_french=_is_french, is_trade=_trade_words().__contains__)
    chosen = house.model.reworded(asked, articles)
    if chosen is None:
        return answer
    said = SAID_SO.format(title=chosen.title)
    return replace(
        answer,
        outcome="answer",
        text=shown(replace(chosen, body=f"{chosen.body}\n\n{said}"), on=on, today=house.today()),
        article=chosen.id,
        sources=chosen.sources,
        options=tuple(option for option in answer.options if option.article != chosen.id),
        reason=REWORDED,
    )


def _candidates(house: House, answer: Answer) -> list[Article]:
    """Return the articles that the model may use: the one found, or those proposed when asking back."""
    library = house.library()
    if answer.outcome == "clarify":
        names = [option.article for option in answer.options]
    elif answer.outcome == "answer" and answer.article and answer.reason == "found":
        names = [answer.article]
    else:
        return []
    return [library.articles[name] for name in names if name in library.articles]


def _is_personal(question: str, person: Person | None) -> bool:
    """Tell whether a question is about somebody, or about a contract that the register answers for."""
    if person is not None and topic_of(question) is not None:
        return True
    return bool(own_outside().first_names.search(plain(question)))


def _is_french(word: str) -> bool:
    return word in SHORT or (len(word) >= SHORTEST and word in french_guard())


@cache
def _trade_words() -> frozenset[str]:
    """Return the words of the product's articles; an operator's article might name somebody."""
    texts = (f"{article.title} {article.body}" for article in own_articles().values())
    return frozenset(word for text in texts for word in words(text)) | frozenset(own_lexicon().spellings)
