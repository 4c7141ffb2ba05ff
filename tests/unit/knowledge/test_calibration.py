import pytest

from knowledge.calibration import Asked, Sample, calibrated, decided
from knowledge.decision import FEATURES, Calibration, Thresholds
from knowledge.lexicon import own_lexicon
from knowledge.outside import own_outside
from knowledge.spelling import french_guard
from tests.unit.knowledge.shelf import shelf

LIMITS = Thresholds(answer=0.45, human=0.06, sure=0.85, doubt=0.3)
SILENT = (0.0,) * len(FEATURES)


def test_the_decision_is_cross_validated_on_the_questions_asked() -> None:
    asked = [
        Asked("papier pour le rsa", "company", frozenset({"rsa"}), "mails"),
        Asked("la mdph a dit oui, quel papier ?", "company", frozenset({"rqth"}), "mails"),
        Asked("C'est quoi une ETTI ?", "buyer", frozenset({"etti"}), "chats"),
        Asked("Quel temps demain ?", None, frozenset(), "chats"),
    ]
    _, calibration = calibrated(shelf(), own_lexicon(), own_outside(), french_guard(), asked, LIMITS)
    figures = calibration.figures
    crossed = figures["cross_validated"]
    assert figures["samples"]["asked"] == figures["samples"]["removed"] == 3
    assert crossed["among_three"] == 1.0
    assert 0 <= crossed["wrong_and_sure"] <= crossed["wrong_and_answered"] <= crossed["answered"] <= 1
    assert crossed["wrong_and_not_shown"] <= crossed["wrong_and_answered"]
    assert crossed["outside_handed_over"] > 0.5


@pytest.mark.parametrize(
    ("inside", "right", "stopped", "expected"),
    [
        (5.0, 5.0, False, ("answer", True)),
        (5.0, 0.0, False, ("answer", False)),
        (5.0, -5.0, False, ("clarify", False)),
        (-1.0, 5.0, False, ("clarify", False)),
        (-5.0, 5.0, False, ("handover", False)),
        (5.0, 5.0, True, ("handover", False)),
    ],
)
def test_a_question_is_answered_alone_with_others_asked_back_or_handed_over(
    inside: float, right: float, stopped: bool, expected: tuple[str, bool]
) -> None:
    calibration = Calibration((*SILENT, inside), (*SILENT, right), LIMITS, {})
    assert decided(calibration, Sample(SILENT, "asked", 0, stopped)) == expected
