"""What is kept on the disk is worth something for one program only, and only when it is whole."""

from pathlib import Path

import pytest

from knowledge.pycache import digest, place_of, read, write

PROGRAM, CONTENT = "0123", '{"clé": [1, 2]}\n'.encode()


def test_what_was_kept_is_read_by_the_same_program(tmp_path: Path) -> None:
    place = tmp_path / "made" / "kept"
    assert read(place, PROGRAM) is None
    write(place, PROGRAM, CONTENT)
    assert read(place, PROGRAM) == CONTENT
    write(place, "4567", b"")
    assert (read(place, PROGRAM), read(place, "4567")) == (None, b"")


def test_what_is_damaged_is_not_read(tmp_path: Path) -> None:
    place = tmp_path / "kept"
    write(place, PROGRAM, CONTENT)
    whole = place.read_bytes()
    for end in range(len(whole)):
        place.write_bytes(whole[:end])
        assert read(place, PROGRAM) is None
    for byte in range(len(whole)):
        place.write_bytes(whole[:byte] + bytes([whole[byte] ^ 1]) + whole[byte + 1 :])
        assert read(place, PROGRAM) is None
    place.write_bytes(whole + b" ")
    assert read(place, PROGRAM) is None
    place.unlink()
    place.mkdir()
    assert read(place, PROGRAM) is None


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "kept" / "full").mkdir(parents=True)
    with pytest.raises(OSError, match="kept"):
        write(tmp_path / "kept", PROGRAM, CONTENT)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_it_is_kept_beside_the_compiled_module() -> None:
    assert place_of("/srv/clausette/knowledge/snapshot.py").parent.name == "__pycache__"


def test_a_library_of_another_version_makes_another_program(tmp_path: Path) -> None:
    assert len({digest([], "6.0"), digest([], "6.1"), digest([], "6.0", "2.1")}) == 3
