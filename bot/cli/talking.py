"""`clausette chat`: the conversation in the terminal, one message per line; works in a pipe."""

import re
import secrets
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.rooms import opened, stop
from core.conversations import greet, turn
from core.exchange import Inbound, Shown, ShownFile
from core.files import read, receive
from core.hours import NBSP
from core.house import House
from core.models import StoredFile
from core.people import bind, person_by_email
from core.refusal import Refused
from core.terms import Channel

ATTACH = re.compile(r"/joindre\s+(\S.*?)\s*")
BOLD = re.compile(r"\*\*(.+?)\*\*")
ALWAYS_THERE = {"Retour", "Annuler"}  # typed as words: their numbers would be taken for answers
LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")


def register(app: typer.Typer) -> None:
    """Add `chat` to the command line."""
    app.command("chat")(chat)


def chat(
    as_email: Annotated[
        str | None, typer.Option("--as", help="Parler au nom de cette personne, connue du suivi.")
    ] = None,
) -> None:
    """Converser dans le terminal : un message par ligne, les réponses s’affichent."""
    with opened() as house:
        thread = _thread(house, as_email)
        talk(house, thread, sys.stdin, is_interactive=sys.stdin.isatty())


def talk(house: House, thread: str, lines: Iterable[str], *, is_interactive: bool) -> None:
    """Hold the conversation until the input ends."""
    _print(house, greet(house, Channel.TERMINAL, thread).shown)
    if is_interactive:
        print("> ", end="", flush=True)
    for line in lines:
        inbound = _inbound(house, thread, line.rstrip("\n"))
        turned = turn(house, inbound)
        if turned.failed:
            print("Votre message n’a pas pu être traité. Il est conservé et sera repris.")
        _print(house, turned.shown)
        if is_interactive:
            print("> ", end="", flush=True)


def _inbound(house: House, thread: str, line: str) -> Inbound:
    """One line typed; « /joindre CHEMIN » sends a file."""
    text, files, refused = line, list[int](), list[str]()
    if attached := ATTACH.fullmatch(line):
        text, path = "", Path(attached[1]).expanduser()
        try:
            content = path.read_bytes()
            files.append(receive(house, channel=Channel.TERMINAL, thread=thread, name=path.name, content=content))
        except OSError as error:
            refused.append(f"«{NBSP}{path}{NBSP}» ne s’ouvre pas ({error.strerror}).")
        except Refused as refusal:
            refused.append(refusal.message)
    return Inbound(
        channel=Channel.TERMINAL,
        thread=thread,
        external_id=secrets.token_hex(12),
        received_at=house.now(),
        text=text,
        files=tuple(files),
        refused_files=tuple(refused),
    )


def plain(text: str) -> str:
    """Write the tiny Markdown of messages for a terminal."""
    return LINK.sub(r"\1 (\2)", BOLD.sub(r"\1", text))


def _thread(house: House, email: str | None) -> str:
    if email is None:
        return f"visiteur-{secrets.token_hex(8)}"
    with house.database.transaction() as session:
        person = person_by_email(session, house, email)
        if person is None:
            stop(f"aucune personne du suivi n’a l’adresse {email}.")
        thread = f"personne-{person.id}-{secrets.token_hex(8)}"
        bind(session, house, person, Channel.TERMINAL, thread)
    return thread


def _print(house: House, shown: Iterable[Shown]) -> None:
    for message in shown:
        print(plain(message.text))
        for file in message.files:
            print(f"  [{_saved(house, file)}]")
        choices = [button.label for button in message.buttons if button.label not in ALWAYS_THERE]
        for number, label in enumerate(choices, start=1):
            print(f"  {number}. {label}")
        if len(choices) < len(message.buttons):
            print("  (retour, annuler, aide)")
        print(flush=True)


def _saved(house: House, file: ShownFile) -> Path:
    """Write a file of the conversation beside the data, where whoever types can open it."""
    with house.database.reading() as session:
        content = read(house, session.get_one(StoredFile, file.id))
    path = house.settings.data_dir / "terminal" / f"{file.id}-{file.name}"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_bytes(content)
    return path
