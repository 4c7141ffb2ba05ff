import pytest
import yaml

from knowledge.lexicon import LEXICON_FILE, own_lexicon
from knowledge.words import capped, plain, stem, units, words


def test_accents_ligatures_and_apostrophes_make_no_difference() -> None:
    assert words("L’œuvre d'insertion déjà RÉALISÉE") == words("l'oeuvre d’insertion deja realisee")


def test_dotted_acronyms_are_joined() -> None:
    assert words("le C.C.A.P. du marché") == ["le", "ccap", "du", "marche"]


@pytest.mark.parametrize("written", ["L. 2112-2", "L2112-2", "l 2112-2", "art. L.2112-2"])
def test_a_legal_reference_is_one_word_however_written(written: str) -> None:
    assert "l2112-2" in words(written)


def test_two_articles_of_the_code_are_not_the_same_word() -> None:
    assert stem("l2112-2") != stem("l2112-3")


def test_singular_and_plural_share_their_stem() -> None:
    assert stem("heures") == stem("heure")
    assert stem("lots") == stem("lot")


def test_asking_what_something_is_differs_from_asking_whether() -> None:
    assert words("Qu'est-ce que la clause ?") != words("Est-ce que la clause ?")


def test_short_words_carry_no_unit_but_interrogatives_do() -> None:
    assert units("dans") == ()
    assert "=combie" in units("combien")


def test_hours_stuck_to_their_number_are_read() -> None:
    assert words("il reste 120h") == ["il", "reste", "120", "heures"]


def test_a_long_message_is_cut_after_thirty_content_words() -> None:
    assert len(capped(["clause"] * 50)) == 30


def test_folding_joins_spaces_of_all_kinds() -> None:
    assert plain("À\u00a0vérifier\n : oui") == "a verifier : oui"


@pytest.mark.parametrize(
    ("sms", "written"),
    [
        ("etti c koi", "etti est quoi"),
        ("cb d hrs fo faire", "combien heures faut faire"),
        ("cmt savoir si ya", "comment savoir si il y a"),
    ],
)
def test_sms_spellings_are_read(sms: str, written: str) -> None:
    assert [word for word in own_lexicon().tokens(sms) if word != "d"] == written.split()


def test_acronyms_bring_their_words_and_the_other_way_round() -> None:
    lexicon = own_lexicon()
    assert "interim" in lexicon.added(["etti"])
    assert "etti" in lexicon.added(words("intérim d'insertion"))


def test_words_that_only_begin_alike_bring_nothing() -> None:
    assert "obligation" not in own_lexicon().added(["contrat"])
    assert "obligation" in own_lexicon().added(["contrainte"])


def test_an_english_question_is_put_in_french() -> None:
    assert own_lexicon().tokens("What is a social clause?") == ["quoi", "est", "clause", "sociale"]


def test_a_french_question_is_never_taken_for_english() -> None:
    assert own_lexicon().tokens("on a un contrat long ?") == ["on", "a", "un", "contrat", "long"]


def test_the_wordings_of_one_concept_are_joined() -> None:
    lexicon = own_lexicon()
    assert lexicon.concepts(words("c'est obligatoire")) == lexicon.concepts(words("c'est obligé"))


def test_no_wording_belongs_to_two_concepts() -> None:
    names: dict[tuple[str, ...], str] = {}
    for name, wordings in yaml.safe_load(LEXICON_FILE.read_text(encoding="utf-8"))["concepts"].items():
        for wording in wordings:
            key = tuple(stem(word) for word in words(wording))
            assert names.setdefault(key, name) == name, wording


def test_the_lexicon_holds_what_the_trade_needs() -> None:
    assert own_lexicon().entries > 1000
