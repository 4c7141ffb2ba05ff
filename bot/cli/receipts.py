"""`clausette receipts`: the chain verified, and one receipt checked without the house."""

import io
from pathlib import Path
from typing import Annotated

import typer
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from sqlalchemy import func, select

from bot.cli.rooms import opened, stop
from core import attestations
from core.hours import NBSP, in_hours
from core.keys import load_keys
from core.models import Receipt
from core.months import in_french
from core.papers.attestation import lead_of
from core.receipt_check import NOT_A_RECEIPT, unsealed
from core.receipts import first_broken, numbered
from core.refusal import Refused
from core.seal import public_key
from core.settings import InvalidSettings, Settings

receipts = typer.Typer(no_args_is_help=True, help="Les reçus des déclarations.")


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.add_typer(receipts, name="receipts")


@receipts.command("verify")
def verify_receipts() -> None:
    """Vérifier que les reçus se suivent et qu’aucun n’a été modifié."""
    with opened() as house, house.database.reading() as session:
        broken = first_broken(session)
        count = session.scalar(select(func.count()).select_from(Receipt)) or 0
    if broken is not None:
        stop(f"le reçu {numbered(broken)} ne correspond plus à ce qui avait été enregistré.")
    several = "s" if count > 1 else ""
    print(f"{count} reçu{several} vérifié{several}, aucun n’a été modifié.")


@receipts.command("check")
def check_receipt(
    file: Annotated[Path, typer.Argument(metavar="FICHIER", help="PDF ou JSON à vérifier.")],
    key: Annotated[
        Path | None,
        typer.Option(metavar="CLE.pem", help="Clé publique de la plateforme (/recu/cle) ; sinon, la nôtre."),
    ] = None,
) -> None:
    """Vérifier un reçu ou une attestation sans connexion : le PDF, ou le fichier JSON qu’il porte."""
    for path in filter(None, (file, key)):
        if not path.is_file():
            stop(f"il n’y a pas de fichier {path}.", code=2)
    try:
        pem = key.read_text(encoding="ascii") if key else public_key(load_keys(Settings.read()))
        proof = _proof_in(file.read_bytes())
        if '"attestation":' in proof:
            number, attested = attestations.unsealed(proof, pem)
            print(f"Attestation {attestations.numbered(number)}{NBSP}: authentique.")
            print(lead_of(attested))
            return
        said = unsealed(proof, pem)
    except Refused as refusal:
        stop(refusal.message)
    except InvalidSettings as error:
        stop(str(error), code=2)
    except ValueError:
        stop(f"{key} n’est pas une clé publique Ed25519 (PEM).", code=2)
    print(f"Reçu {numbered(said.number)}{NBSP}: authentique.")
    lot = f", lot {said.lot}" if said.lot else ""
    print(f"Marché {said.contract}{lot}, {said.awardee}{NBSP}: {in_hours(said.total)} pour {in_french(said.month)}.")
    print(f"Déclaré le {said.declared_at:%d/%m/%Y à %H:%M} UTC, version {said.version}.")


def _proof_in(content: bytes) -> str:
    """Return the signed file, or the one inside a PDF. Raises Refused when there is none."""
    if not content.startswith(b"%PDF-"):
        return content.decode("utf-8", "replace")
    try:
        inside = PdfReader(io.BytesIO(content)).attachments
        name = next(name for name in ("recu.json", "attestation.json") if name in inside)
        return inside[name][0].decode("utf-8", "replace")
    except (PyPdfError, StopIteration, IndexError, ValueError) as error:
        raise Refused(NOT_A_RECEIPT) from error
