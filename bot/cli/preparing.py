"""Run by the Makefile: makes beforehand, and keeps, what every start would do again (`knowledge.pycache`)."""

from bot.web.pages import Pages
from core import schema
from knowledge import snapshot
from mailer.letters import rendering


def prepare() -> None:
    """Read and count the articles, run the revisions of the schema, compile the templates. Raises OSError."""
    snapshot.keep()
    schema.keep()
    rendering.keep()
    Pages().keep()


if __name__ == "__main__":
    prepare()
