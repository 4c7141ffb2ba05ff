import pytest

from knowledge.spelling import Fixer, french_guard

VOCABULARY = {
    "justificatif": 9,
    "repondre": 4,
    "qualite": 3,
    "clause": 50,
    "insertion": 40,
    "entreprise": 30,
    "surcout": 2,
}


def fixer() -> Fixer:
    return Fixer(VOCABULARY, frozenset(), french_guard())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("justificatiff", "justificatif"), ("insersion", "insertion"), ("clausse", "clause"), ("entrprise", "entreprise")],
)
def test_a_typing_mistake_is_corrected(typed: str, meant: str) -> None:
    assert fixer().fix(typed) == meant


@pytest.mark.parametrize("word", ["reprendre", "quantite", "cause", "surtout", "reprendrait", "causes", "embauchees"])
def test_a_french_word_out_of_the_base_is_left_alone(word: str) -> None:
    assert fixer().fix(word) == word


@pytest.mark.parametrize(("typed", "meant"), [("lentreprise", "entreprise"), ("dinsertion", "insertion")])
def test_a_forgotten_apostrophe_is_put_back(typed: str, meant: str) -> None:
    assert fixer().fix(typed) == meant


@pytest.mark.parametrize("word", ["ccap", "rqth", "l2112-2", "xyz"])
def test_short_words_and_references_are_never_touched(word: str) -> None:
    assert fixer().fix(word) == word
