"""What became of people, told as a company in a hurry writes it."""

import pytest

from core.exit_words import read_exits
from core.tellings import Known
from core.terms import ExitSituation as Is

KARIM, PAUL, MARIE = Known(1, "Karim Haddad"), Known(2, "Paul Girard"), Known(3, "Marie Leroy")


@pytest.mark.parametrize(
    ("said", "situation"),
    [
        ("il est en CDI chez nous", Is.KEPT),
        ("Toujours chez nous", Is.KEPT),
        ("Bonjour,\n\nil est en CDI maintenant, chez un confrère.\n\nCordialement", Is.LASTING_JOB),
        ("on ne sait pas", Is.UNKNOWN),
        ("je sais pas", Is.UNKNOWN),
        ("Aucune nouvelle depuis son départ", Is.UNKNOWN),
        ("il est en CDD de 6 mois", Is.LASTING_JOB),
        ("cdd de 2 mois", Is.SHORT_JOB),
        ("il fait de l’intérim", Is.SHORT_JOB),
        ("en formation à l’AFPA", Is.TRAINING),
        ("il cherche du travail", Is.SEEKING),
        ("au chômage", Is.SEEKING),
        ("dans un chantier d’insertion", Is.INSERTION),
        ("à la retraite", Is.OTHER),
    ],
)
def test_one_person_needs_no_name(said: str, situation: Is) -> None:
    assert read_exits(said, [KARIM]) == {1: situation}


@pytest.mark.parametrize(
    "said", ["il n’est plus chez nous", "pas en CDI", "merci", "en CDD", "soit en formation soit au chômage"]
)
def test_what_is_not_sure_is_left_to_be_asked(said: str) -> None:
    assert read_exits(said, [KARIM]) == {}


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("Karim est en CDI chez nous, on ne sait pas pour Paul", {1: Is.KEPT, 2: Is.UNKNOWN}),
        ("Karim : CDI chez nous\nPaul : en formation\nLeroy : au chômage", {1: Is.KEPT, 2: Is.TRAINING, 3: Is.SEEKING}),
        ("Karim en formation et Paul au chômage", {1: Is.TRAINING, 2: Is.SEEKING}),
        ("Karim et Paul, en CDI ailleurs", {1: Is.LASTING_JOB, 2: Is.LASTING_JOB}),
        ("Karim et Paul sont en CDI ailleurs", {1: Is.LASTING_JOB, 2: Is.LASTING_JOB}),
        ("Haddad en intérim, les autres on ne sait pas", {1: Is.SHORT_JOB, 2: Is.UNKNOWN, 3: Is.UNKNOWN}),
        ("on ne sait pas", {1: Is.UNKNOWN, 2: Is.UNKNOWN, 3: Is.UNKNOWN}),
        ("en CDI", {}),
        ("Paul cherche un emploi", {2: Is.SEEKING}),
    ],
)  # fmt: skip
def test_several_people_are_told_apart_by_their_names(said: str, found: dict[int, Is]) -> None:
    assert read_exits(said, [KARIM, PAUL, MARIE]) == found
