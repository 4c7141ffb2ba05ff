"""The signature of what the house gives as proof: Ed25519, with a key of the installation.

The key comes from the one that matches names, which a rotation of the other keys does not change: what was signed stays
verifiable. Whoever holds the public key (`/recu/cle`) checks without the house.
"""

import base64
import hashlib
import hmac

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from core.keys import Keys


def sign(keys: Keys, text: str) -> str:
    """Return the signature of a text, in base64."""
    return base64.b64encode(_private(keys).sign(text.encode())).decode()


def public_key(keys: Keys) -> str:
    """Return the installation's public key (PEM)."""
    return _private(keys).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def is_signed(pem: str, text: str, signature: str) -> bool:
    """Tell whether a text was signed by the holder of this key. Raises ValueError when `pem` is no such key."""
    key = load_pem_public_key(pem.encode())
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("not an Ed25519 public key")
    try:
        key.verify(base64.b64decode(signature), text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def _private(keys: Keys) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hmac.digest(keys.matching, b"seal", hashlib.sha256))
