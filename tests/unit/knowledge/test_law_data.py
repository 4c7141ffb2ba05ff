"""`law.yaml` itself: sourced, complete, and without two texts of an article on the same day."""

from itertools import combinations, pairwise

import pytest

from knowledge.rules import Rule, own_law, typeset

RULES = own_law().rules


def named(rule: Rule) -> str:
    return rule.id


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_every_rule_has_its_source(rule: Rule) -> None:
    assert rule.source.title
    assert rule.source.article == rule.article
    assert (rule.source.url or "").startswith("https://")


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_every_rule_ends_with_a_case_that_always_holds(rule: Rule) -> None:
    *_, last = rule.cases
    assert set(vars(last.when).values()) == {None}


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_every_sentence_is_short_and_french(rule: Rule) -> None:
    for case in (*rule.cases, *((rule.before,) if rule.before else ())):
        assert case.applies in ("yes", "no", "check")
        assert 30 < len(case.why) < 330
        assert "'" not in case.why
        assert " :" not in case.why
        assert case.why.replace("{seuil}", "").replace("{valeur}", "").count("{") == 0


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.certainty != "verified"], ids=named)
def test_what_is_not_verified_asks_for_a_confirmation(rule: Rule) -> None:
    assert all(case.applies == "check" and "à confirmer" in case.why for case in rule.cases)


def test_every_doubt_says_what_to_check() -> None:
    doubts = [case.why for rule in RULES for case in rule.cases if case.applies == "check"]
    assert doubts
    assert not [why for why in doubts if not any(word in why for word in ("confirmer", "érifi", "Dépend"))]


def test_no_two_texts_of_an_article_stand_on_the_same_day() -> None:
    clashing = [
        (one.id, other.id)
        for one, other in combinations(RULES, 2)
        if one.article == other.article and (one.in_force(other.valid_from) or other.in_force(one.valid_from))
    ]
    assert clashing == []


def test_a_period_ends_after_it_begins_and_ids_are_unique() -> None:
    assert all(rule.valid_until is None or rule.valid_from <= rule.valid_until for rule in RULES)
    assert len({rule.id for rule in RULES}) == len(RULES)


def test_the_periods_of_thresholds_follow_each_other() -> None:
    periods = own_law().thresholds
    assert all((b.valid_from - a.valid_until).days == 1 for a, b in pairwise(periods))
    assert all(period.source.url for period in periods)


def test_typography_is_set_when_the_file_is_read() -> None:
    assert typeset("Seuil : 216 000 € HT (article L. 2112-2) ; « oui »") == (
        "Seuil\u00a0: 216\u00a0000\u00a0€\u00a0HT (article L.\u00a02112-2)\u00a0; «\u00a0oui\u00a0»"
    )
