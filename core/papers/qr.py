"""QR codes, as drawings that a document holds."""

import io

import segno


def qr_of(text: str) -> str:
    """Draw a text as a QR code (SVG)."""
    drawn = io.BytesIO()
    segno.make(text, error="m").save(drawn, kind="svg", border=2)
    return drawn.getvalue().decode()
