"""Typst templates into PDF: fonts of the library only, so that a document looks the same on every machine."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import typst

TEMPLATES = Path(__file__).parent


def printed(template: str, values: Mapping[str, object], *, at: datetime) -> bytes:
    """Return a PDF made from `TEMPLATE.typ`, which reads `values` (JSON) as `data`; dated `at`."""
    made = typst.compile(
        TEMPLATES / f"{template}.typ",
        root=TEMPLATES,
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(values, ensure_ascii=False)},
        pdf_standards=["ua-1"],
        timestamp=int(at.timestamp()),
    )
    if not isinstance(made, bytes):
        raise TypeError(f"{template}.typ: one document was expected")
    return made
