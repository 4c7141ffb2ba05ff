"""What changes in a contract, told by the company: read, completed, shown before and after, sent to be signed."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from core.amendment_told import Told, last_of
from core.amendment_words import in_words
from core.commitments import lot_of, title_of
from core.dialogue import Chat, Option, is_not_known
from core.flows.commands import ProposeAmendment, Say
from core.flows.company import KEYS, other_company
from core.flows.register import Register
from core.hours import NBSP, in_hours, plain
from core.models import Commitment
from core.months import day_in_french, months_after, read_day
from core.organisations import Company
from core.pools import name_of
from core.refusal import Refused
from core.standing import Change
from core.terms import AmendmentKind, CommitmentStatus, ShareRole

KINDS = (
    Option("suspension", "Il est arrêté un temps"),
    Option("resumption", "Il reprend"),
    Option("end", "Sa date de fin change"),
    Option("hours", "Le nombre d’heures change"),
    Option("tranche", "Une tranche est affermie"),
    Option("transfer", "Une autre entreprise le reprend"),
    Option("share", "Une autre entreprise fait une part"),
    Option("pool", "Ses heures se comptent avec un autre"),
)
UNKNOWN = Option("unknown", "Je ne sais pas encore")
MOST = Decimal(10_000_000)
WAY = (Option("less", "En moins"), Option("more", "En plus"))
ROLES = tuple(Option(str(role), role.capitalised) for role in (ShareRole.SUBCONTRACTOR, ShareRole.CO_AWARDEE))
POOL_WAYS = (Option("more", "En ajouter un autre"), Option("less", "Le compter seul à nouveau"))
TO_CONFIRM = {
    AmendmentKind.SHARE: (
        "En pratique, le titulaire reste redevable de toutes les heures, et l’acheteur doit avoir accepté l’autre "
        f"entreprise{NBSP}: à confirmer auprès du facilitateur."
    ),
    AmendmentKind.POOLING: (
        "En pratique, les acheteurs doivent être d’accord, souvent par une convention de globalisation"
        f"{NBSP}: à confirmer auprès du facilitateur. Chaque mois se déclare toujours marché par marché."
    ),
    AmendmentKind.TRANSFER: (
        f"En pratique, l’acheteur doit avoir accepté la cession{NBSP}: à confirmer auprès du facilitateur. "
        "Les heures que vous avez faites restent les vôtres, et vous déclarez encore les mois d’avant ce jour-là."
    ),
}
NAME_IT = "Son nom exact ou son SIRET."
WITHIN = timedelta(days=3 * 366)


def amendment(chat: Chat, register: Register) -> ProposeAmendment | Say:
    """Ask what is missing, show what changes, then ask the facilitateur to sign."""
    rows = register.declarable
    if not rows:
        return Say("Aucun marché n’est suivi pour votre organisation. Écrivez au facilitateur pour le signaler.")
    chosen = _which(chat, rows)
    row = next(row for row in rows if str(row.id) == chosen)
    kind = chat.choose("kind", f"Qu’est-ce qui change pour {title_of(row, short=True)}{NBSP}?", KINDS)
    asked = CHANGES[kind](chat, row, register)
    change, company = asked if isinstance(asked, tuple) else (asked, None)
    newcomer = company.name if company is not None else ""
    differences = register.amended(row, change, newcomer)
    if isinstance(differences, str):
        return Say(differences, (("Reprendre", {"start": "amendment", "answers": {"commitment": chosen}}),))
    ask = f"Avez-vous l’avenant ou l’ordre de service{NBSP}? Envoyez-le maintenant (PDF ou photo)."
    papers = chat.file("file", ask, none="Je ne l’ai pas")
    reason = chat.answers.get("said") or chat.text("reason", f"En une phrase, pour quelle raison{NBSP}?", most=300)
    said = in_words(change, register.names(row, change, newcomer))
    text = f"Avenant à demander pour **{name_of(row)}**{NBSP}: {said}\n\n"
    text += "\n".join(f"- {each.line}" for each in differences)
    if change.kind in {AmendmentKind.SHARE, AmendmentKind.TRANCHE} and change.effective_on != chat.today:
        text += f"\n- Prend effet le {day_in_french(change.effective_on)}"
    if change.kind in TO_CONFIRM:
        text += f"\n\n{TO_CONFIRM[change.kind]}"
    text += f"\n\nRien ne change avant la signature du facilitateur. Je la lui demande{NBSP}?"
    correct = (
        Option(f"kind first until lasts moved hours way total said role with {KEYS}", "Ce qui change"),
        Option("file", "Le document"),
    )
    chat.agree(
        "agree", text, yes="Oui, demander l’avenant", change=correct, basis=f"{row.committed_hours}{row.ends_on}"
    )
    files = tuple(int(number) for number in papers.split(",")) if papers else ()
    return ProposeAmendment(row.id, change, reason, files, company)


def _which(chat: Chat, rows: Sequence[Commitment]) -> str:
    """Ask for the contract; of two that are counted together, either says it all."""
    if chat.answers.get("kind") == "pool" and len(rows) == 2 and all(row.globalisation_id is None for row in rows):
        return str(rows[0].id)
    options = [Option(str(row.id), f"{row.contract.reference} {lot_of(row)}".strip()) for row in rows]
    return chat.choose("commitment", f"Quel marché change{NBSP}?", options)


def answers_of(told: Told, text: str) -> dict[str, str]:
    """Return the answers that a sentence already gives."""
    found = {"kind": told.kind, "said": text.strip()[:300], "lasts": told.lasts}
    found |= {
        "first": told.first.isoformat() if told.first else "",
        "until": told.until.isoformat() if told.until else "",
    }
    if told.hours is not None:
        found |= {"hours": str(abs(told.hours)), "way": "less" if told.hours < 0 else "more"}
    found["company"] = told.company
    if told.role is not None:
        found["role"] = str(told.role)
    if told.total is not None:
        found["total"] = str(told.total)
    return {key: value for key, value in found.items() if value}


def _suspension(chat: Chat, row: Commitment, _: Register) -> Change:
    first = _day(chat, "first", f"Depuis quel jour, ou à partir de quel jour{NBSP}? Par exemple 12/10/2026.", row)
    lasts = chat.answers.get("lasts")
    if lasts and "until" not in chat.answers:
        until: date | None = last_of(first, lasts)
    else:
        said = chat.value("until", f"Jusqu’à quel jour compris{NBSP}?", _until(chat.today), suggestions=[UNKNOWN])
        until = None if said == UNKNOWN.value else date.fromisoformat(said)
    if until is None or row.ends_on is None or until < first:
        return Change(AmendmentKind.SUSPENSION, first, until=until)
    later = row.ends_on + (until - first) + timedelta(days=1)
    question = f"La fin du marché est-elle repoussée d’autant, au {day_in_french(later)}{NBSP}?"
    moved = chat.confirm("moved", question, yes="Oui", no=f"Non, elle reste au {day_in_french(row.ends_on)}")
    return Change(AmendmentKind.SUSPENSION, first, until=until, ends_on=later if moved else None)


def _resumption(chat: Chat, row: Commitment, _: Register) -> Change:
    return Change(AmendmentKind.RESUMPTION, _day(chat, "first", f"Quel jour le travail reprend-il{NBSP}?", row))


def _end(chat: Chat, row: Commitment, _: Register) -> Change:
    lasts = chat.answers.get("lasts", "")
    if lasts.endswith(" mois") and row.ends_on is not None and "until" not in chat.answers:
        ends_on = months_after(row.ends_on, int(lasts.split()[0]))
    else:
        ends_on = _day(chat, "until", f"Quel est le nouveau dernier jour du marché{NBSP}?", row)
    is_earlier = row.ends_on is not None and ends_on < row.ends_on
    kind = AmendmentKind.EARLY_END if is_earlier else AmendmentKind.DATES
    return Change(kind, chat.today, ends_on=ends_on)


def _hours(chat: Chat, row: Commitment, _: Register) -> Change:
    now = row.committed_hours or Decimal(0)
    total = chat.answers.get("total")
    if total is not None:
        return Change(AmendmentKind.HOURS, chat.today, hours=Decimal(total) - now)
    way = chat.choose("way", f"Les heures à faire sont de {in_hours(now)}. En moins, ou en plus{NBSP}?", WAY)
    hours = chat.hours("hours", f"Combien d’heures en {'moins' if way == 'less' else 'plus'}{NBSP}?", most=MOST)
    return Change(AmendmentKind.HOURS, chat.today, hours=-hours if way == "less" else hours)


def _tranche(chat: Chat, row: Commitment, _: Register) -> Change:
    hours = chat.hours("hours", f"Combien d’heures d’insertion cette tranche ajoute-t-elle{NBSP}?", most=MOST)
    first, until = (chat.answers.get(key) for key in ("first", "until"))
    return Change(
        AmendmentKind.TRANCHE,
        date.fromisoformat(first) if first else chat.today,
        hours=hours,
        ends_on=date.fromisoformat(until) if until else None,
    )


def _transfer(chat: Chat, row: Commitment, register: Register) -> tuple[Change, Company]:
    company = other_company(chat, register, f"Quelle entreprise reprend le marché{NBSP}? {NAME_IT}")
    day = _day(chat, "first", f"À partir de quel jour{NBSP}? Par exemple 01/03/2027.", row)
    return Change(AmendmentKind.TRANSFER, day, awardee_id=company.id), company


def _share(chat: Chat, row: Commitment, register: Register) -> tuple[Change, Company]:
    company = other_company(chat, register, f"Quelle entreprise fait une part des heures{NBSP}? {NAME_IT}")
    ask = f"À quel titre {company.name} travaille-t-elle sur ce marché{NBSP}?"
    role = ShareRole.of(chat.choose("role", ask, ROLES))
    is_back = chat.answers.get("way") == "less"
    what = "lui reprenez-vous" if is_back else "fera-t-elle"
    hours = chat.hours("hours", f"Combien d’heures d’insertion {what}{NBSP}?", most=MOST)
    ask = f"À partir de quel jour{NBSP}? Par exemple 01/12/2026."
    day = _day(chat, "first", ask, row, suggestions=[Option(chat.today.isoformat(), "Aujourd’hui")])
    change = Change(AmendmentKind.SHARE, day, hours=hours if is_back else -hours, awardee_id=company.id)
    return replace(change, share_role=role), company


def _pool(chat: Chat, row: Commitment, register: Register) -> Change:
    if row.globalisation_id is not None and chat.answers.get("with") is None:
        ask = f"Les heures de ce marché se comptent déjà avec d’autres. Que voulez-vous{NBSP}?"
        if chat.choose("way", ask, POOL_WAYS) == "less":
            return Change(AmendmentKind.UNPOOLING, chat.today)
    others = [
        each
        for each in register.declarable
        if each.id != row.id
        and each.status is not CommitmentStatus.ENDED
        and (row.globalisation_id is None or each.globalisation_id != row.globalisation_id)
    ]
    if not others:
        return Change(AmendmentKind.POOLING, chat.today)
    options = [Option(str(each.id), name_of(each)) for each in others]
    if len(others) > 1:
        options.append(Option(",".join(str(each.id) for each in others), "Tous mes marchés"))
    said = chat.choose("with", f"Avec quel autre marché compter ces heures{NBSP}?", options)
    return Change(AmendmentKind.POOLING, chat.today, members=tuple(map(int, said.split(","))))


Asked = Change | tuple[Change, Company]
CHANGES: dict[str, Callable[[Chat, Commitment, Register], Asked]] = {
    "suspension": _suspension,
    "resumption": _resumption,
    "end": _end,
    "hours": _hours,
    "tranche": _tranche,
    "transfer": _transfer,
    "share": _share,
    "pool": _pool,
}


def _day(chat: Chat, key: str, text: str, row: Commitment, suggestions: Sequence[Option] = ()) -> date:
    first = row.starts_on or chat.today - WITHIN
    last = max(chat.today, row.ends_on or chat.today) + WITHIN
    return chat.day(key, text, first=first, last=last, suggestions=suggestions)


def _until(today: date) -> Callable[[str], str]:
    def read(typed: str) -> str:
        if is_not_known(typed) or plain(typed).strip(" .!") == "non":
            return UNKNOWN.value
        day = read_day(typed, today)
        if day is None:
            raise Refused(f"Écrivez une date, par exemple 31/01/2027, ou «{NBSP}je ne sais pas{NBSP}».")
        return day.isoformat()

    return read
