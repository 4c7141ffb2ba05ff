"""Doing things at the same moment: in threads, and in processes of their own."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from core.conversations import turn
from core.exchange import Inbound
from core.house import House
from core.terms import Channel
from tests.houses import FakeClock, make_house

T = TypeVar("T")
ROOT = Path(__file__).parent.parent


def together(*jobs: Callable[[], T]) -> list[T | Exception]:
    """Run jobs at the same time in threads; return what each gave or raised, in order."""
    barrier = threading.Barrier(len(jobs))
    outcomes: dict[int, T | Exception] = {}

    def run(place: int) -> None:
        barrier.wait()
        try:
            outcomes[place] = jobs[place]()
        except Exception as error:
            outcomes[place] = error

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [outcomes[place] for place in range(len(jobs))]


def turn_in_processes(house: House, inbounds: Sequence[Inbound]) -> list[dict[str, object]]:
    """Hand each message over in a process of its own, all at the same moment; return what each turn did."""
    settings = house.settings
    given = {
        "database_url": house.database.url.render_as_string(hide_password=False),
        "data_dir": str(settings.data_dir),
        "secret_key": settings.secret_key.get_secret_value(),
        "encryption_keys": settings.encryption_keys.get_secret_value(),
        "now": house.now().isoformat(),
    }
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.together"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )
        for _ in inbounds
    ]
    for process in running:  # each says when it is ready, so that they start together
        assert process.stdin is not None
        process.stdin.write(json.dumps(given).encode() + b"\n")
        process.stdin.flush()
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
    outcomes = []
    for process, inbound in zip(running, inbounds, strict=True):
        assert process.stdin is not None
        process.stdin.write(json.dumps({**vars(inbound), "received_at": inbound.received_at.isoformat()}).encode())
        process.stdin.write(b"\n")
        process.stdin.flush()
    for process in running:
        out, _ = process.communicate(timeout=120)
        outcomes.append(dict(json.loads(out)))
    return outcomes


def _process() -> None:
    given = json.loads(sys.stdin.readline())
    clock = FakeClock(datetime.fromisoformat(given.pop("now")))
    house = make_house(given["database_url"], Path(given["data_dir"]), clock=clock, secret_key=given["secret_key"],
                       encryption_keys=given["encryption_keys"])  # fmt: skip
    with house.database.reading():
        sys.stdout.write("ready\n")
        sys.stdout.flush()
    told = json.loads(sys.stdin.readline())
    inbound = Inbound(
        channel=Channel.of(told["channel"]),
        thread=told["thread"],
        external_id=told["external_id"],
        received_at=datetime.fromisoformat(told["received_at"]),
        text=told["text"],
        button=told["button"],
    )
    turned = turn(house, inbound)
    sys.stdout.write(json.dumps({"shown": len(turned.shown), "repeated": turned.repeated, "failed": turned.failed}))
    house.database.close()


if __name__ == "__main__":
    _process()
