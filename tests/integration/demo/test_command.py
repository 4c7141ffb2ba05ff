"""The command itself: what it announces is there when it announces it, and a second start finds the same demo."""

import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SECONDS = 120  # of a very busy machine


@contextmanager
def announced(data_dir: Path) -> Iterator[str]:
    """Start the demo; what it says, until it waits for visitors."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    words = ["demo", "--port", port, "--data-dir", str(data_dir)]
    command = [sys.executable, "-c", "from bot.cli import main; main()", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line
            if "Ctrl+C" in line:
                break
        try:
            yield said
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(SECONDS) in {0, 130, -signal.SIGINT}


def page(address: str) -> str:
    with urllib.request.urlopen(address, timeout=SECONDS) as answer:
        text: str = answer.read().decode()
        return text


def test_the_links_that_the_demo_prints_open_at_once(tmp_path: Path) -> None:
    with announced(tmp_path / "demo") as said:
        links = re.findall(r"http://\S+", said)
        pages = {link: page(link) for link in links if not link.endswith("/desk/")}
        assert len(pages) == 5
        assert sum("/connexion/" in link for link in pages) == 3
        assert sum("/acces/" in link for link in pages) == 1
        assert all("<form" in text for text in pages.values())
        mails = Path(said.partition("au lieu de partir")[2].split()[1])
        assert mails == tmp_path / "demo" / "outgoing"
    again = [link.rpartition("/acces/")[0] for link in links if "/acces/" in link]
    with announced(tmp_path / "demo") as said:
        found = [link.rpartition("/acces/")[0] for link in re.findall(r"http://\S+", said) if "/acces/" in link]
        assert [link.partition("/desk/")[2] for link in found] == [link.partition("/desk/")[2] for link in again]
