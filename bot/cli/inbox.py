"""`clausette inbox read`: how a mail is understood. Nothing is stored, no database is opened, no setting is needed."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.rooms import stop
from core.hours import NBSP
from core.settings import InvalidSettings, Settings
from mailer.reading import MOST_BYTES, Kind, Reading, Receiver, Verdict, read, receiver_of

_KINDS = {
    Kind.HUMAN: "une personne",
    Kind.AUTO_REPLY: "une réponse automatique",
    Kind.BOUNCE: "un avis de non-remise, ou une plainte",
    Kind.LIST: "une liste de diffusion",
    Kind.OWN: "un message de Clausette elle-même",
    Kind.UNREADABLE: "un message illisible",
}
_VERDICTS = {
    Verdict.PASS: "expéditeur authentifié",
    Verdict.FAIL: "expéditeur contrefait ou refusé",
    Verdict.NONE: "expéditeur non vérifié",
}


def register(app: typer.Typer) -> None:
    """Add `inbox` to the command line."""
    inbox = typer.Typer(no_args_is_help=True, help="La boîte aux lettres de l’assistante.")
    inbox.callback()(_box)
    inbox.command("read")(understand)
    app.add_typer(inbox, name="inbox")


def _box() -> None:
    """La boîte aux lettres de l’assistante."""


def understand(
    file: Annotated[str, typer.Argument(help="Message .eml, ou - pour l’entrée.")],
    as_json: Annotated[bool, typer.Option("--json", help="Une ligne JSON.")] = False,
) -> None:
    """Montrer comment un e-mail est compris : qui écrit, ce qui est nouveau, les fichiers. Rien n’est enregistré."""
    data = _bytes_of(file)
    if not data.strip():
        stop(f"« {file} » est vide{NBSP}: donnez un message enregistré au format .eml")
    reading = read(data, _receiver())
    typer.echo(json.dumps(_record(reading), ensure_ascii=False) if as_json else _shown(reading))


def _bytes_of(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    try:
        with Path(file).open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as error:
        stop(f"« {file} » ne s’ouvre pas ({error.strerror})")


def _receiver() -> Receiver:
    """Our side as the settings say; without an address of ours, the plus-part of any recipient may be a token."""
    try:
        settings = Settings.read()
    except InvalidSettings as error:
        stop(str(error), code=2)
    if settings.mail_reply_to or "mail_from" in settings.model_fields_set:
        return receiver_of(settings)
    return Receiver.known_as(trusted_authserv=settings.trusted_authserv)


def _record(reading: Reading) -> dict[str, object]:
    bounced = reading.bounced
    return {
        "kind": str(reading.kind),
        "from": reading.sender,
        "subject": reading.subject,
        "text": reading.text,
        "attachments": [{"name": file.name, "type": file.type, "size": file.size} for file in reading.attachments],
        "token": reading.token,
        "verdict": str(reading.verdict),
        "bounced": {"recipient": bounced.recipient, "permanent": bounced.permanent} if bounced else None,
    }


def _shown(reading: Reading) -> str:
    lines = [
        f"Écrit par{NBSP}: {_KINDS[reading.kind]}",
        f"De{NBSP}: {reading.sender or 'inconnu'} ({_VERDICTS[reading.verdict]})",
        f"Objet{NBSP}: {reading.subject}",
    ]
    if reading.reasons:
        lines.append(f"Reconnu à{NBSP}: {', '.join(reading.reasons)}")
    if reading.token:
        lines.append(f"Jeton de réponse{NBSP}: {reading.token}")
    if reading.bounced:
        lines.append(f"Destinataire{NBSP}: {reading.bounced.recipient or 'inconnu'} ({_fate(reading)})")
    lines += [f"Fichier{NBSP}: {file.name} ({file.type}, {file.size} octets)" for file in reading.attachments]
    if reading.left_out:
        lines.append(reading.left_out)
    return "\n".join([*lines, "", reading.text]).rstrip()


def _fate(reading: Reading) -> str:
    if reading.bounced is None or reading.bounced.complaint:
        return "signale un courrier indésirable"
    return "refus définitif" if reading.bounced.permanent else "refus momentané"
