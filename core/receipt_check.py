"""Checking a receipt: online by its number and code, or without the house, from the file that it carries.

The number alone says that a receipt exists and is sound; what it says needs the code printed on it, which is the
beginning of its hash. No receipt holds a name: lines are numbers of employments.
"""

import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.keys import Keys
from core.models import Receipt
from core.receipts import START, chained
from core.refusal import Refused
from core.seal import is_signed, sign

CODE_LENGTH = 16  # hexadecimal digits: 64 bits, and the page counts the tries
NOT_A_RECEIPT = "Ce fichier ne contient pas de reçu. Prenez le PDF du reçu, ou le fichier recu.json qu’il porte."
FORGED = "Ce reçu n’est pas authentique : son contenu a été modifié, ou il vient d’ailleurs."


@dataclass(frozen=True)
class Said:
    """What a receipt says. `awardee` is a SIRET, or a name where none is known; `total` is hours."""

    number: int
    contract: str
    lot: str
    awardee: str
    month: str
    version: int
    total: Decimal
    people: int
    declared_at: datetime


@dataclass(frozen=True)
class Checked:
    """What the house answers about a number: sound or not, replaced by which, and what it says if the code is right."""

    number: int
    issued_at: datetime
    is_sound: bool
    replaced_by: int | None
    said: Said | None


def code_of(receipt: Receipt) -> str:
    """Write the code of a receipt."""
    return code_in(receipt.hash)


def code_in(digest: str) -> str:
    """Write the code printed on what has this hash: "5F3A-91C2-07BE-44D0"."""
    code = digest[:CODE_LENGTH].upper()
    return "-".join(code[place : place + 4] for place in range(0, CODE_LENGTH, 4))


def is_code(typed: str, digest: str) -> bool:
    """Tell whether a typed code is that of a hash, however it is spaced."""
    letters = "".join(c for c in typed.lower() if c.isalnum())
    return hmac.compare_digest(letters.encode(), digest[:CODE_LENGTH].encode())


def check(session: Session, number: int, code: str = "") -> Checked | None:
    """Look a receipt up; None when there is none of this number. Without the right code, `said` is None."""
    receipt = session.get(Receipt, number)
    if receipt is None:
        return None
    former = session.get(Receipt, number - 1)
    is_sound = receipt.previous_hash == (former.hash if former else START)
    is_sound &= receipt.hash == chained(receipt.previous_hash, receipt.content)
    return Checked(
        number=number,
        issued_at=receipt.issued_at,
        is_sound=is_sound,
        replaced_by=session.scalar(select(Receipt.number).where(Receipt.replaces == number)),
        said=_said(number, json.loads(receipt.content)) if is_code(code, receipt.hash) else None,
    )


def sealed(keys: Keys, receipt: Receipt) -> str:
    """Write a receipt as the file that proves it anywhere: its number, content and hashes, and our signature (JSON)."""
    fields = {
        "number": receipt.number,
        "previous_hash": receipt.previous_hash,
        "content": receipt.content,
        "hash": receipt.hash,
    }
    return json.dumps({**fields, "signature": sign(keys, _signed(fields))}, ensure_ascii=False, indent=1)


def unsealed(text: str, pem: str) -> Said:
    """Read such a file back with the public key of the house that signed it. Raises Refused when it does not hold."""
    try:
        fields = json.loads(text)
        said = _said(int(fields["number"]), json.loads(fields["content"]))
        is_whole = fields["hash"] == chained(fields["previous_hash"], fields["content"])
        is_ours = is_signed(pem, _signed(fields), fields["signature"])
    except (ValueError, KeyError, TypeError, ArithmeticError) as error:
        raise Refused(NOT_A_RECEIPT) from error
    if not (is_whole and is_ours):
        raise Refused(FORGED)
    return said


def _signed(fields: dict[str, Any]) -> str:
    return f"{fields['number']}\n{fields['hash']}"


def _said(number: int, content: dict[str, Any]) -> Said:
    return Said(
        number=number,
        contract=str(content["contract"]),
        lot=str(content["lot"]),
        awardee=str(content["awardee"]),
        month=str(content["month"]),
        version=int(content["version"]),
        total=sum((Decimal(worked) + Decimal(training) for _, worked, training in content["lines"]), Decimal(0)),
        people=len(content["lines"]),
        declared_at=datetime.fromisoformat(content["declared_at"]),
    )
