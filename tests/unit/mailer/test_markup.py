import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.letters.markup import one_line, plain, printable, quoted, rich, typed


def test_bold_lists_and_links_become_html() -> None:
    html = rich("Il faut :\n- un **CDD** ;\n- [la fiche](https://exemple.fr/a?b=1&c=2).\n\nVoilà.")
    assert "<li>un <b>CDD</b> ;</li>" in html
    assert 'href="https://exemple.fr/a?b=1&amp;c=2"' in html
    assert ">la fiche (exemple.fr)</a>" in html
    assert html.endswith(">Voilà.</p>")


def test_the_same_text_stays_readable_without_html() -> None:
    said = plain("Il faut :\n- un **CDD** ;\n- [la fiche](https://exemple.fr/a).")
    assert said == "Il faut :\n- un CDD ;\n- la fiche (https://exemple.fr/a)."


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("https://www.gouv.fr@piege.fr/x", "piege.fr"),
        ("https://piege.fr\\@www.gouv.fr/x", "piege.fr"),
        ("https://piege.fr?www.gouv.fr", "piege.fr"),
        ("https://piege.fr#@www.gouv.fr", "piege.fr"),
        ("http://[piege", "[piege"),
    ],
)
def test_a_link_shows_the_site_where_a_browser_would_go(address: str, site: str) -> None:
    assert f">Légifrance ({site})</a>" in rich(f"[Légifrance]({address})")


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "mailto:a@exemple.fr"])
def test_only_web_addresses_become_links(address: str) -> None:
    assert "href" not in rich(f"[ici]({address})")


def test_what_a_person_typed_is_kept_as_it_is() -> None:
    assert typed("un\ndeux\n\n[ici](https://exemple.fr) **gras** <b>") == (
        '<p style="margin:0 0 12px">un<br>deux</p>'
        '<p style="margin:0 0 12px">[ici](https://exemple.fr) **gras** &lt;b&gt;</p>'
    )


def test_every_line_of_a_quotation_is_marked() -> None:
    assert quoted("un\r\n\r\ndeux\n") == "> un\n>\n> deux"


def test_what_a_mail_cannot_carry_is_left_out() -> None:
    assert printable("a\x00b\x1bc\ud800d\u202ee\rf\r\ng\th") == "abc?de\nf\ng\th"


def test_a_header_is_one_line_that_keeps_its_non_breaking_spaces() -> None:
    assert one_line(" un\r\n deux\t\u00a0: trois ") == "un deux \u00a0: trois"


@given(st.text())
def test_no_text_leaves_the_html_it_is_put_in(text: str) -> None:
    for html in (rich(text), typed(text)):
        bare = html.replace('<p style="margin:0 0 12px">', "").replace(
            '<ul style="margin:0 0 12px;padding-left:22px">', ""
        )
        for tag in ("</p>", "<br>", "</ul>", "<li>", "</li>", "<b>", "</b>"):
            bare = bare.replace(tag, "")
        assert "<" not in bare
