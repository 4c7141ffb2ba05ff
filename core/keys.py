"""The keys of an installation: made once in `DATA_DIR/keys` (mode 600) when the environment gives none.

`ENCRYPTION_KEYS` holds one or more keys "id:base64", the first one encrypts, all of them decrypt: rotate by putting a
new one in front. Losing them is losing the names and the texts: back them up apart from the database.
"""

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.settings import InvalidSettings, Settings

KEY_BYTES = 32
NONCE_BYTES = 12


@dataclass(frozen=True)
class Keys:
    """Encrypts at rest (AES-256-GCM, one byte of key id, 12 of nonce) and makes keyed hashes for matching."""

    signing: bytes
    ciphers: dict[int, AESGCM]
    current: int
    matching: bytes

    def encrypt(self, clear: bytes) -> bytes:
        """Encrypt with the current key."""
        nonce = os.urandom(NONCE_BYTES)
        return bytes([self.current]) + nonce + self.ciphers[self.current].encrypt(nonce, clear, None)

    def decrypt(self, stored: bytes) -> bytes:
        """Decrypt with the key that was used; raises InvalidSettings when that key is missing or wrong."""
        cipher = self.ciphers.get(stored[0])
        if cipher is None:
            raise InvalidSettings(f"CLAUSETTE_ENCRYPTION_KEYS: key {stored[0]} is missing")
        try:
            return cipher.decrypt(stored[1 : 1 + NONCE_BYTES], stored[1 + NONCE_BYTES :], None)
        except InvalidTag as error:
            raise InvalidSettings(f"CLAUSETTE_ENCRYPTION_KEYS: key {stored[0]} is not the one used") from error

    def fingerprint(self, text: str) -> str:
        """Keyed hash of a text, to find a row again without storing the text in clear (128 bits, hexadecimal)."""
        return hmac.digest(self.matching, text.encode(), hashlib.sha256)[:16].hex()


def load_keys(settings: Settings) -> Keys:
    """Return the installation's keys, made on first use. Raises InvalidSettings when a given key is malformed."""
    folder = settings.data_dir / "keys"
    secret = settings.secret_key.get_secret_value() or _kept(folder / "secret_key", lambda: secrets.token_urlsafe(48))
    listed = settings.encryption_keys.get_secret_value() or _kept(folder / "encryption_keys", new_encryption_key)
    raw = dict(_parsed(entry) for entry in listed.replace("\n", ",").split(",") if entry.strip())
    if not raw:
        raise InvalidSettings("CLAUSETTE_ENCRYPTION_KEYS: empty; expected id:base64")
    current = next(iter(raw))
    oldest = raw[min(raw)]  # matching must survive a rotation of the encryption key
    return Keys(
        signing=hashlib.sha256(b"signing:" + secret.encode()).digest(),
        ciphers={number: AESGCM(key) for number, key in raw.items()},
        current=current,
        matching=hmac.digest(oldest, b"matching", hashlib.sha256),
    )


def new_encryption_key(number: int = 1) -> str:
    """Make a fresh entry for `ENCRYPTION_KEYS`."""
    return f"{number}:{base64.b64encode(os.urandom(KEY_BYTES)).decode()}"


def _parsed(entry: str) -> tuple[int, bytes]:
    number, _, encoded = entry.strip().partition(":")
    try:
        key = base64.b64decode(encoded, validate=True)
        if not 0 <= int(number) <= 255 or len(key) != KEY_BYTES:
            raise ValueError
    except ValueError as error:
        raise InvalidSettings(
            "CLAUSETTE_ENCRYPTION_KEYS: each key is id:base64, with id from 0 to 255 and 32 bytes in base64"
        ) from error
    return int(number), key


def _kept(path: Path, make: Callable[[], str]) -> str:
    if path.exists():
        return path.read_text(encoding="ascii").strip()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = make()
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process made it at the same moment
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(made)
        file.flush()
        os.fsync(file.fileno())
    return made
