"""A PostgreSQL server of our own for the tests: made with initdb, on a free port, thrown away at the end."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

ABSENT = "PostgreSQL is not installed: apt-get install postgresql"
FAST = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "unix_socket_directories=",
    "max_connections=120",
)


def programs() -> Path | None:
    """Return the folder of the newest server's programs, or None when there is none."""
    places = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/opt/homebrew/opt").glob("postgresql*/bin")]
    configured = shutil.which("pg_config")
    if configured:
        asked = subprocess.run([configured, "--bindir"], capture_output=True, text=True, check=True)
        places.append(Path(asked.stdout.strip()))
    found = [place for place in places if (place / "initdb").exists() and (place / "postgres").exists()]
    return max(found, key=lambda place: (len(str(place)), str(place)), default=None)


@contextmanager
def running(bin_dir: Path) -> Iterator[str]:
    """Run a server; yield its address without a database name."""
    folder = Path(tempfile.mkdtemp(prefix="clausette-postgresql-"))
    user: str | None = None
    if os.geteuid() == 0:  # the server refuses to run as root
        user = "postgres"
        shutil.chown(folder, user)
    group = pwd.getpwnam(user).pw_gid if user else None
    port = _free_port()
    data = str(folder / "data")
    initdb = [str(bin_dir / "initdb"), "-D", data, "-U", "clausette", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
    subprocess.run(initdb, check=True, capture_output=True, cwd=folder, user=user, group=group)
    options = [part for option in (*FAST, f"unix_socket_directories={folder}") for part in ("-c", option)]
    serve = [str(bin_dir / "postgres"), "-D", data, "-h", "127.0.0.1", "-p", str(port), *options]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(serve, cwd=folder, stdout=log, stderr=log, user=user, group=group)
    try:
        address = f"postgresql://clausette@127.0.0.1:{port}"
        _wait_for(address, server)
        yield address
    finally:
        server.send_signal(signal.SIGQUIT)  # at once: nothing is worth keeping
        server.wait(timeout=60)
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(f"{address}/postgres").close()
            return
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
