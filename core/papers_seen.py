"""What a company's document gives away, seen before the turn: reading a PDF takes up to a second and holds no lock."""

from dataclasses import dataclass

from core.exchange import Inbound
from core.files import read, sent_in
from core.hours import NBSP
from core.house import House
from core.models import StoredFile
from core.pdfs import private_in, refusal_of
from core.proofs import PAPERS


@dataclass(frozen=True)
class Papers:
    """Photos and PDF files of a message: private numbers seen in them, and why one cannot be a proof, "" otherwise."""

    files: tuple[int, ...]
    private: tuple[str, ...] = ()
    unfit: str = ""

    def answers(self) -> dict[str, str]:
        """Return what the flow is told."""
        told = {"file": ",".join(map(str, self.files)), "private": ",".join(self.private), "unfit": self.unfit}
        return {key: value for key, value in told.items() if value}


def papers_of(house: House, inbound: Inbound) -> Papers | None:
    """Look into the photos and PDF files of a message; None when it brings none."""
    with house.database.reading() as session:
        own = sent_in(session, house, inbound.channel, inbound.thread, inbound.files)
        rows = [row for number in own if (row := session.get(StoredFile, number)) and row.content_type in PAPERS]
        contents = [(row.name, read(house, row)) for row in rows if row.content_type == "application/pdf"]
    if not rows:
        return None
    private = tuple(dict.fromkeys(kind for _, content in contents for kind in private_in(content)))
    unfit = next((f"«{NBSP}{name}{NBSP}» {why}" for name, content in contents if (why := refusal_of(content))), "")
    return Papers(tuple(row.id for row in rows), private, unfit)
