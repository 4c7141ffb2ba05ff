import json
from pathlib import Path

import pytest

from knowledge.calibration import store
from knowledge.decision import FEATURES, Calibration, fit, own_calibration, read_calibration
from knowledge.scoring import Given, Score, verdict


def test_the_fit_finds_the_feature_that_tells_right_from_wrong() -> None:
    samples = [((x / 10, 0.5), x > 5, 1.0) for x in range(11)]
    telling, silent, constant = fit(samples)
    assert telling > 5
    assert abs(silent) < abs(telling)
    assert constant < 0


def test_a_heavier_sample_counts_more() -> None:
    light = fit([((0.0,), True, 1.0), ((0.0,), False, 1.0)])
    heavy = fit([((0.0,), True, 3.0), ((0.0,), False, 1.0)])
    assert heavy[-1] > light[-1]


def test_the_stored_calibration_is_usable_and_justified() -> None:
    calibration = own_calibration()
    assert 0 < calibration.human < calibration.answer < 1
    assert calibration.figures["samples"]["outside"] >= 150
    high = calibration.probability((1.0, 0.4, 0.4, 1.0, 0.9, 1.0, 0.0, 0.3))
    low = calibration.probability((0.1, 0.0, 0.0, 0.1, 0.1, 0.1, 0.9, 0.5))
    assert high > calibration.answer > calibration.human > low


def test_unknown_words_never_make_an_answer_surer() -> None:
    assert own_calibration().weights[FEATURES.index("unknown")] <= 0


def test_a_calibration_is_stored_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    store(Calibration((1.0,) * (len(FEATURES) + 1), 0.5, 0.2, {"articles": 3}), path)
    assert json.loads(path.read_text(encoding="utf-8"))["answer"] == 0.5
    assert read_calibration(path) == Calibration((1.0,) * (len(FEATURES) + 1), 0.5, 0.2, {"articles": 3})


QUESTION = {"answerable": True, "must": ["pénalité"], "must_not": [r"^\W*oui\b"], "topic": "penalite"}
CLOSED = {"answerable": False, "must": [], "topic": "hors"}


@pytest.mark.parametrize(
    ("question", "given", "expected"),
    [
        (QUESTION, Given("answer", "Une PENALITE est possible.", True), "right"),
        (QUESTION, Given("answer", "Oui, une pénalité.", True), "wrong"),
        (QUESTION, Given("answer", "Une pénalité.", False), "unsourced"),
        (QUESTION, Given("clarify", "", False, ["non", "la pénalité"]), "near"),
        (QUESTION, Given("clarify", "", False, ["a", "b", "c", "d", "la pénalité"]), "wrong clarify"),
        (QUESTION, Given("handover", "", False), "missed"),
        (CLOSED, Given("answer", "x", True), "false answer"),
        (CLOSED, Given("clarify", "x", False), "false clarify"),
        (CLOSED, Given("handover", "x", False), "right handover"),
    ],
)
def test_verdicts(question: dict[str, object], given: Given, expected: str) -> None:
    assert verdict(question, given) == expected


def test_shares_are_of_the_questions_they_concern() -> None:
    score = Score()
    for question, result in ((QUESTION, "right"), (QUESTION, "near"), (CLOSED, "false answer")):
        score.add(question, result)
    figures = score.figures()
    assert (figures["right"], figures["right_or_near"], figures["false_answer"]) == (0.5, 1.0, 1.0)
