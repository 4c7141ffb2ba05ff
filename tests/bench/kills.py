"""A campaign of 2,000 mails whose sender is killed ten times (kill -9): what was lost, what came twice."""

import tempfile
from pathlib import Path

from tests.killing import campaign

MAILS, KILLS = 2000, 10


def main() -> None:
    """Print what came of it."""
    with tempfile.TemporaryDirectory(prefix="clausette-kills-") as folder:
        found = campaign(Path(folder), mails=MAILS, kills=KILLS)
    most = KILLS * found.in_flight
    print(f"kills: {found.mails} mails, {found.kills} kill -9: {found.lost} lost, {found.duplicates} came twice "
          f"(at most {most} may), {found.strangers} with another Message-ID")  # fmt: skip
