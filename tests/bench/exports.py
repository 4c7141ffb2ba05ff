"""`python -m tests.bench exports`: the memory that the export of a territory's hours takes, as the territory grows.

A year of it, three people a commitment. The peak is what Python held at once while the file was written (tracemalloc):
it should not follow the size of the file.
"""

import tracemalloc
from pathlib import Path
from tempfile import TemporaryDirectory

from core.hours_export import export_hours
from core.schema import upgrade
from tests.bench.board import fill
from tests.houses import make_house

SIZES = (60, 240, 960)


def main() -> None:
    """Print the table."""
    print("commitments     lines    file    peak of memory")
    for size in SIZES:
        with TemporaryDirectory() as folder:
            lines, weight, peak = exported(Path(folder), size)
        print(f"{size:11,} {lines:9,} {weight / 1e6:4.1f} MB {peak / 1e6:12.2f} MB")


def exported(folder: Path, commitments: int) -> tuple[int, int, int]:
    """Export a territory of that many commitments; return its lines, the file's bytes and the peak of memory."""
    house = make_house(f"sqlite:///{folder}/export.sqlite3", folder)
    upgrade(house.database)
    fill(house, commitments)
    tracemalloc.start()
    try:
        lines = export_hours(house, folder / "hours.xlsx")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        house.database.close()
    return lines, (folder / "hours.xlsx").stat().st_size, peak
