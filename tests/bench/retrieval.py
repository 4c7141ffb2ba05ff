"""What the search of answers does, in figures: `python -m tests.bench.retrieval`.

On a public set (the CNIL's FAQ, 523 articles and 168 paraphrases written by people) beside other engines (`peers.py`),
then on the product's own base. The public set is read where `CLAUSETTE_BENCH_DATA` says, or beside the repository;
without it its lines are left out.

`asked_fresh.jsonl` and `asked_words*.jsonl` hold batches of questions, each scored before anything was changed because
of it (`first_tries.json`): those are the figures to expect of new questions. Scored again they flatter the base, which
has since learnt from them, but for `asked_words_3`, `_4` and `_6.jsonl`, from which no article was ever learnt; the
cross-validated lines leave out what was written close to the questions asked, their file and their articles.
"""

import json
import os
import random
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from knowledge import Article, Library, Source
from knowledge.articles import OWN_FOLDER
from knowledge.decision import own_calibration
from knowledge.lexicon import own_lexicon
from knowledge.ranking import Index
from knowledge.scoring import Given, Score, verdict
from knowledge.spelling import french_guard
from tests.bench.peers import bm25, four_letters, stems

ROOT = Path(__file__).parents[2]
ASKED = Path(__file__).with_name("asked.jsonl")
FRESH = Path(__file__).with_name("asked_fresh.jsonl")
WORDS = tuple(f"asked_words{place}" for place in ("", "_2", "_3", "_4", "_5", "_6", "_7", "_8"))
FIRST_TRIES = Path(__file__).with_name("first_tries.json")
NATIONAL_SIZE = 400
PASSAGES = 10_000
DAMAGED = 0.3

_MEASURE = """
from pathlib import Path
from knowledge import Library
def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6
before = resident()
library = Library.load()
print(f"{resident() - before:.0f} / {resident():.0f}")
"""

Query = tuple[str, str | None, frozenset[str]]


def data_folder() -> Path:
    """Where the public sets stand."""
    return Path(os.environ.get("CLAUSETTE_BENCH_DATA", ROOT.parent / "shared"))


def cnil(path: Path) -> tuple[list[Article], list[tuple[str, str]]]:
    """The CNIL's FAQ as articles, and its paraphrases with the article expected."""
    articles, paraphrases = [], []
    for entry in json.loads(path.read_text(encoding="utf-8"))["data"]:
        paragraph = entry["paragraphs"][0]
        name = str(entry["id"])
        articles.append(_faq(name, entry["title"], paragraph["context"]))
        others = [qa["question"] for qa in paragraph["qas"] if qa["question"].strip() != entry["title"].strip()]
        if len(paragraph["qas"]) == 4:
            paraphrases += [(name, question) for question in others[:3]]
    return articles, paraphrases


def cold(articles: Sequence[Article], paraphrases: Sequence[tuple[str, str]]) -> tuple[float, float]:
    """Titles and answers are indexed, every paraphrase is asked."""
    return hits(_index(articles), ((question, None, frozenset({name})) for name, question in paraphrases))


def left_out(articles: Sequence[Article], paraphrases: Sequence[tuple[str, str]]) -> tuple[float, float]:
    """The other paraphrases of each article are indexed too: three indexes, one for each place left out."""
    results = []
    for place in range(3):
        kept: dict[str, list[str]] = {}
        asked = []
        for rank, (name, question) in enumerate(paraphrases):
            if rank % 3 == place:
                asked.append((question, None, frozenset({name})))
            else:
                kept.setdefault(name, []).append(question)
        index = _index([replace(article, questions=tuple(kept.get(article.id, ()))) for article in articles])
        results.append(hits(index, asked))
    return statistics.mean(r[0] for r in results), statistics.mean(r[1] for r in results)


def hits(index: Index, queries: Iterable[Query]) -> tuple[float, float]:
    """Shares of the queries whose article comes first, and among the first three."""
    lexicon, first, three, count = own_lexicon(), 0, 0, 0
    for question, audience, expected in queries:
        found = [hit.article for hit in index.rank(lexicon.tokens(question), audience).hits[:3]]
        first += bool(found) and found[0] in expected
        three += bool(expected & set(found))
        count += 1
    return first / count, three / count


def asked(path: Path = ASKED) -> list[Query]:
    """The questions of a file that the base answers."""
    records = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [
        (record["question"], record["audience"], frozenset(record["expected"]))
        for record in records
        if record["expected"]
    ]


def first_tries() -> Iterator[tuple[str, str]]:
    """Figures of each batch before the base learnt from it."""
    for batch in json.loads(FIRST_TRIES.read_text(encoding="utf-8")):
        yield (
            f"batch {batch['batch']} at first try: first / among four / right / right or near",
            f"{batch['first']:.3f} / {batch['among_four']:.3f} / {batch['right']:.3f} / {batch['right_or_near']:.3f}",
        )
        yield (
            f"batch {batch['batch']} at first try: wrong / false answers",
            f"{batch['wrong']:.3f} / {batch['false_answer']:.3f}",
        )


def decision() -> Iterator[tuple[str, str]]:
    """What the decision does to questions that it was not fitted on."""
    figures = own_calibration().figures
    crossed = figures["cross_validated"]
    yield (
        "cross-validated: answered / right of it / right or shown after",
        f"{crossed['answered']:.3f} / {crossed['answered_right']:.3f} / {crossed['answered_shown']:.3f}",
    )
    yield (
        "cross-validated: answered with none to follow / right of it",
        f"{crossed['answered_alone']:.3f} / {crossed['alone_right']:.3f}",
    )
    yield "cross-validated: right article among three", f"{crossed['among_three']:.3f}"
    yield (
        "cross-validated: answered wrong / not even shown / wrong and sure",
        f"{crossed['wrong_and_answered']:.3f} / {crossed['wrong_and_not_shown']:.3f} / {crossed['wrong_and_sure']:.3f}",
    )
    yield (
        "cross-validated: out of scope, answered / handed over",
        f"{crossed['outside_answered']:.3f} / {crossed['outside_handed_over']:.3f}",
    )
    yield "article taken away: answered all the same", f"{figures['removed']['answered']:.3f}"


def scored(library: Library, name: str) -> Iterator[tuple[str, str]]:
    """A file of questions with patterns, scored now; then with the first article alone, nothing shown after it."""
    total, alone = Score(), Score()
    for line in Path(__file__).with_name(f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        answer = library.ask(record["question"], audience=record["audience"])
        given = Given(answer.outcome, answer.text, bool(answer.sources), [option.answer for option in answer.options])
        total.add(record, verdict(record, given))
        if answer.reason == "found" and answer.article:
            given = replace(given, answer=answer.text.partition("\n\n**Si ce n’est pas")[0])
        alone.add(record, verdict(record, given))
    figures = total.figures()
    yield (
        f"{name} now: right / right or near / wrong / missed",
        " / ".join(f"{figures[key]:.3f}" for key in ("right", "right_or_near", "wrong", "missed")),
    )
    yield (
        f"{name} now: false answers / false answers or buttons",
        f"{figures['false_answer']:.3f} / {figures['false_any']:.3f}",
    )
    figures = alone.figures()
    yield f"{name} now, first article alone: right / wrong", f"{figures['right']:.3f} / {figures['wrong']:.3f}"


def false_stops(library: Library) -> str:
    """Questions of the articles that a rule stops, and those of them that are handed over all the same."""
    stopped = [
        (article, question)
        for article in library.articles.values()
        for question in (article.title, *article.questions)
        if library.outside.check(question, library.lexicon)
    ]
    lost = sum(library.ask(question, audience=one.audience).outcome == "handover" for one, question in stopped)
    return f"{len(stopped)} / {lost}"


def memory() -> str:
    """Megabytes that a library takes in a fresh process once imported, and those of the whole process (Linux only)."""
    found = subprocess.run([sys.executable, "-c", _MEASURE], cwd=ROOT, check=True, capture_output=True, text=True)
    return found.stdout.strip()


def damaged(queries: Sequence[Query]) -> list[Query]:
    """The same questions with three words in ten mistyped: a letter lost, doubled, or two exchanged."""
    dice = random.Random(20261123)

    def mistyped(word: str) -> str:
        if len(word) < 4 or dice.random() > DAMAGED:
            return word
        at = dice.randrange(1, len(word) - 1)
        return dice.choice(
            (
                word[:at] + word[at + 1 :],
                word[:at] + word[at] + word[at:],
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            )
        )

    return [(" ".join(map(mistyped, question.split())), audience, names) for question, audience, names in queries]


def timed(action: Callable[[], object]) -> float:
    """Seconds that an action takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def table() -> Iterator[tuple[str, str]]:
    """The lines of the bench: what, and how much."""
    path = data_folder() / "bench" / "cnil" / "besoindaide_PIAF_V5.json"
    if path.exists():
        articles, paraphrases = cnil(path)
        yield f"CNIL cold, {len(paraphrases)} queries, top-1 / top-3", _pair(cold(articles, paraphrases))
        yield "the same, BM25 of stems", _pair(bm25(articles, paraphrases, stems))
        yield "the same, BM25 of letters four by four", _pair(bm25(articles, paraphrases, four_letters))
        yield "CNIL, other paraphrases indexed, top-1 / top-3", _pair(left_out(articles, paraphrases))
    else:
        yield "CNIL", f"not found in {data_folder()}"
    library, queries = Library.load(), asked()
    yield f"own base, {len(queries)} questions, top-1 / top-3", _pair(hits(library.index, queries))
    yield "the same, three words in ten mistyped", _pair(hits(library.index, damaged(queries)))
    yield f"own base, {len(asked(FRESH))} later questions, top-1 / top-3", _pair(hits(library.index, asked(FRESH)))
    yield from first_tries()
    yield from decision()
    for name in WORDS:
        yield from scored(library, name)
    yield "questions of the articles that a rule stops / handed over", false_stops(library)
    yield "memory of the library / of the process, MB", memory()
    yield f"read and index {len(library.articles)} articles, s", f"{timed(lambda: Library.load(OWN_FOLDER)):.2f}"
    many = _padded(list(library.articles.values()), NATIONAL_SIZE)
    yield f"index {len(many)} articles, s", f"{timed(lambda: Library(many)):.2f}"
    large = Library(many)
    for question, audience, _ in queries:
        large.ask(question, audience=audience)
    times = []
    for question, audience, _ in queries:
        start = time.process_time()
        large.ask(question, audience=audience)
        times.append((time.process_time() - start) * 1000)
    times.sort()
    middle, high, most = times[len(times) // 2], times[-len(times) // 100], times[-1]
    yield "answer, processor time, p50 / p99 / most, ms", f"{middle:.1f} / {high:.1f} / {most:.1f}"
    long = " ".join(question for question, _, _ in queries)
    yield "answer to a message of 300 words, ms", f"{timed(lambda: large.ask(' '.join(long.split()[:300]))) * 1000:.1f}"
    yield f"{PASSAGES} passages, processor time to index, s / to rank, p50 / p99, ms", passages(library, queries)


def passages(library: Library, queries: Sequence[Query]) -> str:
    """What a guide cut in passages of four sentences costs to search; the sentences are those of the articles."""
    dice = random.Random(20261129)
    bodies = " ".join(article.body for article in library.articles.values())
    sentences = [sentence for sentence in re.split(r"(?<=[.;!?])\s+", bodies) if len(sentence.split()) > 4]
    made = [
        _faq(f"passage-{number}", dice.choice(sentences)[:60], " ".join(dice.sample(sentences, 4)))
        for number in range(PASSAGES)
    ]
    began = time.process_time()
    index = _index(made)
    indexed, times = time.process_time() - began, []
    for question, _, _ in queries:
        began = time.process_time()
        index.rank(own_lexicon().tokens(question))
        times.append((time.process_time() - began) * 1000)
    times.sort()
    return f"{indexed:.1f} / {times[len(times) // 2]:.1f} / {times[-len(times) // 100]:.1f}"


def main() -> None:
    """Print the table."""
    for label, figure in table():
        print(f"{label:68} {figure}")


def _pair(figures: tuple[float, float]) -> str:
    return f"{figures[0]:.3f} / {figures[1]:.3f}"


def _index(articles: Sequence[Article]) -> Index:
    return Index(articles, own_lexicon(), french_guard())


def _padded(articles: list[Article], size: int) -> dict[str, Article]:
    extra = [
        replace(article, id=f"{article.id}-bis", see_also=()) for article in articles[: max(0, size - len(articles))]
    ]
    return {article.id: article for article in (*articles, *extra)}


def _faq(name: str, title: str, body: str) -> Article:
    return Article(
        id=name,
        title=title,
        audience="both",
        questions=(),
        sources=(Source("CNIL"),),
        checked_on=date(2020, 1, 1),
        review_months=6,
        certainty="verified",
        body=body,
    )


if __name__ == "__main__":
    main()
