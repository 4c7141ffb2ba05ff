import json
from pathlib import Path

import pytest

from knowledge.decision import FEATURES, Calibration, Thresholds, fit, own_calibration, read_calibration, store
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


def test_features_of_very_different_sizes_are_fitted_alike() -> None:
    small = fit([((x / 10,), x > 5, 1.0) for x in range(11)])
    large = fit([((x * 100.0,), x > 5, 1.0) for x in range(11)])
    assert small[0] / 1000 == pytest.approx(large[0], rel=1e-3)


# A score, leads, chances and closeness that go together, then words of the base or of elsewhere.
KNOWN = (1.0, 0.4, 0.4, 1.0, 1.0, 0.0, 0.9, 1.0, 0.0, 0.3)
UNKNOWN = (0.1, 0.0, 0.0, 0.1, 0.1, 2.5, 0.1, 0.1, 0.9, 0.5)
OUR_WORDS, OTHER_WORDS = (1.0, 1.0, 3.0, 0.0), (-1.0, -1.0, 0.0, -3.0)


def test_the_stored_calibration_is_usable_and_justified() -> None:
    calibration, limits = own_calibration(), own_calibration().thresholds
    assert 0 < limits.human < limits.answer < 1
    assert 0 < limits.doubt < limits.sure < 1
    assert calibration.figures["samples"]["outside"] >= 400
    assert calibration.inside((*KNOWN, *OUR_WORDS)) > limits.answer
    assert calibration.inside((*UNKNOWN, *OTHER_WORDS)) < limits.human
    assert calibration.right((*KNOWN, *OUR_WORDS)) > limits.sure
    assert calibration.right((*UNKNOWN, *OUR_WORDS)) < 0.5


@pytest.mark.parametrize("kind", ["inside_weights", "right_weights"])
def test_a_better_score_and_lead_never_make_an_answer_less_sure(kind: str) -> None:
    weights = getattr(own_calibration(), kind)
    assert all(weights[FEATURES.index(name)] > 0 for name in ("score", "lead", "margin"))


def test_unknown_words_never_tell_that_a_question_is_for_the_base() -> None:
    assert own_calibration().inside_weights[FEATURES.index("unknown")] <= 0


def test_a_calibration_is_stored_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    weights = (1.0,) * (len(FEATURES) + 1)
    stored = Calibration(weights, weights, Thresholds(answer=0.5, human=0.2, sure=0.8, doubt=0.3), {"articles": 3})
    store(stored, path)
    assert json.loads(path.read_text(encoding="utf-8"))["thresholds"]["answer"] == 0.5
    assert read_calibration(path) == stored


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


def test_a_feature_named_since_the_last_fit_weighs_nothing(tmp_path: Path) -> None:
    store(own_calibration(), tmp_path / "calibration.json")
    data = json.loads((tmp_path / "calibration.json").read_text(encoding="utf-8"))
    del data["right"]["chance"]
    (tmp_path / "calibration.json").write_text(json.dumps(data), encoding="utf-8")
    weights = dict(zip(FEATURES, read_calibration(tmp_path / "calibration.json").right_weights, strict=False))
    assert (weights["chance"], weights["lead"] > 0) == (0.0, True)
