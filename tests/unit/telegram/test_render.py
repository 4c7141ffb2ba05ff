"""How a message of the house looks in Telegram."""

import pytest

from bot.telegram.render import LONGEST, as_html, as_plain, keyboard, parts
from core.exchange import Button
from tests.stand_ins.telegram import shown


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Heures < 35 & > 0", "Heures &lt; 35 &amp; &gt; 0"),
        ("Il reste **56 h** à faire", "Il reste <b>56 h</b> à faire"),
        ("Voici :\n- un\n- deux", "Voici :\n• un\n• deux"),
        ("[Le texte](https://exemple.fr/a?b=1&c=2)", '<a href="https://exemple.fr/a?b=1&amp;c=2">Le texte</a>'),
        ('[a](https://exemple.fr/"onclick=x)', '<a href="https://exemple.fr/&quot;onclick=x">a</a>'),
        ("[**gras**](https://exemple.fr)", '<a href="https://exemple.fr"><b>gras</b></a>'),
        ("[piège](javascript:alert(1))", "[piège](javascript:alert(1))"),
        ("2 ** 3 ** 4", "2 ** 3 ** 4"),
        ("un * seul", "un * seul"),
    ],
)
def test_the_tiny_markdown_becomes_telegram_html(text: str, html: str) -> None:
    assert as_html(text) == html


def test_an_underscore_in_an_address_is_not_touched() -> None:
    assert as_html("[a](https://exemple.fr/**x**)") == '<a href="https://exemple.fr/**x**">a</a>'


def test_the_plain_form_keeps_the_address_beside_its_label() -> None:
    assert as_plain("**Voir** [la fiche](https://exemple.fr/f)\n- un") == "Voir la fiche (https://exemple.fr/f)\n• un"


def test_a_short_text_is_one_message() -> None:
    assert [part.html for part in parts("Bonjour.\n\nÀ bientôt.\n")] == ["Bonjour.\n\nÀ bientôt."]


def test_nothing_to_say_is_no_message() -> None:
    assert parts(" \n\n ") == ()


def test_a_long_text_is_cut_between_paragraphs() -> None:
    paragraphs = [f"{number}." + " Le facilitateur répond sous deux jours ouvrés." * 20 for number in range(12)]
    cut = parts("\n\n".join(paragraphs))
    assert len(cut) > 1
    assert "\n\n".join(part.plain for part in cut).split("\n\n") == paragraphs
    assert all(len(shown(part.html)) <= LONGEST for part in cut)


def test_a_paragraph_that_is_too_long_is_cut_between_lines() -> None:
    lines = [f"- ligne {number} : " + "x" * 90 for number in range(120)]
    cut = parts("\n".join(lines))
    assert len(cut) > 1
    assert "\n".join(part.plain for part in cut) == "\n".join(lines).replace("- ", "• ")


def test_a_line_that_is_too_long_is_cut_between_words() -> None:
    words = "mot " * 3000
    cut = parts(words)
    assert " ".join(part.plain for part in cut) == words.strip()
    assert not any(part.plain.startswith(("ot", "t ")) for part in cut)


@pytest.mark.parametrize("character", ["x", "&", "<", "🎉", "é"])
def test_a_word_without_end_is_cut_and_nothing_is_lost(character: str) -> None:
    cut = parts(character * 9000)
    assert "".join(part.plain for part in cut) == character * 9000
    assert all(len(shown(part.html).encode("utf-16-le")) <= 2 * LONGEST for part in cut)


def test_bold_across_a_cut_leaves_valid_html() -> None:
    cut = parts("**" + "mot " * 3000 + "fin**")
    assert all(shown(part.html) for part in cut)


def rows_of(*buttons: Button) -> list[list[dict[str, str]]]:
    markup = keyboard(buttons)
    assert markup is not None
    return markup["inline_keyboard"]


def labels(*names: str) -> list[list[str]]:
    rows = rows_of(*(Button(name, f"h.{place}") for place, name in enumerate(names)))
    return [[button["text"] for button in row] for row in rows]


def test_short_buttons_stand_two_in_a_row() -> None:
    assert labels("Oui", "Non", "Retour") == [["Oui", "Non"], ["Retour"]]


def test_a_long_button_stands_alone() -> None:
    assert labels("Oui", "Lot 3, gros œuvre du lycée", "Non", "Retour") == [
        ["Oui"],
        ["Lot 3, gros œuvre du lycée"],
        ["Non", "Retour"],
    ]


def test_the_data_of_a_button_travels_as_given() -> None:
    assert rows_of(Button("Oui", "abc.0")) == [[{"text": "Oui", "callback_data": "abc.0"}]]


def test_no_button_is_no_keyboard() -> None:
    assert keyboard([]) is None
