"""`clausette demo`, `serve`, `web`, `worker`.

Each begins by setting apart what was imported, which lives as long as the process: no collection looks at it again.
"""

import gc
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.rooms import opened, stop
from bot.cli.serving import CannotListen, Parts, serve
from core.demo import furnish
from core.house import House
from core.people import territory
from core.refusal import Refused
from core.settings import InvalidSettings, Settings

Port = Annotated[int, typer.Option(help="Port d’écoute.", min=1, max=65535)]
Host = Annotated[str, typer.Option(help="Adresse d’écoute.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command("demo")(demo)
    app.command("serve")(serve_all)
    app.command("web")(web)
    app.command("worker")(worker)


def demo(
    port: Port = 8000,
    data_dir: Annotated[Path, typer.Option(help="Dossier des données de la démonstration.")] = Path("data/demo"),
) -> None:
    """Ouvrir un territoire fictif : tout dans un processus, sans jeton ni serveur."""
    gc.freeze()
    try:
        settings = Settings.read(
            data_dir=data_dir,
            public_url=f"http://127.0.0.1:{port}",
            database_url="",
            smtp_url="",
            imap_url="",
            telegram_token="",
        )  # nothing of the demo leaves the machine, whatever the environment says
    except InvalidSettings as error:
        stop(str(error), code=2)
    with opened(settings) as house:
        try:
            furnished = furnish(house)
        except Refused as refusal:
            stop(refusal.message)
        _serve(house, Parts(web=True, worker=True), "127.0.0.1", port, lambda: furnished.announcement(house))


def serve_all(port: Port = 8000, host: Host = "127.0.0.1") -> None:
    """Tout dans un processus : pages, Telegram, e-mails, tâches."""
    _run(Parts(web=True, worker=True), host, port)


def web(port: Port = 8000, host: Host = "127.0.0.1") -> None:
    """Les pages et le webhook seulement ; plusieurs processus possibles sur PostgreSQL."""
    _run(Parts(web=True, worker=False), host, port)


def worker() -> None:
    """Les envois et les tâches seulement ; plusieurs processus possibles sur PostgreSQL."""
    _run(Parts(web=False, worker=True), "", 0)


def _run(parts: Parts, host: str, port: int) -> None:
    gc.freeze()
    with opened() as house:
        _seed(house)
        house.library()
        _serve(house, parts, host, port, lambda: "Clausette est prête.")


def _serve(house: House, parts: Parts, host: str, port: int, announcement: Callable[[], str]) -> None:
    try:
        serve(house, parts, host=host, port=port, when_ready=lambda: print(announcement(), flush=True))
    except CannotListen as error:
        stop(str(error))
    except InvalidSettings as error:
        stop(str(error), code=2)


def _seed(house: House) -> None:
    with house.database.transaction() as session:
        territory(session, house)
