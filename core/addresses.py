"""E-mail addresses as they are looked up: hashed with the house's key, case ignored."""

from core.house import House


def email_hash(house: House, email: str) -> str:
    """Keyed hash of an address, case ignored."""
    return house.keys.fingerprint(f"email:{email.strip().lower()}")
