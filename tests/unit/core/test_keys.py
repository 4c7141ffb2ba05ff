import stat
from pathlib import Path

import pytest
from pydantic import SecretStr

from core.keys import Keys, load_keys, new_encryption_key
from core.settings import InvalidSettings, Settings


def keys_of(listed: str, secret: str = "secret") -> Keys:
    return load_keys(Settings(secret_key=SecretStr(secret), encryption_keys=SecretStr(listed)))


def test_what_is_encrypted_is_read_back_and_never_twice_the_same() -> None:
    keys = keys_of(new_encryption_key())
    assert keys.encrypt(b"Marie") != keys.encrypt(b"Marie")
    assert keys.decrypt(keys.encrypt(b"Marie")) == b"Marie"


def test_after_a_rotation_the_old_key_still_reads_and_the_new_one_writes() -> None:
    old, new = new_encryption_key(1), new_encryption_key(2)
    before, after = keys_of(old), keys_of(f"{new},{old}")
    assert after.decrypt(before.encrypt(b"Marie")) == b"Marie"
    assert after.encrypt(b"Marie")[0] == 2
    assert after.fingerprint("marie") == before.fingerprint("marie")


def test_a_missing_or_wrong_key_is_named() -> None:
    written = keys_of(new_encryption_key(7)).encrypt(b"Marie")
    with pytest.raises(InvalidSettings, match="key 7 is missing"):
        keys_of(new_encryption_key(1)).decrypt(written)
    with pytest.raises(InvalidSettings, match="key 7 is not the one used"):
        keys_of(new_encryption_key(7)).decrypt(written)


def test_what_was_altered_is_not_read() -> None:
    keys = keys_of(new_encryption_key())
    written = bytearray(keys.encrypt(b"84 h"))
    written[-1] ^= 1
    with pytest.raises(InvalidSettings):
        keys.decrypt(bytes(written))


@pytest.mark.parametrize("listed", ["1", "1:", "x:AAAA", "1:AAAA", "256:" + "A" * 43 + "=", "1:é", ","])
def test_a_malformed_key_stops_the_start_with_one_line(listed: str) -> None:
    with pytest.raises(InvalidSettings, match=r"^CLAUSETTE_ENCRYPTION_KEYS: [^\n]+$"):
        keys_of(listed)


def test_keys_are_made_once_and_kept_for_their_owner_only(tmp_path: Path) -> None:
    first, second = load_keys(Settings(data_dir=tmp_path)), load_keys(Settings(data_dir=tmp_path))
    assert second.decrypt(first.encrypt(b"Marie")) == b"Marie"
    assert first.signing == second.signing
    for name in ("secret_key", "encryption_keys"):
        assert stat.S_IMODE((tmp_path / "keys" / name).stat().st_mode) == 0o600


def test_fingerprints_of_two_installations_never_meet() -> None:
    assert keys_of(new_encryption_key()).fingerprint("a") != keys_of(new_encryption_key()).fingerprint("a")
