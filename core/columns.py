"""Column types: encrypted text and JSON, times in UTC, terms, hundredths."""

import json
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, LargeBinary, String, TypeDecorator

from core.database import keys_in_use
from core.terms import Term


class EncryptedBytes(TypeDecorator[bytes]):
    """Bytes encrypted at rest with the keys of the database in use."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Encrypt on the way in."""
        return None if value is None else keys_in_use.get().encrypt(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Decrypt on the way out."""
        return None if value is None else keys_in_use.get().decrypt(value)


class EncryptedText(TypeDecorator[str]):
    """Text encrypted at rest."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        """Encrypt on the way in."""
        return None if value is None else keys_in_use.get().encrypt(value.encode("utf-8", "replace"))

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        """Decrypt on the way out."""
        return None if value is None else keys_in_use.get().decrypt(value).decode()


class EncryptedJson(TypeDecorator[Any]):
    """A JSON value encrypted at rest. Assign a new value to change it: mutation in place is not seen."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        """Encrypt on the way in."""
        if value is None:
            return None
        return keys_in_use.get().encrypt(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        """Decrypt on the way out."""
        return None if value is None else json.loads(keys_in_use.get().decrypt(value))


class UtcTime(TypeDecorator[datetime]):
    """An aware time, stored in UTC on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store in UTC; a naive time is a bug."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive time cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware time (SQLite forgets the zone)."""
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class TermColumn(TypeDecorator[Any]):
    """A term stored by its English value."""

    impl = String(40)
    cache_ok = True

    def __init__(self, terms: type[Term]) -> None:
        super().__init__()
        self.terms = terms
        self.known = {str(term): term for term in terms}

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Store the English value; an unknown one is a bug."""
        return None if value is None else str(self.known[value].value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Give back the term."""
        return None if value is None else self.known[value]


class Hundredths(TypeDecorator[Decimal]):
    """Hours or euros with two decimals, stored as a whole number of hundredths: exact, and so are sums."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Round to hundredths on the way in."""
        return None if value is None else int((value * 100).to_integral_value(ROUND_HALF_UP))

    def process_result_value(self, value: int | Decimal | None, dialect: Dialect) -> Decimal | None:
        """Decimal on the way out."""
        return None if value is None else Decimal(value) / 100
