"""What takes long to make and depends on the program only, kept on the disk until the program changes.

As Python keeps compiled modules, and where it keeps them (`__pycache__`): who may write there may change the program
anyway. The Makefile writes it; else the first process that may. A first line holds a digest of the program that it is
worth something for, and one of itself. Another program, a file cut short or none: it is made again.
"""

import platform
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from hashlib import sha256
from importlib.util import cache_from_source
from pathlib import Path
from secrets import token_hex


def place_of(module: str) -> Path:
    """Where a module, given by its `__file__`, keeps what it makes."""
    return Path(cache_from_source(module)).with_suffix(".json")


def digest(files: Iterable[Path], *versions: str) -> str:
    """Tell a program from any other, by its files, its libraries, its Python and its machine. Raises OSError."""
    whole = sha256(" ".join((sys.version, platform.machine(), *versions)).encode())
    for path in files:
        content = path.read_bytes()
        whole.update(f"\n{path.name} {len(content)}\n".encode())
        whole.update(content)
    return whole.hexdigest()


def read(place: Path, program: str) -> bytes | None:
    """What was kept for a program; None when there is nothing, when it is another's or damaged."""
    try:
        head, _, content = place.read_bytes().partition(b"\n")
    except OSError:
        return None
    return content if head == _head(program, content) else None


def write(place: Path, program: str, content: bytes) -> None:
    """Keep what was made for a program, whole or not at all. Raises OSError."""
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_name(f"{place.name}.{token_hex(8)}")
    try:
        with beside.open("xb") as file:
            file.write(_head(program, content) + b"\n" + content)
        beside.replace(place)
    finally:
        beside.unlink(missing_ok=True)


def offer(place: Path, program: str, content: Callable[[], bytes]) -> None:
    """Keep it if this process writes compiled modules, and may."""
    if not sys.dont_write_bytecode:
        with suppress(OSError):  # an installation that its users cannot write to
            write(place, program, content())


def _head(program: str, content: bytes) -> bytes:
    return f"{program} {sha256(content).hexdigest()}".encode()
