"""A PDF is kept without its author; private numbers are told from others by their check digits."""

import io

import pytest
from pypdf import PdfReader

from core.pdfs import private_in, private_in_text, refusal_of, without_metadata
from tests.photos import pdf

AUTHOR = "Carole Constructeur"


def test_the_author_goes_from_info_and_from_xmp_and_the_page_stays() -> None:
    sent = pdf("Contrat de Karim", author=AUTHOR)
    assert sent.count(AUTHOR.encode()) >= 1
    kept = without_metadata(sent)
    assert AUTHOR.encode() not in kept
    reader = PdfReader(io.BytesIO(kept))
    assert reader.metadata is None or "/Author" not in reader.metadata
    assert "/Metadata" not in reader.root_object
    assert reader.pages[0].extract_text() == "Contrat de Karim"


@pytest.mark.parametrize(
    "content",
    [
        pdf(author=AUTHOR).replace(b"%%EOF", b"/ByteRange [0 1 2 3]\n%%EOF"),
        pdf(author=AUTHOR, password="secret"),
        b"%PDF-1.7\nFiche de paie",
    ],
    ids=["signed", "protected", "broken"],
)
def test_what_would_prove_less_rewritten_is_left_as_it_is(content: bytes) -> None:
    assert without_metadata(content) == content


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (pdf(), ""),
        (pdf(password="secret"), "mot de passe"),
        (pdf() + b"/JavaScript (app.alert)", "contient un programme"),
        (b"%PDF-1.7\nFiche de paie", "ne s’ouvre pas"),
    ],
)
def test_what_cannot_be_looked_at_is_no_proof(content: bytes, said: str) -> None:
    assert said in refusal_of(content)
    assert bool(said) == bool(refusal_of(content))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("N° SS : 2 55 08 14 168 025 38", ("nir",)),
        ("255081416802538", ("nir",)),
        ("1 85 05 2A 006 084 17", ()),  # the key is wrong
        ("255081416802539", ()),
        ("IBAN : FR14 2004 1010 0505 0001 3M02 606", ("iban",)),
        ("FR1420041010050500013M02606 BIC PSSTFRPPPAR", ("iban",)),
        ("FR15 2004 1010 0505 0001 3M02 606", ()),
        ("SIRET 000 000 034 00017, tél. 02 33 00 00 00, du 12/10/2026 au 31/12/2026, 151,67 h", ()),
        ("2 55 08 14 168 025 38 et FR14 2004 1010 0505 0001 3M02 606", ("nir", "iban")),
    ],
)
def test_private_numbers_are_told_by_their_key(text: str, found: tuple[str, ...]) -> None:
    assert private_in_text(text) == found
    assert private_in(pdf(text)) == found


def test_nothing_is_said_of_what_cannot_be_read() -> None:
    assert private_in(b"%PDF-1.7\nFiche de paie") == ()
    assert private_in(pdf("255081416802538", password="secret")) == ()
