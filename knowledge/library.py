"""The library: articles, their index, and the answer to a question.

A library never changes once built. To publish an article, build another library and swap the reference: the whole base
is indexed in less than half a second.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from knowledge.articles import OWN_FOLDER, Article, Source, read_folders
from knowledge.decision import Calibration, own_calibration
from knowledge.lexicon import Lexicon, own_lexicon
from knowledge.outside import Outside, own_outside
from knowledge.presentation import day_in_france, listed, shown
from knowledge.ranking import Index, Ranking
from knowledge.spelling import french_guard
from knowledge.words import is_content, plain, stem

Outcome = Literal["answer", "clarify", "handover"]
MOST_OPTIONS = 4
FEWEST_OPTIONS = 2
SAME_QUESTION = 0.9  # cosine from which a question is one of the base
WORTH_SHOWING = 0.55  # share of the best score under which an article is no option

_CLARIFY = "Plusieurs réponses sont possibles. Laquelle de ces questions est la vôtre\u00a0?"
_FOLLOW = re.compile(
    r"^\W*(et|ou|mais|sinon|pareil|idem|meme chose|meme question|dans ce cas|pourquoi|combien|comment|quand|qui|ou ca|"
    r"c'est quoi|lequel|laquelle|alors|ok et|what about|and)\b"
)
_POINTING = re.compile(r"\b(il|elle|ils|elles|ca|cela|celui|celle|ceux|celles|eux|la-dessus|dans ce cas|en)\b")


@dataclass(frozen=True)
class Option:
    """One button: the title shown, the article and its whole text."""

    title: str
    article: str
    answer: str


@dataclass(frozen=True)
class Answer:
    """What is said of a question. `text` is Markdown: paragraphs, « - » lists, **bold**, [label](url)."""

    outcome: Outcome
    text: str
    article: str | None
    sources: tuple[Source, ...]
    options: tuple[Option, ...]
    confidence: float
    reason: str


class Library:
    """Articles that can be searched. Build it with `load`, or from articles already read."""

    def __init__(
        self,
        articles: Mapping[str, Article],
        *,
        calibration: Calibration | None = None,
        lexicon: Lexicon | None = None,
        outside: Outside | None = None,
    ) -> None:
        self.articles = articles
        self._calibration = calibration or own_calibration()
        self._lexicon = lexicon or own_lexicon()
        self._outside = outside or own_outside()
        self._index = Index(tuple(articles.values()), self._lexicon, french_guard())

    @classmethod
    def load(cls, *folders: Path) -> "Library":
        """The articles of the folders, or the package's own. Raises InvalidArticle."""
        return cls(read_folders(folders or (OWN_FOLDER,)))

    def article(self, article_id: str) -> Article:
        """An article by its id. Raises KeyError."""
        return self.articles[article_id]

    def shown(self, article_id: str, *, on: date | None = None, today: date) -> str:
        """The whole text shown for an article. `on`: the day the consultation was launched. Raises KeyError."""
        return shown(self.articles[article_id], on=on, today=today)

    def rank(self, question: str, *, audience: str | None = None, on: date | None = None) -> Ranking:
        """The ranking behind an answer, with the words understood, added and corrected: for explanations."""
        return self._index.rank(self._lexicon.tokens(question), audience, self._not_in_force(on))

    def ask(
        self,
        question: str,
        *,
        audience: str | None = None,
        on: date | None = None,
        previous: str | None = None,
        today: date | None = None,
    ) -> Answer:
        """Answer a question, offer two to four articles, or hand over to the facilitateur.

        `on` is the day the consultation was launched (today when unknown); `previous` is the question asked before, for
        follow-ups like « et pour un apprenti ? »; `today` only dates the notice of an overdue review.
        """
        stop = self._outside.check(question, self._lexicon)
        asking = _Asking(self, audience, on, today or day_in_france())
        if stop is not None:
            known = asking.already_asked(question) if stop.reason == "out_of_scope" else None
            return known or Answer("handover", stop.text, None, (), (), 1.0, stop.reason)
        parts = questions_of(question)
        if len(parts) > 1 and (both := asking.together(parts)) is not None:
            return both
        return asking.one(question, previous)

    def _not_in_force(self, on: date | None) -> frozenset[str]:
        day = on or day_in_france()
        return frozenset(name for name, article in self.articles.items() if not article.in_force(day))


@dataclass(frozen=True)
class _Asking:
    """One call of `ask`: the library and who asks, when."""

    library: Library
    audience: str | None
    on: date | None
    today: date

    def already_asked(self, question: str) -> Answer | None:
        """The answer when an article holds nearly this question: its author knows better than a rule."""
        ranking = self.library.rank(question, audience=self.audience, on=self.on)
        if not ranking.hits or ranking.hits[0].question < SAME_QUESTION:
            return None
        answer = self.decided(self.library._calibration.probability(ranking.features), ranking)
        return answer if answer.outcome == "answer" else None

    def one(self, question: str, previous: str | None = None) -> Answer:
        tokens = self.library._lexicon.tokens(question)
        readings = [tokens]
        if previous and is_follow_up(question, tokens):
            readings.append(self.joined(previous, tokens))
        elif "?" in question and len(parts := sentences_asking(question)) == 1:
            readings.append(self.library._lexicon.tokens(parts[0]))
        without = self.library._not_in_force(self.on)
        rankings = [self.library._index.rank(reading, self.audience, without) for reading in readings]
        if previous and len(rankings) > 1 and is_follow_up(question, tokens):
            rankings = rankings[1:]
        found = max(
            ((self.library._calibration.probability(r.features), r) for r in rankings), key=lambda pair: pair[0]
        )
        return self.decided(*found)

    def together(self, parts: Sequence[str]) -> Answer | None:
        """Several questions in one message: the answers that are sure, when two articles at least are."""
        answers = [self.one(part, before) for before, part in zip((None, *parts), parts, strict=False)]
        sure = {answer.article: answer for answer in answers if answer.outcome == "answer"}
        if len(sure) < 2 or len(sure) < len({answer.article for answer in answers}):
            return None
        texts = [f"**{self.library.articles[name or ''].title}**\n\n{answer.text}" for name, answer in sure.items()]
        first = next(iter(sure.values()))
        return Answer(
            "answer",
            "\n\n".join(texts),
            first.article,
            tuple(dict.fromkeys(source for answer in sure.values() for source in answer.sources)),
            (),
            min(answer.confidence for answer in sure.values()),
            "several",
        )

    def joined(self, previous: str, tokens: Sequence[str]) -> list[str]:
        """The words of a follow-up with those of the question before, whose public gives way to the new one."""
        lexicon = self.library._lexicon
        new = {stem(token) for token in tokens}
        replaces = bool(new & lexicon.publics)
        kept = [
            token
            for token in lexicon.tokens(previous)
            if stem(token) not in new and not (replaces and stem(token) in lexicon.publics)
        ]
        return [*kept, *(token for token in tokens if token not in ("et", "alors", "mais", "sinon"))]

    def decided(self, probability: float, ranking: Ranking) -> Answer:
        calibration, library = self.library._calibration, self.library
        if not ranking.hits or probability < calibration.human:
            return Answer("handover", library._outside.unknown, None, (), (), probability, "unknown")
        best = library.articles[ranking.hits[0].article]
        if probability >= calibration.answer:
            text = shown(best, on=self.on, today=self.today)
            return Answer("answer", text, best.id, best.sources, (), probability, "found")
        worth = [hit for hit in ranking.hits if hit.score >= WORTH_SHOWING * ranking.hits[0].score][:MOST_OPTIONS]
        names = [hit.article for hit in (worth if len(worth) >= FEWEST_OPTIONS else ranking.hits[:FEWEST_OPTIONS])]
        options = tuple(
            Option(article.title, article.id, shown(article, on=self.on, today=self.today))
            for article in (library.articles[name] for name in names)
        )
        return Answer(
            "clarify", listed(_CLARIFY, [o.title for o in options]), None, (), options, probability, "several"
        )


def is_follow_up(question: str, tokens: Sequence[str]) -> bool:
    """Whether a message leans on the one before: short, and beginning or pointing back."""
    content = [token for token in tokens if is_content(token)]
    folded = plain(question)
    return len(content) <= 3 and bool(_FOLLOW.search(folded) or (_POINTING.search(folded) and len(content) <= 2))


def sentences_asking(message: str) -> list[str]:
    """The sentences that end with a question mark."""
    return [part.strip() for part in re.findall(r"[^.!?\n]+\?", message) if len(part.split()) >= 2]


def questions_of(message: str) -> list[str]:
    """The questions of a message that holds several, else the message alone."""
    asked = sentences_asking(message)
    if len(asked) == 1:
        asked = [part for part in re.split(r",? (?:et aussi|et puis|et sinon|sinon|par ailleurs)\b", message) if part]
    return asked if 2 <= len(asked) <= 4 and all(len(part.split()) >= 2 for part in asked) else [message]
