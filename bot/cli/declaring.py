"""`clausette declare`: a month told in words, read as on any channel, then recorded by the same conversation."""

import json
import re
import secrets
import sys
from dataclasses import dataclass, field
from typing import Annotated

import typer

from bot.cli.rooms import opened, stop
from bot.cli.talking import plain
from core.commitments import lot_of
from core.conversations import turn
from core.exchange import Inbound
from core.flows.declare import NOTHING_TO_DECLARE
from core.flows.drafts import Draft, drafted
from core.flows.register import Register
from core.hours import NBSP, in_hours
from core.house import House
from core.months import in_french
from core.people import bind, person_by_email
from core.replay import RESUMING
from core.terms import Channel

RECEIPT = re.compile(r"\bR-[0-9]+")
RECORDED = f"C’est enregistré{NBSP}:"
NOTHING_READ = (
    f"Je n’ai lu aucune heure dans ce texte. Écrivez par exemple «{NBSP}Octobre{NBSP}: Dupont 84{NBSP}h{NBSP}»."
)


@dataclass
class Outcome:
    """What came of a text: what was read, what is to be asked, what cannot be, what was recorded."""

    drafts: tuple[Draft, ...] = ()
    questions: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    receipts: list[str] = field(default_factory=list)

    @property
    def is_clear(self) -> bool:
        """Whether it can be recorded as it is."""
        return not self.questions and not self.refused


def register(app: typer.Typer) -> None:
    """Add `declare` to the command line."""
    app.command("declare")(declare)


def declare(
    text: Annotated[str, typer.Argument(metavar="TEXTE", help="Le mois, en une phrase.")],
    as_email: Annotated[str, typer.Option("--as", metavar="EMAIL", help="Adresse de la personne qui déclare.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Montrer ce qui est lu sans rien enregistrer.")] = False,
    json_output: Annotated[bool, typer.Option("--json", help="Répondre en JSON.")] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Enregistrer sans demander de confirmer, même des heures inhabituelles.")
    ] = False,
) -> None:
    """Déclarer un mois en une phrase : « Octobre : Dupont 84 h, Ahmed rien »."""
    if not text.strip():
        stop("le texte est vide. Écrivez par exemple « Octobre : Dupont 84 h ».", code=2)
    with opened() as house:
        outcome = read(house, as_email, text, confirms=yes)
        if not json_output:
            _show(outcome)
        if outcome.is_clear and not dry_run and _agreed(yes or json_output):
            _record(house, as_email, text, outcome, says=not json_output)
    if json_output:
        print(json.dumps(_record_of(outcome), ensure_ascii=False))
    if not outcome.is_clear:
        raise typer.Exit(1)


def read(house: House, email: str, text: str, *, confirms: bool = False) -> Outcome:
    """Read a text for somebody; nothing is written. Unusual hours are a question, unless `confirms`."""
    with house.database.reading() as session:
        person = person_by_email(session, house, email)
        if person is None:
            stop(f"aucune personne du suivi n’a l’adresse {email}.", code=2)
        known = Register(session, house, person, None)
        drafts = drafted(known, text)
        if not known.workable:
            return Outcome(refused=[NOTHING_TO_DECLARE])
    outcome = Outcome(drafts)
    for draft in drafts:
        asked = draft.questions if confirms else (*draft.questions, *draft.confirmations)
        outcome.questions += [question for question in asked if question not in outcome.questions]
        outcome.refused += [reason for reason in draft.refused if reason not in outcome.refused]
    if not drafts:
        outcome.questions.append(NOTHING_READ)
    return outcome


def _agreed(is_agreed: bool) -> bool:
    """Ask for agreement, in an interactive terminal only: elsewhere the command itself is the agreement."""
    if is_agreed or not sys.stdin.isatty():
        return True
    return input("Confirmer ? [o/N] ").strip().lower() in {"o", "oui", "y", "yes"}


def _record(house: House, email: str, text: str, outcome: Outcome, *, says: bool) -> None:
    """Say the text, then yes to each declaration, in a conversation of its own: the same road as any channel."""
    with house.database.transaction() as session:
        person = person_by_email(session, house, email)
        if person is None:
            stop(f"aucune personne du suivi n’a l’adresse {email}.", code=2)
        thread = f"personne-{person.id}-{secrets.token_hex(8)}"
        bind(session, house, person, Channel.TERMINAL, thread)
    _say(house, thread, text)
    for draft in outcome.drafts:
        for _ in draft.confirmations:
            _say(house, thread, "oui")
        told = _say(house, thread, "oui")
        numbers = RECEIPT.findall(told)
        if RECORDED not in told or not numbers:
            outcome.refused.append(plain(told))
            break
        outcome.receipts.append(numbers[0])
        if says:
            print(plain(told.split(RESUMING)[0].strip()))
    if says:
        for reason in outcome.refused:
            print(f"Refusé{NBSP}: {reason}")


def _say(house: House, thread: str, text: str) -> str:
    inbound = Inbound(Channel.TERMINAL, thread, secrets.token_hex(12), house.now(), text)
    turned = turn(house, inbound)
    if turned.failed:
        stop("la déclaration n’a pas pu être traitée. Le texte est conservé et sera repris.")
    return "\n\n".join(shown.text for shown in turned.shown)


def _show(outcome: Outcome) -> None:
    for draft in outcome.drafts:
        where = _name_of(draft) or "marché à préciser"
        print(f"{in_french(draft.month).capitalize() if draft.month else 'Mois à préciser'}, {where}")
        for line in draft.lines:
            hire = " (nouvelle embauche)" if line.is_hire else ""
            training = f" (dont {in_hours(line.training)} de formation)" if line.training else ""
            note = f", {line.note}" if line.note else ""
            print(f"- {line.name}{hire}{NBSP}: {in_hours(line.worked + line.training)}{training}{note}")
        print(f"- Total{NBSP}: {in_hours(draft.total)}")
    for question in outcome.questions:
        print(f"À préciser{NBSP}: {plain(question)}")
    for reason in outcome.refused:
        print(f"Refusé{NBSP}: {plain(reason)}")


def _name_of(draft: Draft) -> str:
    row = draft.commitment
    return f"{row.contract.reference} {lot_of(row)}".strip() if row is not None else ""


def _record_of(outcome: Outcome) -> dict[str, object]:
    found: dict[str, object] = {
        "declarations": [
            {
                "commitment": draft.commitment.contract.reference if draft.commitment else None,
                "lot": draft.commitment.lot if draft.commitment else None,
                "month": draft.month,
                "lines": [
                    {
                        "participant": line.name,
                        "worked": float(line.worked),
                        "training": float(line.training),
                        "new_hire": line.is_hire,
                        "note": line.note,
                    }
                    for line in draft.lines
                ],
                "total": float(draft.total),
            }
            for draft in outcome.drafts
        ],
        "questions": [plain(question) for question in outcome.questions],
        "refused": [plain(reason) for reason in outcome.refused],
    }
    return found | ({"receipts": outcome.receipts} if outcome.receipts else {})
