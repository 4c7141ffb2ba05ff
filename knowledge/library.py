"""The library: articles, their index, and the answer to a question.

A library never changes once built. To publish an article, build another library and swap the reference: the whole base
is counted in about half a second, and the package's own was counted before (`knowledge.snapshot`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

from knowledge.articles import Article, Source, read_folders
from knowledge.decision import Calibration, own_calibration
from knowledge.indexing import Tables
from knowledge.lexicon import Lexicon, own_lexicon
from knowledge.outside import Handover, Outside, own_outside
from knowledge.presentation import day_in_france, leads, listed, shown
from knowledge.ranking import Index, Ranking
from knowledge.snapshot import own_articles, own_tables
from knowledge.spelling import french_guard
from knowledge.words import is_content, plain, stem

Outcome = Literal["answer", "clarify", "handover"]
MOST_OPTIONS = 4
FEWEST_OPTIONS = 2
LONGEST_QUESTION = 2000  # characters that are read
SAME_QUESTION = 0.9  # cosine from which a question is one of the base
OVERRULING = 0.86  # confidence from which a rule is not followed
WORTH_SHOWING = 0.55  # share of the best score under which an article is no option
MOST_LEADS = 2
FOLLOWING = 0.15  # what the score of a follow-up's own words counts beside its score with the question before
BARE = 2  # content words: a message that holds no more, « les pénalités », is answered only when sure

# Reasons that an article overrules when it holds nearly the same question.
_ARGUABLE = ("out_of_scope", "personal", "dispute", "misuse")
_DOUBTFUL = ("out_of_scope", "dispute")  # and when nearly sure of the article; a person's case is never read so
_CLARIFY = "Plusieurs réponses sont possibles. Laquelle de ces questions est la vôtre\u00a0?"
_FOLLOW = re.compile(
    r"^\W*(et|ou|mais|sinon|pareil|idem|meme chose|meme question|dans ce cas|pourquoi|combien|comment|quand|qui|ou ca|"
    r"c'est quoi|lequel|laquelle|alors|ok et|what about|and)\b"
)
# Words of asking that name no subject: « ok mais je fais comment » is as bare as nothing.
_SAYING_LITTLE = frozenset(map(stem, ("fais", "faire", "comment", "quoi", "dire", "dis", "peux", "veux", "va")))
# Words that open a follow-up and nothing else; « combien » and « qui » also open a question of its own.
_LEANING = re.compile(
    r"^\W*(et|ou|mais|sinon|pareil|idem|meme chose|meme question|dans ce cas|alors|ok et|and|what about)\b"
)
# What surrounds a question without belonging to it.
_POLITENESS = re.compile(
    r"\b(?:bonjour|bonsoir|salut|hello)\b(?: (?:madame|monsieur))?[ ,.!]*"
    r"|\b(?:pou(?:v|rr)(?:ez|iez)[- ]vous|peux[- ]tu|tu peux|vous pouvez) (?:me |nous )?"
    r"(?:dire|expliquer|indiquer|préciser|renseigner sur)\b(?: (?:si|ce que)\b)?"
    r"|\b(?:je (?:voudrais|voulais|souhaite(?:rais)?|veux)|j[’']aimerais|on voudrait|nous voudrions) "
    r"(?:bien )?(?:savoir|connaître|comprendre)\b(?: (?:si|ce que)\b)?"
    r"|\bs[’']il (?:vous|te) pla[iî]t\b|\bmerci(?: (?:beaucoup|d[’']avance|de votre (?:aide|réponse)))?\b[ .!]*"
    r"|\b(?:dites|dis)[- ](?:moi|nous)\b|\bje me demande si\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b20\d\d\b")
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
    """Articles that can be searched. Build it with `load`, or from articles already read.

    `tables` are what was counted of the same articles, lexicon and rules before; absent, they are counted now.
    """

    def __init__(
        self,
        articles: Mapping[str, Article],
        *,
        calibration: Calibration | None = None,
        lexicon: Lexicon | None = None,
        outside: Outside | None = None,
        tables: Tables | None = None,
    ) -> None:
        self.articles = articles
        self.calibration = calibration or own_calibration()
        self.lexicon = lexicon or own_lexicon()
        self.outside = outside or own_outside()
        self._dated = [one for one in articles.values() if one.valid_from or one.valid_until]
        self.index = Index(tuple(articles.values()), self.lexicon, french_guard(), self.outside.examples, tables=tables)

    @classmethod
    def load(cls, *folders: Path) -> "Library":
        """The articles of the folders, or the package's own. Raises InvalidArticle."""
        return cls(read_folders(folders)) if folders else cls.of(own_articles())

    @classmethod
    def of(cls, articles: Mapping[str, Article]) -> "Library":
        """The library of some articles. Those of the package, in their order and no others, were counted before."""
        is_own = list(articles.values()) == list(own_articles().values())
        return cls(articles, tables=own_tables() if is_own else None)

    def article(self, article_id: str) -> Article:
        """An article by its id. Raises KeyError."""
        return self.articles[article_id]

    def shown(self, article_id: str, *, on: date | None = None, today: date) -> str:
        """The whole text shown for an article. `on`: the day the consultation was launched. Raises KeyError."""
        return shown(self.articles[article_id], on=on, today=today)

    def rank(self, question: str, *, audience: str | None = None, on: date | None = None) -> Ranking:
        """The ranking behind an answer, with the words understood, added and corrected: for explanations."""
        return self.index.rank(self.lexicon.tokens(question), audience, self.not_in_force(on))

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
        question = question[:LONGEST_QUESTION]
        stop = self.outside.check(question, self.lexicon)
        asking = _Asking(self, audience, on, today or day_in_france())
        if stop is not None:
            known = asking.known(question, stop.reason) if stop.reason in _ARGUABLE else None
            return known or _handed_over(stop)
        question = _POLITENESS.sub(" ", question)
        parts = questions_of(question)
        if len(parts) > 1 and (both := asking.together(parts)) is not None:
            return both
        return asking.one(question, previous)

    def not_in_force(self, on: date | None) -> frozenset[str]:
        day = on or day_in_france()
        return frozenset(article.id for article in self._dated if not article.in_force(day))


@dataclass(frozen=True)
class _Asking:
    """One call of `ask`: the library and who asks, when."""

    library: Library
    audience: str | None
    on: date | None
    today: date
    shows_next: bool = True  # what comes near an answer that is not sure; not among several answers, on a phone

    def known(self, question: str, reason: str) -> Answer | None:
        """The answer to a question that a rule stops, when it is one of an article's: its author knows better.

        Nearly surely for the base and about its first article, a question is answered too, unless somebody is named.
        """
        reading = self.read(self.library.lexicon.tokens(question))
        hits = reading.ranking.hits
        is_sure = reason in _DOUBTFUL and reading.confidence >= OVERRULING
        if not hits or (hits[0].question < SAME_QUESTION and not is_sure):
            return None
        answer = self.decided(reading)
        return answer if answer.outcome == "answer" else None

    def one(self, question: str, previous: str | None = None) -> Answer:
        """The answer to one question; a follow-up is read with the question before it, then alone."""
        tokens = self.library.lexicon.tokens(question)
        alone = self.read(tokens)
        if previous and is_follow_up(question, tokens):
            joined = _followed(self.read(self.joined(previous, tokens)), alone)
            sure = joined.inside >= self.library.calibration.thresholds.answer
            return self.decided(joined if sure and _LEANING.search(plain(question)) else _likeliest(alone, joined))
        asking = sentences_asking(question)
        if len(asking) == 1 and (sentence := self.library.lexicon.tokens(asking[0])) != tokens:
            # « Est-ce qu'il compte ? » says nothing without the sentence before it.
            return self.decided(alone if points_back(asking[0], sentence) else _likeliest(alone, self.read(sentence)))
        return self.decided(alone)

    def read(self, tokens: Sequence[str]) -> "_Reading":
        """The ranking for some words, with what it is worth."""
        ranking = self.library.index.rank(tokens, self.audience, self.library.not_in_force(self.on))
        return _Reading.of(self.dated(ranking), self.library.calibration)

    def dated(self, ranking: Ranking) -> Ranking:
        """The same, but the first article gives way to one of like title that names the year of the consultation."""
        if self.on is None or not ranking.hits or any(_YEAR.fullmatch(token) for token in ranking.tokens):
            return ranking
        year, (first, *others) = str(self.on.year), ranking.hits
        title = self.library.articles[first.article].title
        if not _YEAR.search(title) or year in title:
            return ranking
        for hit in others:
            if year in (other := self.library.articles[hit.article].title) and _alike(title, other):
                return replace(ranking, hits=(hit, *(one for one in ranking.hits if one is not hit)))
        return ranking

    def together(self, parts: Sequence[str]) -> Answer | None:
        """Several questions in one message: the sure answers, and what is left to the facilitateur said after them.

        None when nothing is gained over reading the message whole.
        """
        brief = replace(self, shows_next=False)
        answers = [brief.part(part, before) for before, part in zip((None, *parts), parts, strict=False)]
        sure = {answer.article: answer for answer in answers if answer.outcome == "answer"}
        left = [answer for answer in answers if answer.outcome == "handover"]
        if not sure or len(sure) + len(left) < 2 or any(answer.outcome == "clarify" for answer in answers):
            return None
        if any(answer.reason not in ("unknown", "out_of_scope") for answer in left):
            return None
        texts = [answer.text for answer in sure.values()]
        rest = [f"**Pour le reste de votre message\u00a0:** {left[0].text}"] if left else []
        return Answer(
            "answer",
            "\n\n".join((*texts, *rest)),
            next(iter(sure.values())).article,
            tuple(dict.fromkeys(source for answer in sure.values() for source in answer.sources)),
            (),
            min(answer.confidence for answer in sure.values()),
            "several",
        )

    def part(self, question: str, previous: str | None) -> Answer:
        """The answer to one question of several."""
        stop = self.library.outside.check(question, self.library.lexicon)
        return _handed_over(stop) if stop else self.one(question, previous)

    def joined(self, previous: str, tokens: Sequence[str]) -> list[str]:
        """The words of a follow-up with those of the question before, whose public gives way to the new one."""
        lexicon = self.library.lexicon
        new = {stem(token) for token in tokens}
        replaces = bool(new & lexicon.publics)
        kept = [
            token
            for token in lexicon.tokens(previous)
            if stem(token) not in new and not (replaces and stem(token) in lexicon.publics)
        ]
        return [*kept, *(token for token in tokens if token not in ("et", "alors", "mais", "sinon"))]

    def decided(self, reading: "_Reading") -> Answer:
        """Answer, ask back or hand over."""
        limits, ranking, confidence = self.library.calibration.thresholds, reading.ranking, reading.confidence
        if not ranking.hits or reading.inside < limits.human:
            return Answer("handover", self.library.outside.unknown, None, (), (), confidence, "unknown")
        worth = self.worth_showing(ranking)
        bare = len({stem(token) for token in ranking.tokens if is_content(token)} - _SAYING_LITTLE) <= BARE
        if reading.inside < limits.answer or reading.right < (limits.sure if bare else limits.doubt):
            return self.asked_back(worth, confidence)
        best, following = worth[0], worth[1 : 1 + MOST_LEADS]
        # « Oui » answers the article's own question, which may be the contrary of the one asked.
        text, sources = f"**{best.title}**\n\n{shown(best, on=self.on, today=self.today)}", best.sources
        if reading.right < limits.sure and following and self.shows_next:
            text += "\n\n" + leads(following)
            sources = tuple(dict.fromkeys(source for one in (best, *following) for source in one.sources))
        return Answer("answer", text, best.id, sources, (), confidence, "found")

    def worth_showing(self, ranking: Ranking) -> list[Article]:
        """The first article and those that come near it: two at least, as far as there are."""
        near = [hit for hit in ranking.hits if hit.score >= WORTH_SHOWING * ranking.hits[0].score]
        hits = near if len(near) >= FEWEST_OPTIONS else ranking.hits[:FEWEST_OPTIONS]
        return [self.library.articles[hit.article] for hit in hits[:MOST_OPTIONS]]

    def asked_back(self, articles: Sequence[Article], confidence: float) -> Answer:
        """Which of these questions was meant?"""
        options = tuple(
            Option(article.title, article.id, shown(article, on=self.on, today=self.today)) for article in articles
        )
        text = listed(_CLARIFY, [option.title for option in options])
        return Answer("clarify", text, None, (), options, confidence, "several")


@dataclass(frozen=True)
class _Reading:
    """A ranking, how likely the question is one for the base, and then how likely its first article is right."""

    ranking: Ranking
    inside: float
    right: float

    @classmethod
    def of(cls, ranking: Ranking, calibration: Calibration) -> "_Reading":
        return cls(ranking, calibration.inside(ranking.features), calibration.right(ranking.features))

    @property
    def confidence(self) -> float:
        """How likely the first article answers the question."""
        return self.inside * self.right


def _handed_over(stop: Handover) -> Answer:
    return Answer("handover", stop.text, None, (), (), 1.0, stop.reason)


def _followed(joined: _Reading, alone: _Reading) -> _Reading:
    """A follow-up read with the question before it, in which its own words, the new ones, count for more."""
    own = {hit.article: hit.score for hit in alone.ranking.hits}
    hits = sorted(joined.ranking.hits, key=lambda hit: -(hit.score + FOLLOWING * own.get(hit.article, 0.0)))
    if not hits or hits[0] == joined.ranking.hits[0]:
        return joined
    return replace(joined, ranking=replace(joined.ranking, hits=tuple(hits)), right=min(joined.right, alone.right))


def _alike(title: str, other: str) -> bool:
    """Whether two titles differ by their years and little words only: « seuils en 2024 et 2025 », « en 2026 »."""
    mine, theirs = (frozenset(map(stem, _YEAR.sub(" ", plain(one)).split())) for one in (title, other))
    return len(mine & theirs) * 2 > len(mine | theirs)


def _likeliest(*readings: _Reading) -> _Reading:
    return max(readings, key=lambda reading: reading.confidence)


def is_follow_up(question: str, tokens: Sequence[str]) -> bool:
    """Whether a message leans on the one before: short, and beginning or pointing back."""
    content = [token for token in tokens if is_content(token)]
    return len(content) <= 3 and bool(_FOLLOW.search(plain(question)) or points_back(question, tokens))


def points_back(question: str, tokens: Sequence[str]) -> bool:
    """Whether a question names nothing of its own, or hardly: « est-ce qu'il compte ? »."""
    return sum(map(is_content, tokens)) <= 2 and bool(_POINTING.search(plain(question)))


def sentences_asking(message: str) -> list[str]:
    """The sentences that end with a question mark."""
    return [part.strip() for part in re.findall(r"[^.!?\n]+\?", message) if len(part.split()) >= 2]


def questions_of(message: str) -> list[str]:
    """The questions of a message that holds several, else the message alone."""
    asked = sentences_asking(message)
    if len(asked) == 1:
        asked = [part for part in re.split(r",? (?:et aussi|et puis|et sinon|sinon|par ailleurs)\b", message) if part]
    return asked if 2 <= len(asked) <= 4 and all(len(part.split()) >= 2 for part in asked) else [message]
