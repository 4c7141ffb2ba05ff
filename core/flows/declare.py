"""Declare a month: hours asked for or told at once, a hire, or nothing with its reason; read back, confirmed."""

from decimal import Decimal
from textwrap import shorten

from core.commitments import lot_of, total_of
from core.declarations import Work
from core.dialogue import Chat, Option, Refilled, Reopened
from core.flows.commands import PrepareMonth, RequestCorrection, Say, SubmitDeclaration
from core.flows.confirming import confirmed
from core.flows.correction import correction, reason_of
from core.flows.doubts import ask_doubts
from core.flows.hires import hires_of, work_of
from core.flows.prove import missing_in_words
from core.flows.register import Register
from core.flows.summary import HIRE, Read, changes, confirming, note_of, remaining, summary
from core.hours import NBSP, in_hours
from core.models import Commitment, Declaration, Employment, PreparedMonth
from core.months import in_french
from core.preparations import total_of as prepared_total
from core.terms import DeclarationStatus, NilReason

OFFERED_MONTHS = 4
LONGEST_OFFER = 60
HOURS = Option("hours", "Saisir les heures")
NIL = Option("nil", "Rien ce mois-ci")
TAKEN_OVER = "prepared"
NO_LONGER = (
    "Ce mois n’attend plus votre accord : il est déjà déclaré, il a été préparé à nouveau, ou la délégation est finie."
).replace(" :", f"{NBSP}:")
ALL_DONE = "Il n’y a aucun mois à préparer pour l’instant, merci."
NOTHING_TO_DECLARE = (
    "Aucun marché n’attend de déclaration de votre part. "
    f"Si vous pensez que c’est une erreur, écrivez «{NBSP}parler à quelqu’un{NBSP}»."
)


def declare(chat: Chat, register: Register) -> SubmitDeclaration | RequestCorrection | PrepareMonth | Say:
    """Declare or correct one month of one commitment; a delegate prepares it for the company."""
    rows = register.workable
    if not rows:
        return Say(NOTHING_TO_DECLARE)
    if gone := _is_no_longer_prepared(chat, register):
        return gone
    chosen = chat.choose("commitment", _which_asked(chat), [_offer(register, row) for row in rows])
    commitment = next(row for row in rows if str(row.id) == chosen)
    if register.is_delegated(commitment) and not register.due(commitment):
        return Say(ALL_DONE)
    month = _month(chat, register, commitment)
    former = register.in_force(commitment, month)
    people = register.employments(commitment, month)
    if former is not None and former.status is DeclarationStatus.ACCEPTED:
        return correction(chat, register, commitment, month, former)
    if former is not None:
        chat.say(
            f"{in_french(month).capitalize()} est déjà déclaré ({in_hours(total_of(former))}). "
            "Votre nouvelle saisie le remplacera, l’ancienne version reste dans l’historique."
        )
    ask_doubts(chat, register, commitment, month)
    is_open = chat.answers.get("way") in {None, TAKEN_OVER}
    ready = register.awaiting.of(commitment.id, month) if is_open else None
    whose = commitment.awardee.name if register.is_delegated(commitment) else ""
    way = chat.choose("way", _way_asked(month, people, whose), _ways(people, ready))
    if ready is not None and way == TAKEN_OVER:
        raise Refilled(register.awaiting.answers_of(ready))
    if way == NIL.value:
        return _nil(chat, commitment, month, former, whose)
    lines = _lines(chat, register, commitment, month, people)
    hires = hires_of(chat, commitment, month, people) if way == HIRE.value else ()
    lines, hires = confirmed(chat, register, commitment, month, people, lines, hires)
    owed = register.progress([commitment])[commitment.id] if not whose else None
    lights = register.lights(commitment)
    there = [person for person in people if lines[person.id].total]
    missing = missing_in_words(register, there, month, hired=[new.hire.name for new in hires])
    read = Read(commitment, month, people, lines, hires, owed, former, lights, missing, whose)
    _check_total(chat, read)
    reason = reason_of(chat) if former is not None else ""
    text, varies = summary(chat, read, reason), remaining(read) if "prepared" in chat.answers else ""
    chat.agree("agree", text, change=changes(chat, read), basis=_basis(former), but_for=varies)
    if whose:
        return PrepareMonth(commitment.id, month, lines, hires, note=note_of(chat, read))
    replaces = former.id if former else None
    return SubmitDeclaration(commitment.id, month, lines, hires, note=note_of(chat, read, reason), replaces=replaces)


def _is_no_longer_prepared(chat: Chat, register: Register) -> Say | None:
    """Say that what was to be validated is no longer: declared, prepared again, or its delegation ended."""
    number = chat.answers.get("prepared")
    if number is None or any(str(each.id) == number for each in register.awaiting.months):
        return None
    return Say(NO_LONGER, (("Mes obligations", {"start": "obligations"}),))


def _lines(
    chat: Chat, register: Register, commitment: Commitment, month: str, people: list[Employment]
) -> dict[int, Work]:
    """Ask for the hours of each person; what the facilitateur sent back is recalled with the question."""
    returned = {each.line.employment_id: each for each in register.open_remarks(commitment, month)}
    found = {}
    for person in people:
        if person.id in returned:
            chat.say(f"Renvoyé par le facilitateur{NBSP}: {returned[person.id].in_words}")
        found[person.id] = work_of(chat, f"hours.{person.id}", person.participant.name, month)
    return found


def _which_asked(chat: Chat) -> str:
    """Ask for the contract; what was told of the month already is kept, and said to be."""
    if "told" not in chat.answers:
        return f"Pour quel marché{NBSP}?"
    month = chat.answers.get("month")
    about = f" pour {in_french(month)}" if month else ""
    return f"J’ai bien lu vos heures{about}. C’est pour quel marché{NBSP}?"


def _offer(register: Register, row: Commitment) -> Option:
    whose = f"{row.awardee.name}, " if register.is_delegated(row) else ""
    label = " ".join(f"{whose}{row.contract.reference} {lot_of(row)} {row.contract.object}".split())
    if len(label) > LONGEST_OFFER:  # which shorten() learns word by word, for every row at each replay
        label = shorten(label, LONGEST_OFFER, placeholder="…")
    return Option(str(row.id), label)


def _month(chat: Chat, register: Register, commitment: Commitment) -> str:
    due = [each.month for each in register.due(commitment)][-OFFERED_MONTHS:]
    done = {each.month for each in register.delegated.waiting(commitment)}
    due = [month for month in due if month not in done] or due
    offered = due or sorted(register.declared(commitment), reverse=True)[:OFFERED_MONTHS]
    options = [Option(month, in_french(month)) for month in sorted(offered)]
    text = f"Pour quel mois{NBSP}?"
    if not due and offered:
        text = f"Tous vos mois sont déclarés. Quel mois voulez-vous corriger{NBSP}?"
    said = chat.answers.get("month")
    if said is None and len(offered) == 1 and register.is_delegated(commitment):
        return offered[0]
    refusal = register.refusal_for(commitment, said) if said else None
    if refusal is not None:
        chat.say(refusal)
    return chat.month("month", text, options, refuse=lambda month: register.refusal_for(commitment, month))


def _way_asked(month: str, people: list[Employment], whose: str) -> str:
    text = f"Que voulez-vous déclarer pour {in_french(month)}{NBSP}?"
    if whose:
        text = f"Que préparez-vous en {in_french(month)} pour **{whose}**{NBSP}?"
    if not people:
        return text
    example = ", ".join(
        f"{person.participant.name}{NBSP}: {hours}" for person, hours in zip(people, ("84 h", "rien"), strict=False)
    )
    first = people[0].participant.name
    either = f"«{NBSP}{example}{NBSP}», ou commencer par les heures de {first}"
    return f"{text} Vous pouvez tout écrire en une fois, par exemple {either}."


def _ways(people: list[Employment], ready: PreparedMonth | None) -> tuple[Option, ...]:
    usual = (HOURS, HIRE, NIL) if people else (HIRE, NIL)
    if ready is None:
        return usual
    return (Option(TAKEN_OVER, f"Voir ce qui est préparé ({in_hours(prepared_total(ready))})"), *usual)


def _nil(
    chat: Chat, commitment: Commitment, month: str, former: Declaration | None, whose: str
) -> SubmitDeclaration | PrepareMonth:
    reasons = [Option(str(reason), reason.capitalised) for reason in NilReason]
    reason = NilReason.of(chat.choose("nil_reason", f"Pour quelle raison{NBSP}?", reasons))
    chat.agree(
        "agree",
        f"**{in_french(month).capitalize()}, {commitment.contract.reference} {lot_of(commitment)}**\n\n"
        f"- Aucune heure ce mois-ci\n- Raison{NBSP}: {reason.label}\n\n{confirming(whose)}",
        change=(Option("nil_reason", "La raison"), Option("way nil_reason", "J’ai des heures à déclarer")),
        basis=_basis(former),
    )
    note = chat.answers.get("note", "")
    if whose:
        return PrepareMonth(commitment.id, month, nil_reason=reason, note=note)
    return SubmitDeclaration(commitment.id, month, nil_reason=reason, note=note, replaces=former.id if former else None)


def _basis(former: Declaration | None) -> str:
    return f"declaration:{former.id}" if former else ""  # another version, even of the same total, is agreed to again


def _check_total(chat: Chat, read: Read) -> None:
    """Ask when the total that the person gave is not the sum of the lines."""
    said = chat.answers.get("total")
    if said is None or Decimal(said) == read.total:
        return
    keep = Option("keep", f"Garder {in_hours(read.total)}")
    lines = [
        Option(each.value, each.label)
        for each in changes(chat, read)
        if each.value.endswith("hours") or each.value.startswith("hours")
    ]
    chosen = chat.choose(
        "total.kept",
        f"Vous avez écrit un total de {in_hours(Decimal(said))}, mais la somme des lignes fait "
        f"{in_hours(read.total)}. Que faut-il corriger{NBSP}?",
        [keep, *lines],
        ask_even_one=True,
    )
    if chosen != keep.value:
        raise Reopened((*chosen.split(), "total.kept"))
