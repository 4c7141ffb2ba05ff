"""Every contract of an open data file, with or without a social clause, kept to compare purchases with."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.decp import DecpContract
from core.models import AwardedContract

_LONGEST_NAME, _LONGEST_OBJECT = 300, 1000


def keep_awarded(session: Session, batch: Sequence[DecpContract]) -> None:
    """Add contracts to those that can be compared with; what was known of them is replaced."""
    rows = [_row(contract) for contract in batch]
    if not rows:
        return
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    adding = sqlite.insert(AwardedContract) if is_sqlite else postgresql.insert(AwardedContract)
    replaced = {name: adding.excluded[name] for name in rows[0] if name != "decp_id"}
    session.connection().execute(adding.on_conflict_do_update(index_elements=["decp_id"], set_=replaced), rows)


def _row(contract: DecpContract) -> dict[str, Any]:
    return {
        "decp_id": f"{contract.buyer_siret}{contract.reference}",
        "buyer_siret": contract.buyer_siret[:14],
        "buyer_name": (contract.buyer_name or "")[:_LONGEST_NAME],
        "object": (contract.object or "")[:_LONGEST_OBJECT],
        "division": (contract.cpv or "")[:2],
        "cpv": contract.cpv,
        "amount": contract.amount,
        "months": contract.months,
        "notified_on": contract.notified_on,
        "social": "unknown" if contract.social is None else "yes" if contract.has_social_clause else "no",
    }
