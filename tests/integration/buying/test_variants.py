"""Each variant of a clause, written in a conversation and by the command: its text, and its Word file once opened."""

import shutil
import subprocess
from pathlib import Path

import pytest
from docx import Document
from pypdf import PdfReader
from typer.testing import CliRunner

from core.documents import read_document
from core.files import read
from core.house import House
from core.models import StoredFile
from tests.cast import Cast, gather
from tests.integration.buying.test_draft import APP, PROPOSALS

SAID = Path(__file__).parent / "said"
COMMANDED = sorted(path.stem for path in PROPOSALS.glob("*.json"))
# What Alice answers after « rédiger une clause ».
TALKS = {
    "concession": (
        "Exploitation du centre aquatique", "Concession", "Marché ordinaire", "9 M€", "40 %", "5 %", "oui", "96",
        "les publics usuels", "60", "oui",
    ),
    "framework": (
        "Entretien des espaces verts", "Services", "Accord-cadre", "400 000", "espaces verts", "10 %", "oui", "48",
        "CCAG-FCS", "RSA, longue durée", "aucune", "oui",
    ),
    "reserved_lot": (
        "Réhabilitation du collège", "Travaux", "Marché ordinaire",
        "Lot 1 Gros œuvre 1,2 M€ ; Lot 2 Espaces verts réservé SIAE", "5 %", "oui", "14", "CCAG-Travaux",
        "les publics usuels", "60", "oui",
    ),
    "services": (
        "Nettoyage des écoles", "Services", "Marché ordinaire", "600 000", "nettoyage", "10 %", "oui", "24",
        "CCAG-FCS", "RSA, QPV, handicap", "45", "oui",
    ),
    "social_economy": (
        "Animation d’un relais petite enfance", "Services sociaux", "Réservé en entier", "à l’économie sociale", "36",
        "CCAG-FCS", "oui",
    ),
}  # fmt: skip


@pytest.fixture
def cast(sqlite_house: House) -> Cast:
    """The cast; a Word file does not differ between databases."""
    return gather(sqlite_house)


def written_in_chat(cast: Cast, name: str) -> bytes:
    """Hold the conversation; return the Word file that it ends with."""
    talk = cast.talk(cast.alice)
    talk.says("rédiger une clause")
    for answer in TALKS[name]:
        talk.says(answer)
    (file,) = talk.shown[-1].files
    with cast.house.database.reading() as session:
        return read(cast.house, session.get_one(StoredFile, file.id))


@pytest.mark.parametrize("name", TALKS)
def test_a_conversation_ends_with_the_stored_text(cast: Cast, name: str) -> None:
    lines = [paragraph.text for paragraph in read_document(written_in_chat(cast, name)) if paragraph.text.strip(" |")]
    assert "\n".join(lines) + "\n" == (SAID / f"{name}.txt").read_text(encoding="utf-8")


def test_every_heading_and_paragraph_is_on_the_pages_that_libre_office_prints(cast: Cast, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is absent: apt-get install -y --no-install-recommends libreoffice-writer")
    files = [tmp_path / f"chat-{name}.docx" for name in TALKS]
    for name, file in zip(TALKS, files, strict=True):
        file.write_bytes(written_in_chat(cast, name))
    for name in COMMANDED:
        files.append(tmp_path / f"command-{name}.docx")
        done = CliRunner().invoke(APP, ["draft", "--answers", str(PROPOSALS / f"{name}.json"), "--out", str(files[-1])])
        assert done.exit_code == 0, done.stderr
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), *map(str, files)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    for file in files:
        pages = printed(file)
        lost = [told for told in told_by(file) if together(told) not in pages]
        assert not lost, f"{file.name}: {lost}"


def told_by(file: Path) -> list[str]:
    """The headings, paragraphs and cells of a Word file."""
    document = Document(str(file))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [text for text in (*(paragraph.text for paragraph in document.paragraphs), *cells) if text.strip()]


def printed(file: Path) -> str:
    """The text of the pages, without the footer that may cut a paragraph in two, and without any space."""
    footer = together(Document(str(file)).sections[0].footer.paragraphs[0].text)
    pages = (together(page.extract_text()) for page in PdfReader(file.with_suffix(".pdf")).pages)
    return "".join(page.removesuffix(footer) for page in pages)


def together(text: str) -> str:
    """Leave out the spaces, for pages break lines where they like, and the signs that a PDF draws."""
    return "".join(text.translate({ord(sign): "" for sign in "•☐"}).split())
