"""Letters from their templates: a subject, a complete plain text, an HTML page that needs nothing from elsewhere.

Styles stand inline, by hand, in the layout and its parts: there are ten of them, and a program that inlines a sheet
would hide what a mail reader gets. The sheet in the head holds what cannot stand inline (the dark colours, a narrow
screen, Outlook's font); who drops it shows a light letter that reads as well.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from core.letters import Envelope, Letter
from core.templates import KeptTemplates
from core.tokens import LIFETIMES
from mailer.letters.markup import one_line, plain, printable, quoted, rich, typed

Facts = Iterable[tuple[str, str]]
_COMPILED = KeptTemplates(__file__)
_BEFORE_TITLE = re.compile(r"(?:Re: )?(?:\[[^\]]*\] )?")


@dataclass(frozen=True)
class Rendered:
    """What a letter says, before it is a message."""

    subject: str
    text: str
    html: str


def environment() -> Environment:
    """Return the templates' environment; HTML escapes whatever is put in it, an unknown name is an error."""
    made = Environment(
        loader=PackageLoader("mailer.letters"),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        bytecode_cache=_COMPILED,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= {"plain": plain, "quoted": quoted, "rich": rich, "typed": typed}
    return made


TEMPLATES = environment()


def keep() -> None:
    """Keep the templates compiled, for the installation. Raises OSError."""
    _COMPILED.keep(TEMPLATES)


def render(
    template: str, letter: Letter, envelope: Envelope, *, subject: str, facts: Facts = (), **more: object
) -> Rendered:
    """Render one letter. `facts` are labels and values for a small table; those without a value are left out."""
    shown = tuple((label, value) for label, value in facts if value)
    name = getattr(letter, "name", "")
    values = {
        "letter": letter,
        "envelope": envelope,
        "subject": one_line(subject),
        "title": _BEFORE_TITLE.sub("", one_line(subject), count=1),
        "greeting": f"Bonjour {name}," if name else "Bonjour,",
        "facts": shown,
        "link_days": LIFETIMES["case"].days,
        **more,
    }
    text = printable(TEMPLATES.get_template(f"{template}.txt").render(values))
    return Rendered(
        subject=one_line(subject),
        text=re.sub(r"\n{3,}", "\n\n", text).strip() + "\n",
        html=printable(TEMPLATES.get_template(f"{template}.html").render(values)),
    )
