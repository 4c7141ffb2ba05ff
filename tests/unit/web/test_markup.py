"""The tiny Markdown of messages becomes HTML that is safe whatever was written."""

import pytest

from bot.web.markup import as_html, as_typed


def test_paragraphs_lines_lists_and_bold() -> None:
    text = "Bonjour **Carole**,\nvoici :\n\n- un mois\n- **deux** mois\n\nÀ bientôt."
    assert as_html(text) == (
        "<p>Bonjour <strong>Carole</strong>,<br>voici :</p>"
        "<ul><li>un mois</li><li><strong>deux</strong> mois</li></ul><p>À bientôt.</p>"
    )


def test_a_list_may_follow_a_line_at_once_and_an_item_may_go_on_below() -> None:
    assert as_html("Il faut :\n- un CV\n  à jour\n- une pièce\nVoilà.") == (
        "<p>Il faut :</p><ul><li>un CV à jour</li><li>une pièce</li></ul><p>Voilà.</p>"
    )


def test_links_open_apart_and_keep_their_label() -> None:
    assert as_html("Voir [l’article **L2112-2**](https://legifrance.exemple.fr/a?b=1&c=(2)).") == (
        '<p>Voir <a href="https://legifrance.exemple.fr/a?b=1&amp;c=(2)" rel="noopener noreferrer" target="_blank">'
        "l’article <strong>L2112-2</strong></a>.</p>"
    )


def test_a_bare_address_becomes_a_link_without_its_full_stop() -> None:
    html = as_html("Site : https://exemple.fr/page?x=1&y=2.")
    assert '<a href="https://exemple.fr/page?x=1&amp;y=2"' in html
    assert html.endswith("</a>.</p>")


def test_an_address_is_never_changed_by_bold() -> None:
    assert 'href="https://exemple.fr/**a**"' in as_html("[là](https://exemple.fr/**a**)")


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[ici](javascript:alert(1))",
        "[ici](data:text/html,<b>)",
        '[ici](https://exemple.fr/"onmouseover="alert(1))',
        'https://exemple.fr/"onmouseover="alert(1)',
        "**<b onclick=x>**",
        "- <svg/onload=alert(1)>",
        "\x000\x00 [a](https://exemple.fr)",
        "[<img src=x>](https://exemple.fr)",
    ],
)
def test_nothing_written_becomes_markup_of_its_own(attack: str) -> None:
    for html in (as_html(attack), as_typed(attack)):
        tags = html.replace("&lt;", "").split("<")[1:]
        assert all(tag.split(">")[0].split(" ")[0].strip("/") in {"p", "a", "strong", "ul", "li", "br"} for tag in tags)
        assert "onmouseover=" not in html.replace("&quot;onmouseover=", "")
        assert 'href="javascript' not in html
        assert 'href="data' not in html


def test_what_a_person_typed_is_shown_as_it_is() -> None:
    assert as_typed("  **84** h\n< 100 [x](https://exemple.fr)\n") == (
        '<p class="typed">**84** h\n&lt; 100 [x](https://exemple.fr)</p>'
    )
    assert as_typed(" \n") == ""


def test_a_very_long_message_is_read_in_one_pass() -> None:
    assert as_html("**a** [b](https://exemple.fr/c) " * 4000).count("<strong>a</strong>") == 4000
    assert as_html("**" * 50_000).startswith("<p>")
    assert as_html("[" * 50_000).startswith("<p>")
