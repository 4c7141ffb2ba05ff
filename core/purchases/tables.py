"""What the facilitateur sets for the purchases of his territory: how hours are computed, the offer, the structures."""

from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy.orm import Session

from core import audit
from core.access import keeps_articles
from core.hours import plain
from core.house import House
from core.models import Person, Territory
from core.purchases.habits import MOST_ROUNDING
from core.purchases.offer import LONGEST, USUAL
from core.purchases.structures import KINDS, MOST_STRUCTURES
from core.refusal import Refused
from knowledge.sizing import Trade, own_tables

TEXTS = (*USUAL, "reach")
ONLY_FACILITATOR = "Seul le facilitateur du territoire peut régler ces tables."


def share_field(trade: Trade) -> str:
    """The name of the field of a trade's share of labour: "share.espaces-verts"."""
    return f"share.{plain(trade.name).replace(' ', '-')}"


def stored_rounding(text: str) -> str:
    """A rounding step as it is stored, in whole hours. Raises Refused."""
    digits = text.strip().removesuffix("h").strip()
    if not digits.isdecimal() or not 1 <= int(digits) <= MOST_ROUNDING:
        raise Refused("Écrivez un nombre entier d’heures, par exemple 1, 5, 7 ou 35.")
    return str(int(digits))


def stored_structures(text: str) -> str:
    """A number of structures as it is stored. Raises Refused."""
    if not text.strip().isdecimal() or int(text) > MOST_STRUCTURES:
        raise Refused("Écrivez un nombre, par exemple 4.")
    return str(int(text))


def set_calculation(session: Session, house: House, by: Person, answers: Mapping[str, str]) -> None:
    """Keep the hourly cost, the rate, the rounding and the shares of labour; what is not given is the usual again."""
    place = _place(session, by)
    kept: dict[str, object] = {name: answers[name] for name in ("hourly_cost", "rate") if answers.get(name)}
    if answers.get("round_to"):
        kept["round_to"] = int(answers["round_to"])
    trades = {trade.name: answers.get(share_field(trade)) for trade in own_tables().trades}
    place.sizing = {**kept, "shares": {name: share for name, share in trades.items() if share}}
    _note(session, house, by, "calculation")


def set_offer(session: Session, house: House, by: Person, answers: Mapping[str, str]) -> None:
    """Keep what is proposed to buyers; a text left as usual, or empty, stays the usual one."""
    place = _place(session, by)
    texts = {name: answers.get(name, "").strip()[:LONGEST] for name in TEXTS}
    own = {name: text for name, text in texts.items() if text and text != USUAL.get(name)}
    place.offer = {**own, **_structures(place)}
    _note(session, house, by, "offer")


def set_structures(session: Session, house: House, by: Person, counts: Mapping[str, int], turnover: str) -> None:
    """Keep the numbers of structures by kind, and their mean turnover in euros ("" when unknown)."""
    place = _place(session, by)
    kept: dict[str, object] = {kind: count for kind, count in counts.items() if kind in KINDS and count > 0}
    if turnover:
        kept["turnover"] = f"{Decimal(turnover):f}"
    place.offer = {**{name: text for name, text in (place.offer or {}).items() if name in TEXTS}, "structures": kept}
    _note(session, house, by, "structures")


def _structures(place: Territory) -> dict[str, object]:
    return {name: value for name, value in (place.offer or {}).items() if name == "structures"}


def _place(session: Session, by: Person) -> Territory:
    if not keeps_articles(by):
        raise Refused(ONLY_FACILITATOR)
    return session.get_one(Territory, by.territory_id)


def _note(session: Session, house: House, by: Person, what: str) -> None:
    audit.note(session, house, "set_tables", f"territory:{by.territory_id}", person_id=by.id, detail=what)
