"""What fills the register and opens it: imports, exports, invitations, sign-in links, the check of receipts."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import httpx
import typer

from bot.cli.rooms import month_given, opened, stop
from core import audit
from core.contracts_sheet import write_template
from core.exit_figures import export_exits
from core.exporting import export_contracts
from core.hours import NBSP
from core.hours_export import export_hours
from core.house import House
from core.importing import import_contracts, import_decp, import_partners, write_partners_template
from core.people import issue_token, person_by_email, territory
from core.refusal import Refused
from core.settings import Settings
from core.siret import is_siren, is_siret
from core.terms import Channel
from core.welcome import invite_one, welcome_all

MOST_LINES = 50
LEAVING = f"Les e-mails partent dès que «{NBSP}clausette serve{NBSP}» ou «{NBSP}clausette worker{NBSP}» tourne."

imports = typer.Typer(no_args_is_help=True, help="Faire entrer des marchés dans le suivi.")
exports = typer.Typer(no_args_is_help=True, help="Écrire un tableau dans un fichier .xlsx.")

Existing = Annotated[Path, typer.Argument(metavar="FICHIER", help="Fichier à lire.")]
Written = Annotated[Path, typer.Argument(metavar="FICHIER.xlsx", dir_okay=False, help="Fichier à écrire.")]
Email = Annotated[str, typer.Argument(metavar="EMAIL", help="Adresse de la personne.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.add_typer(imports, name="import")
    app.add_typer(exports, name="export")
    app.command("invite")(invite)
    app.command("link")(link)


@imports.command("contracts")
def import_contracts_command(file: Existing) -> None:
    """Importer le tableau des marchés (.xlsx, .ods ou .csv), en entier ou pas du tout.

    Importer à nouveau un fichier corrigé met à jour ce qui a changé. Rien n’est jamais supprimé.
    """
    with _read(file), opened() as house:
        done = import_contracts(house, file)
    _say(done.notices)
    if done.problems:
        _tell(map(str, done.problems[:MOST_LINES]), len(done.problems))
        stop("rien n’a été enregistré. Corrigez le fichier, puis importez-le à nouveau.")
    created = _counted(done.created, "engagement créé", "engagements créés")
    print(f"{created}, {done.updated} mis à jour, {_counted(done.unchanged, 'inchangé', 'inchangés')}.")


@imports.command("decp")
def import_decp_command(
    file: Existing,
    buyer: Annotated[str | None, typer.Option(metavar="SIREN", help="Seulement les marchés de cet acheteur.")] = None,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="AAAA-MM-JJ", help="Seulement les marchés notifiés depuis ce jour."),
    ] = None,
) -> None:
    """Importer les données essentielles (DECP, .json, .xml ou .csv) des marchés qui déclarent une clause sociale.

    Les heures n’y sont jamais : chaque engagement reste à compléter. Ce qui est déjà complété n’est pas modifié.
    """
    siren = "".join(buyer.split()) if buyer else None
    if siren is not None and not (is_siren(siren) or is_siret(siren)):
        stop(f"--buyer{NBSP}: «{NBSP}{buyer}{NBSP}» n’est pas un SIREN (9 chiffres) ni un SIRET (14 chiffres).", code=2)
    with _read(file), opened() as house:
        done = import_decp(house, file, buyer=siren, since=since.date() if since else None)
    _tell(map(str, done.bad[:MOST_LINES]), done.bad_count)
    clause = _counted(done.kept, "marché déclare une clause sociale", "marchés déclarent une clause sociale")
    print(f"{_counted(done.read, 'marché lu', 'marchés lus')}. {clause}.")
    created = _counted(done.created, "créé", "créés")
    print(f"{created}, {done.updated} mis à jour, {_counted(done.unchanged, 'inchangé', 'inchangés')}.")
    print(
        f"Laissés de côté{NBSP}: {done.without_clause} sans clause sociale, {done.unknown_social} qui n’en disent rien."
    )
    if done.left_out:
        raise typer.Exit(1)


@imports.command("partners")
def import_partners_command(file: Existing) -> None:
    """Importer les partenaires (SIAE, GEIQ, prescripteurs) à qui transmettre les besoins, en entier ou pas du tout."""
    with _read(file), opened() as house:
        done = import_partners(house, file)
    if done.problems:
        _tell(map(str, done.problems[:MOST_LINES]), len(done.problems))
        stop("rien n’a été enregistré. Corrigez le fichier, puis importez-le à nouveau.")
    print(f"{_counted(done.created, 'partenaire créé', 'partenaires créés')}, {done.updated} mis à jour.")


@exports.command("partners-template")
def export_partners_template_command(file: Written) -> None:
    """Le modèle du tableau des partenaires, à remplir."""
    _write(file, write_partners_template)
    print(f"Modèle écrit{NBSP}: {file}")


@exports.command("contracts-template")
def export_template_command(file: Written) -> None:
    """Le modèle du tableau des marchés, à remplir."""
    _write(file, write_template)
    print(f"Modèle écrit{NBSP}: {file}")


@exports.command("contracts")
def export_contracts_command(file: Written) -> None:
    """Les marchés du suivi, dans les colonnes du modèle, pour les corriger et les importer à nouveau."""
    with opened() as house:
        _write(file, lambda path: export_contracts(house, path))
    print(f"Marchés écrits{NBSP}: {file}")


@exports.command("exits")
def export_exits_command(file: Written) -> None:
    """Ce que deviennent les personnes à la fin de leur contrat, 3 puis 6 mois après : des totaux, sans aucun nom."""
    with opened() as house:
        _write(file, lambda path: export_exits(house, path))
    print(f"Sorties écrites{NBSP}: {file}")


@exports.command("hours")
def export_hours_command(
    file: Written,
    since: Annotated[str | None, typer.Option(metavar="AAAA-MM", help="Premier mois.")] = None,
    until: Annotated[str | None, typer.Option(metavar="AAAA-MM", help="Dernier mois.")] = None,
    with_names: Annotated[bool, typer.Option("--names", help="Écrire les noms des personnes.")] = False,
) -> None:
    """Les heures de chaque personne et de chaque mois, et les totaux de chaque marché ; sans aucun nom, sauf --names.

    Chaque personne porte un numéro, le même partout. Un fichier avec des noms se garde et s’envoie avec précaution.
    """
    with opened() as house:
        first, last = month_given("--since", since, house), month_given("--until", until, house)
        _write(file, lambda path: export_hours(house, path, since=first, until=last, with_names=with_names))
    print(f"Heures écrites{NBSP}: {file}")


def invite(
    email: Annotated[str | None, typer.Argument(metavar="EMAIL", help="Adresse de la personne à inviter.")] = None,
    everybody: Annotated[
        bool, typer.Option("--all", help="Inviter tous les attributaires qui ne le sont pas encore.")
    ] = False,
    commitment: Annotated[
        str | None, typer.Option(metavar="REF", help="Référence du marché, ou REF:LOT s’il a plusieurs lots.")
    ] = None,
) -> None:
    """Écrire aux attributaires ce qu’ils doivent, avec leur code d’accès.

    Une personne : clausette invite EMAIL --commitment REF. Toutes, une seule fois chacune : clausette invite --all.
    """
    if everybody == (email is not None):
        stop("donnez une adresse, ou bien --all.", code=2)
    with opened() as house:
        username = telegram_username(house.settings)
        try:
            if email is None:
                _welcome_everybody(house, username, commitment)
            elif commitment is None:
                stop("ajoutez --commitment et la référence du marché.", code=2)
            else:
                invited = invite_one(house, email, commitment, telegram_username=username)
                print(f"Invitation préparée pour {email} ({invited.organisation}){NBSP}: {invited.contract}. {LEAVING}")
        except Refused as refusal:
            stop(refusal.message)


def _welcome_everybody(house: House, username: str, commitment: str | None) -> None:
    done = welcome_all(house, telegram_username=username, commitment_ref=commitment)
    sent = _counted(done.sent, "invitation préparée", "invitations préparées")
    print(f"{sent}. Attributaires déjà invités{NBSP}: {done.already}.")
    if done.sent:
        print(LEAVING)
    if done.refused:
        print(f"Adresses refusées par leur serveur de messagerie{NBSP}: {done.refused}.", file=sys.stderr)
    if done.unreached:
        _tell(
            (f"{name}{NBSP}: aucune adresse utilisable." for name in done.unreached[:MOST_LINES]), len(done.unreached)
        )
        stop("écrivez ces adresses dans le tableau des marchés, importez-le, puis invitez à nouveau.")


def link(email: Email) -> None:
    """Afficher un lien de connexion pour une personne connue, à lui transmettre soi-même."""
    with opened() as house, house.database.transaction() as session:
        territory(session, house)
        person = person_by_email(session, house, email)
        if person is None:
            stop(f"aucune personne du suivi n’a l’adresse {email}.")
        secret = issue_token(session, house, "sign_in", person=person, channel=Channel.WEB)
        audit.note(session, house, "issue_link", f"person:{person.id}")
        address = house.link(f"/connexion/{secret}")
    print(address)


@contextmanager
def _read(file: Path) -> Iterator[None]:
    if not file.is_file():
        stop(f"il n’y a pas de fichier {file}.", code=2)
    try:
        yield
    except Refused as refusal:
        stop(refusal.message)
    except OSError as error:
        stop(f"{file} ne peut pas être lu ({error.strerror}).")


def _write(file: Path, write: Callable[[Path], object]) -> None:
    if file.suffix.lower() != ".xlsx":
        stop(f"le nom du fichier doit finir par .xlsx ({file.name}).", code=2)
    try:
        write(file)
    except OSError as error:
        stop(f"{file} ne peut pas être écrit ({error.strerror}).")


def telegram_username(settings: Settings) -> str:
    """Ask Telegram the name of the bot, for the deep links of letters; "" without a bot, or when it does not answer."""
    token = settings.telegram_token.get_secret_value()
    if not token:
        return ""
    try:
        answer = httpx.get(f"{settings.telegram_api_url}/bot{token}/getMe", timeout=5).json()
        return str(answer["result"]["username"])
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return ""


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)


def _tell(lines: Iterable[str], total: int) -> None:
    """Write problems on the error output, one per line, and how many more there are."""
    for line in lines:
        print(line, file=sys.stderr)
    if total > MOST_LINES:
        print(f"… et {total - MOST_LINES} autres.", file=sys.stderr)


def _counted(number: int, one: str, several: str) -> str:
    return f"{number} {one if number < 2 else several}"
