from knowledge.scope import Scope, weights_of

INSIDE = [["clause", "heure"], ["clause", "rsa"], ["heure", "marche"]]
OUTSIDE = [["recette", "tarte"], ["marche", "legume"]]


def test_words_of_the_base_speak_for_it_and_words_of_others_against() -> None:
    scope = Scope(weights_of(INSIDE, OUTSIDE))
    total, mean, best, worst = scope.features(["clause", "heure"])
    assert min(total, mean, best, worst) > 0
    assert scope.features(["recette", "tarte"])[0] < 0


def test_a_word_that_nobody_said_tells_nothing() -> None:
    assert Scope(weights_of(INSIDE, OUTSIDE)).features(["zeugme"]) == (0.0, 0.0, 0.0, 0.0)


def test_little_words_count_in_the_sum_only() -> None:
    scope = Scope(weights_of([["pour", "clause"]], [["avec", "tarte"]]))
    total, mean, best, worst = scope.features(["pour"])
    assert total > 0
    assert (mean, best, worst) == (0.0, 0.0, 0.0)


def test_many_questions_on_one_side_do_not_make_an_unheard_word_speak_for_it() -> None:
    scope = Scope(weights_of([["clause"]] * 1000, [["tarte"]] * 10))
    assert scope.features(["clause"])[0] > 0 > scope.features(["tarte"])[0]
    assert scope.features(["zeugme"])[0] == 0.0


def test_a_base_without_questions_from_elsewhere_still_answers() -> None:
    assert Scope(weights_of(INSIDE, [])).features(["clause"])[2] > 0
