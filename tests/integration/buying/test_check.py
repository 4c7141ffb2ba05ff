import io
import json
import zipfile
from pathlib import Path

import pytest
import typer
from pypdf import PdfReader, PdfWriter
from typer.testing import CliRunner, Result

from bot.cli.clauses import register
from core.documents import MOST_PAGES, read_document
from knowledge.checker import checked
from tests.integration.buying.files import archive, changed, docx, odt, pdf

APP = typer.Typer()
register(APP)
APP.callback()(lambda: None)

CLAUSE = (
    "# Prix",
    "Les prix sont fermes. Une pénalité de 10 € par jour est due.",
    "# Clause d’insertion",
    "Le facilitateur est joignable à clauses@exemple.fr.",
    "Le titulaire du lot 1 réalise 500 heures d’insertion.",
    "Sont éligibles les bénéficiaires du RSA.",
)
ROWS = (("Lot", "Heures d’insertion"), ("Lot 1", "650"))


def run(data: bytes | str, *flags: str) -> Result:
    return CliRunner().invoke(APP, ["check", "-", *flags], input=data)


def statuses(data: bytes) -> dict[str, str]:
    return {finding.item: finding.status for finding in checked(read_document(data))}


def refused(data: bytes, because: str) -> None:
    result = run(data)
    assert result.exit_code == 1, result.stdout
    assert result.stdout == ""
    assert because in result.stderr
    assert len(result.stderr.splitlines()) == 1


def read_in_every_form(found: dict[str, str]) -> None:
    assert {item for item, status in found.items() if status == "present"} == {"perimeter", "facilitator", "publics"}
    assert found["hours"] == "contradiction"
    assert found["penalty"] == "missing"


def test_a_word_file_is_read_with_its_headings_and_tables() -> None:
    read_in_every_form(statuses(docx(CLAUSE, ROWS)))


def test_an_open_document_is_read_with_its_headings_and_tables() -> None:
    tags = [f"<text:h>{line[2:]}</text:h>" if line[0] == "#" else f"<text:p>{line}</text:p>" for line in CLAUSE]
    cells = ("".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in row) for row in ROWS)
    table = "".join(f"<table:table-row>{row}</table:table-row>" for row in cells)
    read_in_every_form(statuses(odt("".join(tags) + f"<table:table>{table}</table:table>")))


def test_a_pdf_is_read() -> None:
    numbered = [line.replace("# ", f"Article {place} - ") for place, line in enumerate(CLAUSE, start=1)]
    read_in_every_form(statuses(pdf([numbered, ["Le titulaire du lot 1 réalise 650 heures d’insertion."]])))


def test_a_text_is_read_in_the_encodings_of_windows_too() -> None:
    text = "\n".join(CLAUSE[2:]).replace("# ", "")
    assert statuses(text.encode("cp1252")) == statuses(text.encode("utf-16")) == statuses(text.encode())


def test_what_was_inserted_under_tracked_changes_is_read_and_what_was_deleted_is_not() -> None:
    run_of = "<w:r><w:t>Sont éligibles les bénéficiaires du RSA.</w:t></w:r>"
    inserted = f'<w:ins w:id="1" w:author="A">{run_of}</w:ins>'
    deleted = '<w:del w:id="2" w:author="A"><w:r><w:delText>et les agents</w:delText></w:r></w:del>'
    tracked = changed(docx(CLAUSE), "word/document.xml", run_of, inserted + deleted)
    assert statuses(tracked)["publics"] == "present"
    assert not any("agents" in paragraph.text for paragraph in read_document(tracked))


def test_a_content_control_is_read() -> None:
    paragraph = "<w:p><w:r><w:t>Sont éligibles les bénéficiaires du RSA.</w:t></w:r></w:p>"
    control = f"<w:sdt><w:sdtContent>{paragraph}</w:sdtContent></w:sdt>"
    assert statuses(changed(docx(CLAUSE), "word/document.xml", paragraph, control))["publics"] == "present"


def test_json_holds_the_items_and_nothing_else() -> None:
    record = json.loads(run(docx(CLAUSE), "--json").stdout)
    assert set(record) == {"items"}
    assert all(set(item) == {"item", "status", "quote", "proposal", "source"} for item in record["items"])
    assert {item["status"] for item in record["items"]} == {"present", "missing"}


def test_the_text_begins_with_what_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "clause.docx"
    file.write_bytes(docx(CLAUSE, ROWS))
    text = CliRunner().invoke(APP, ["check", str(file)]).stdout
    places = [
        text.index(words) for words in ("Les quatre mentions", "Se contredit", "Manque", "Présent", "Ce contrôle")
    ]
    assert places == sorted(places)
    assert "Lu\u00a0: «\u00a0Le titulaire du lot 1 réalise 500 heures d’insertion. […] Lot 1 | 650\u00a0»" in text


def test_a_missing_file_is_said_in_one_line(tmp_path: Path) -> None:
    result = CliRunner().invoke(APP, ["check", str(tmp_path / "absent.docx")])
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)
    assert "absent.docx" in result.stderr


def encrypted(data: bytes) -> bytes:
    writer, written = PdfWriter(clone_from=PdfReader(io.BytesIO(data))), io.BytesIO()
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(written)
    return written.getvalue()


def bomb() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("word/document.xml", b" " * 51_000_000)
    return written.getvalue()


EXTERNAL = '<Relationship Id="rIdX" Type="http://x/{kind}" Target="{target}" TargetMode="External"/></Relationships>'


def linked(kind: str, target: str) -> bytes:
    link = EXTERNAL.format(kind=kind, target=target)
    return changed(docx(CLAUSE), "word/_rels/document.xml.rels", "</Relationships>", link)


@pytest.mark.parametrize(
    ("data", "because"),
    [
        pytest.param(b"", "vide", id="empty"),
        pytest.param(b" \n ", "vide", id="blank"),
        pytest.param(docx([""]), "aucun texte", id="word without text"),
        pytest.param(pdf([[]] * 3), "image", id="scanned"),
        pytest.param(pdf([["Clause d’insertion, article premier."]] * 200), "200 pages", id="200 pages"),
        pytest.param(encrypted(pdf([["Clause d’insertion"]])), "protégé", id="encrypted"),
        pytest.param(pdf([["x"]], "/OpenAction << /S /JavaScript /JS (app.alert) >>"), "programme", id="PDF script"),
        pytest.param(b"%PDF-1.7 and then nothing", "abîmé", id="broken PDF"),
        pytest.param(pdf([["Clause"]])[:300], "PDF", id="PDF cut short"),
        pytest.param(changed(docx(CLAUSE), "word/vbaProject.bin", "", "x"), "macros", id="Word macros"),
        pytest.param(odt("<text:p>x</text:p>", **{"Basic/Standard/Module1.xml": "x"}), "macros", id="ODT macros"),
        pytest.param(linked("image", "https://exemple.fr/pixel.png"), "extérieur", id="image fetched"),
        pytest.param(linked("attachedTemplate", "https://exemple.fr/a.dotm"), "extérieur", id="template fetched"),
        pytest.param(
            odt('<draw:image xlink:href="https://exemple.fr/x.png" xlink:show="embed"/>'), "extérieur", id="ODT image"
        ),
        pytest.param(bomb(), "50 Mo", id="zip bomb"),
        pytest.param(docx(CLAUSE)[:2000], "abîmé", id="Word cut short"),
        pytest.param(archive({"word/document.xml": "<a>"}), "abîmé", id="broken XML"),
        pytest.param(
            archive({"word/document.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "abîmé", id="XML entities"
        ),
        pytest.param(archive({"notes.txt": "Clause d’insertion"}), "archive", id="any zip"),
        pytest.param(archive({"content.xml": "<a/>", "mimetype": "spreadsheet"}), "archive", id="spreadsheet"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, ".doc", id="old Word"),
        pytest.param(b"{\\rtf1 Clause d'insertion}", ".rtf", id="RTF"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + b"\x00" * 40, "n’est pas un document", id="picture"),
        pytest.param(b"MZ\x90\x00" + b"\x00" * 60, "n’est pas un", id="program"),
        pytest.param(bytes(range(256)) * 4, "n’est pas un texte", id="bytes"),
        pytest.param(b"a" * 15_000_001, "15 Mo", id="15 MB"),
        pytest.param(b"insertion " * 120_000, "trop long", id="endless text"),
    ],
)
def test_what_cannot_or_should_not_be_read_is_refused_in_one_line(data: bytes, because: str) -> None:
    refused(data, because)


def test_a_hyperlink_or_a_template_on_the_authors_disk_is_no_danger() -> None:
    assert statuses(linked("hyperlink", "mailto:clauses@exemple.fr"))["facilitator"] == "present"
    assert statuses(linked("attachedTemplate", "file:///C:/modeles/a.dotm"))["facilitator"] == "present"


def test_199_pages_are_accepted() -> None:
    assert len(read_document(pdf([["Clause d’insertion, page ordinaire."]] * MOST_PAGES))) == MOST_PAGES
