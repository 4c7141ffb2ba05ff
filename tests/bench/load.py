"""The load: people who wait for each answer (closed loop), people who write when they please (open loop)."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from statistics import median

from tests.bench.chats import Chat

CONNECTIONS = 16
AT_A_TIME = 4  # people by connection: while others are answered, a person reads
MESSAGES = 12  # of each: a conversation of the scripts
TICKS = 100.0  # of /proc, a second
PATIENCE = 30.0


@dataclass(frozen=True)
class Round:
    """What one round gave: turns answered a second, seconds waited by each, seconds of processor for each."""

    per_second: float
    waited: Sequence[float]
    cpu: float

    def percentile(self, share: float) -> float:
        """Return the wait that this share of the turns did not exceed, in seconds."""
        ordered = sorted(self.waited)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@dataclass(frozen=True)
class Middle:
    """The medians of several rounds, times in milliseconds."""

    per_second: float
    p50: float
    p99: float
    cpu: float


def middle_of(rounds: Sequence[Round]) -> Middle:
    """Return the medians over rounds: one that a noisy neighbour spoilt does not count."""
    return Middle(
        per_second=median(each.per_second for each in rounds),
        p50=1000 * median(each.percentile(0.50) for each in rounds),
        p99=1000 * median(each.percentile(0.99) for each in rounds),
        cpu=1000 * median(each.cpu for each in rounds),
    )


class Connection:
    """One kept-alive HTTP connection, with as little work as can be: the load must not be the limit."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, path: str, body: bytes, headers: str) -> tuple[int, bytes]:
        """Post a body; `headers` are whole lines. Return the status and the answer's body."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
        writer.write(head.encode() + body)
        answered = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = int(answered.partition("content-length:")[2].partition("\r\n")[0] or 0)
        return int(answered[9:12]), await reader.readexactly(length)

    def close(self) -> None:
        """Hang up."""
        if self._streams is not None:
            self._streams[1].close()


Say = Callable[[Chat, Connection], Awaitable[None]]


async def closed_loop(port: int, pid: int, chats: Sequence[Chat], say: Say, seconds: float) -> Round:
    """Have 16 connections speak, each for a few people in turn, then for others; measure for some seconds."""
    waited: list[float] = []
    until = time.perf_counter() + seconds

    async def speak(mine: list[Chat]) -> None:
        connection = Connection(port)
        for few in cycle([mine[place : place + AT_A_TIME] for place in range(0, len(mine), AT_A_TIME)]):
            for chat in few * MESSAGES:
                began = time.perf_counter()
                if began > until:
                    connection.close()
                    return
                await asyncio.wait_for(say(chat, connection), PATIENCE)
                waited.append(time.perf_counter() - began)

    began, worked = time.perf_counter(), cpu_of(pid)
    await asyncio.gather(*(speak(list(chats[place::CONNECTIONS])) for place in range(CONNECTIONS)))
    lasted = time.perf_counter() - began
    return Round(len(waited) / lasted, waited, (cpu_of(pid) - worked) / len(waited))


async def open_loop(port: int, pid: int, chats: Sequence[Chat], say: Say, seconds: float, rate: int) -> Round:
    """Have `rate` messages a second arrive whatever the answers do; waits are counted from when each was due."""
    waited: list[float] = []
    connections = [Connection(port) for _ in range(CONNECTIONS)]
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for connection in connections:
        free.put_nowait(connection)

    async def speak(chat: Chat, due: float) -> None:
        connection = await free.get()
        await asyncio.wait_for(say(chat, connection), PATIENCE)
        waited.append(time.perf_counter() - due)
        free.put_nowait(connection)

    began, worked = time.perf_counter(), cpu_of(pid)
    speaking = []
    for number in range(int(seconds * rate)):
        due = began + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        speaking.append(asyncio.create_task(speak(chats[number % len(chats)], due)))
    await asyncio.gather(*speaking)
    for connection in connections:
        connection.close()
    return Round(len(waited) / (time.perf_counter() - began), waited, (cpu_of(pid) - worked) / len(waited))


def cpu_of(pid: int) -> float:
    """Return the seconds of processor a process has used; not a number where there is no /proc."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return float("nan")
    return (int(fields[11]) + int(fields[12])) / TICKS
