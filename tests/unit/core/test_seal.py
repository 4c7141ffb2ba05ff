"""What the house signs is verified with its public key alone, and with no other."""

from pathlib import Path

import pytest

from core.keys import load_keys
from core.seal import is_signed, public_key, sign
from core.settings import Settings


def test_a_signature_holds_for_its_text_and_key_only(tmp_path: Path) -> None:
    ours, others = (load_keys(Settings(data_dir=tmp_path / name)) for name in ("ours", "others"))
    signature = sign(ours, "R-000042")
    assert is_signed(public_key(ours), "R-000042", signature)
    assert not is_signed(public_key(ours), "R-000043", signature)
    assert not is_signed(public_key(others), "R-000042", signature)
    assert not is_signed(public_key(ours), "R-000042", "pas une signature")


def test_a_rotation_of_the_encryption_key_changes_no_signature(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    before = load_keys(settings)
    kept = tmp_path / "keys" / "encryption_keys"
    rotated = Settings(data_dir=tmp_path, encryption_keys=f"2:{'A' * 43}=,{kept.read_text()}")
    assert public_key(load_keys(rotated)) == public_key(before)


def test_what_is_not_a_public_key_is_said(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"."):
        is_signed("-----BEGIN PUBLIC KEY-----\nrien\n-----END PUBLIC KEY-----", "a", "b")
