"""Declare a month: hours one after the other, a hire, or nothing with its reason; read back, confirmed, receipted."""

from datetime import date
from decimal import Decimal
from textwrap import shorten

from core.checks import to_confirm
from core.commitments import COUNTED, lot_of, refusal_for_month, total_of
from core.declarations import NewHire, Work
from core.dialogue import Chat, Option
from core.employments import Hire, folded
from core.flows.commands import Say, SubmitDeclaration
from core.flows.register import Register
from core.hours import NBSP, Progress, in_hours
from core.models import Commitment, Declaration, Employment
from core.months import day_in_french, first_day, in_french, last_day
from core.terms import Criterion, DeclarationStatus, EmploymentKind, Modality, NilReason

MOST_HIRES = 20
OFFERED_MONTHS = 4
HOURS = Option("hours", "Saisir les heures")
HIRE = Option("hire", "Ajouter une embauche")
NIL = Option("nil", "Rien ce mois-ci")
NOTHING_TO_DECLARE = (
    "Aucun marché n’attend de déclaration de votre part. "
    f"Si vous pensez que c’est une erreur, écrivez «{NBSP}parler à quelqu’un{NBSP}»."
)


def declare(chat: Chat, register: Register) -> SubmitDeclaration | Say:
    """Declare or correct one month of one commitment."""
    rows = register.declarable
    if not rows:
        return Say(NOTHING_TO_DECLARE)
    chosen = chat.choose("commitment", f"Pour quel marché{NBSP}?", [_offer(row) for row in rows])
    commitment = next(row for row in rows if str(row.id) == chosen)
    month = _month(chat, register, commitment)
    former = register.in_force(commitment, month)
    if former is not None and former.status is DeclarationStatus.ACCEPTED:
        return Say(
            f"{in_french(month).capitalize()} est déjà validé ({in_hours(total_of(former))}). "
            "Pour le corriger, demandez-le au facilitateur.",
            (
                (
                    "Demander une correction",
                    {"start": "contact", "answers": {"subject": f"Corriger {in_french(month)}"}},
                ),
            ),
        )
    if former is not None:
        chat.say(
            f"{in_french(month).capitalize()} est déjà déclaré ({in_hours(total_of(former))}). "
            "Votre nouvelle saisie le remplacera, l’ancienne version reste dans l’historique."
        )
    people = register.employments(commitment, month)
    way = chat.choose("way", f"Que voulez-vous déclarer pour {in_french(month)}{NBSP}?", _ways(people))
    if way == NIL.value:
        return _nil(chat, commitment, month, former)
    lines = {person.id: _work(chat, f"hours.{person.id}", person.participant.name, month) for person in people}
    hires = _hires(chat, commitment, month, people) if way == HIRE.value else ()
    progress = register.progress([commitment])[commitment.id]
    chat.agree(
        "agree",
        _summary(commitment, month, people, lines, hires, progress, former),
        change=_changes(people, hires),
        basis=_basis(former),
    )
    return SubmitDeclaration(commitment.id, month, lines, hires, replaces=former.id if former else None)


def _offer(row: Commitment) -> Option:
    label = " ".join(f"{row.contract.reference} {lot_of(row)} {row.contract.object}".split())
    return Option(str(row.id), shorten(label, 60, placeholder="…"))


def _month(chat: Chat, register: Register, commitment: Commitment) -> str:
    due = [each.month for each in register.due(commitment)][-OFFERED_MONTHS:]
    offered = due or sorted(register.declared(commitment), reverse=True)[:OFFERED_MONTHS]
    options = [Option(month, in_french(month)) for month in sorted(offered)]
    text = f"Pour quel mois{NBSP}?"
    if not due and offered:
        text = f"Tous vos mois sont déclarés. Quel mois voulez-vous corriger{NBSP}?"
    return chat.month("month", text, options, refuse=lambda month: refusal_for_month(commitment, month, chat.today))


def _ways(people: list[Employment]) -> tuple[Option, ...]:
    return (HOURS, HIRE, NIL) if people else (HIRE, NIL)


def _nil(chat: Chat, commitment: Commitment, month: str, former: Declaration | None) -> SubmitDeclaration:
    reasons = [Option(str(reason), reason.capitalised) for reason in NilReason]
    reason = NilReason.of(chat.choose("nil_reason", f"Pour quelle raison{NBSP}?", reasons))
    chat.agree(
        "agree",
        f"**{in_french(month).capitalize()}, {commitment.contract.reference} {lot_of(commitment)}**\n\n"
        f"- Aucune heure ce mois-ci\n- Raison{NBSP}: {reason.label}\n\nVous confirmez{NBSP}?",
        change=(Option("nil_reason", "La raison"), Option("way nil_reason", "J’ai des heures à déclarer")),
        basis=_basis(former),
    )
    return SubmitDeclaration(commitment.id, month, nil_reason=reason, replaces=former.id if former else None)


def _basis(former: Declaration | None) -> str:
    return f"declaration:{former.id}" if former else ""  # another version, even of the same total, is agreed to again


def _work(chat: Chat, key: str, name: str, month: str) -> Work:
    worked, training = chat.work(
        key,
        f"Combien d’heures pour **{name}** en {in_french(month)}{NBSP}? "
        f"(Avec de la formation, écrivez par exemple 84 + 7 formation.)",
    )
    return Work(worked, training)


def _hires(chat: Chat, commitment: Commitment, month: str, people: list[Employment]) -> tuple[NewHire, ...]:
    hires: list[NewHire] = []
    for number in range(1, MOST_HIRES + 1):
        known = {folded(name) for name in (*(p.participant.name for p in people), *(new.hire.name for new in hires))}
        hires.append(_hire(chat, commitment, month, f"hire.{number}", known))
        if not chat.confirm(f"hire.{number}.more", f"Une autre embauche à ajouter{NBSP}?"):
            break
    return tuple(hires)


def _hire(chat: Chat, commitment: Commitment, month: str, key: str, known: set[str]) -> NewHire:
    name = chat.name(
        f"{key}.name",
        f"Qui avez-vous embauché{NBSP}? Écrivez le prénom et le nom.",
        refuse=lambda typed: f"{typed} est déjà dans cette déclaration." if folded(typed) in known else None,
    )
    earliest = commitment.starts_on or first_day(month)
    latest = min(last_day(month), chat.today)
    starts_on = chat.day(f"{key}.starts_on", f"Depuis quel jour{NBSP}? Par exemple 12/10.", first=earliest, last=latest)
    allowed = [Modality.of(value) for value in commitment.modalities] or list(Modality)
    modality = Modality.of(
        chat.choose(
            f"{key}.modality", f"De quelle façon{NBSP}?", [Option(str(m), m.label.capitalize()) for m in allowed]
        )
    )
    employer = ""
    if modality is not Modality.DIRECT_HIRE:
        employer = chat.text(f"{key}.employer", f"Quelle structure emploie {name}{NBSP}?", most=200)
    kinds = [Option(str(kind), kind.capitalised) for kind in EmploymentKind]
    kind = EmploymentKind.of(chat.choose(f"{key}.kind", f"Quel contrat de travail{NBSP}?", kinds))
    criteria = [Option(str(each), each.capitalised) for each in Criterion]
    criterion = Criterion.of(
        chat.choose(
            f"{key}.criterion",
            f"Quelle est la situation de {name}{NBSP}? Le facilitateur validera, n’envoyez aucun détail médical.",
            criteria,
        )
    )
    hired = Hire(name, starts_on, modality, kind, criterion, employer=employer)
    return NewHire(hired, _work(chat, f"{key}.hours", name, month))


def _summary(
    commitment: Commitment,
    month: str,
    people: list[Employment],
    lines: dict[int, Work],
    hires: tuple[NewHire, ...],
    progress: Progress,
    former: Declaration | None,
) -> str:
    works = [(person.participant.name, lines[person.id], "") for person in people]
    works += [(new.hire.name, new.work, _new(new.hire.starts_on)) for new in hires]
    said = [f"- {name}{extra}{NBSP}: {in_words(work)}" for name, work, extra in works]
    total = sum((work.total for _, work, _ in works), Decimal(0))
    before = total_of(former) if former else Decimal(0)
    counted = before if former is not None and former.status in COUNTED else Decimal(0)
    remaining = Progress(progress.committed, progress.done - counted + total, progress.accepted).remaining
    warnings = [warning for name, work, _ in works if (warning := to_confirm(name, work.total))]
    text = f"**{in_french(month).capitalize()}, {commitment.contract.reference} {lot_of(commitment)}**\n\n"
    text += "\n".join([*said, f"- **Total{NBSP}: {in_hours(total)}**"])
    if former is not None:
        text += f" (avant{NBSP}: {in_hours(before)})"
    text += f"\n\nIl restera {in_hours(remaining)} à faire sur {in_hours(progress.committed)}."
    if warnings:
        text += f"\n\n**À vérifier**{NBSP}: " + " ".join(warnings)
    return text + f"\n\nVous confirmez{NBSP}?"


def _new(starts_on: date) -> str:
    return f" (embauche du {day_in_french(starts_on)})"


def in_words(work: Work) -> str:
    """Write the hours of a line, training apart."""
    if not work.training:
        return in_hours(work.worked)
    return f"{in_hours(work.total)} (dont {in_hours(work.training)} de formation)"


def _changes(people: list[Employment], hires: tuple[NewHire, ...]) -> tuple[Option, ...]:
    changes = [Option(f"hours.{person.id}", f"Heures de {person.participant.name}") for person in people]
    for number, new in enumerate(hires, start=1):
        changes.append(Option(f"hire.{number}.hours", f"Heures de {new.hire.name}"))
        changes.append(Option(f"hire.{number}.name hire.{number}.starts_on", f"Nom ou date de {new.hire.name}"))
    if not hires:
        changes.append(Option("way", HIRE.label))
    else:
        changes.append(Option(f"hire.{len(hires)}.more", "Ajouter une autre embauche"))
    changes.append(Option("month way", "Changer de mois"))
    return tuple(changes)
