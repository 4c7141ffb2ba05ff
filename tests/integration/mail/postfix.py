"""A Postfix of our own: its configuration in a folder, a free port, everything it relays goes to a stand-in server.

Postfix must start as root, and drops to its own user by itself.
"""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.stand_ins.smtp import Certificate

ABSENT = "Postfix is not installed, or this is not root: apt-get install postfix"

# As Debian's, without chroot; only what takes mail in over SMTP and passes it on.
SERVICES = """
127.0.0.1:{port} inet n - n - - smtpd
pickup   unix n - n 60   1 pickup
cleanup  unix n - n -    0 cleanup
qmgr     unix n - n 300  1 qmgr
tlsmgr   unix - - n 1000? 1 tlsmgr
rewrite  unix - - n -    - trivial-rewrite
bounce   unix - - n -    0 bounce
defer    unix - - n -    0 bounce
trace    unix - - n -    0 bounce
verify   unix - - n -    1 verify
flush    unix n - n 1000? 0 flush
proxymap unix - - n -    - proxymap
smtp     unix - - n -    - smtp
relay    unix - - n -    - smtp
error    unix - - n -    - error
retry    unix - - n -    - error
anvil    unix - - n -    1 anvil
scache   unix - - n -    1 scache
postlog  unix-dgram n - n - 1 postlogd
"""
SETTINGS = """
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
maillog_file = {folder}/log/mail.log
maillog_file_prefixes = {folder}/log
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = postfix.exemple.fr
mydestination =
mynetworks = 127.0.0.0/8
alias_maps =
alias_database =
default_transport = smtp:[127.0.0.1]:{next_port}
smtp_host_lookup = native
smtp_tls_security_level = none
message_size_limit = 20480
smtpd_tls_security_level = may
smtpd_tls_chain_files = {key}, {certificate}
smtpd_relay_restrictions = check_recipient_access inline:{{
    {{ inconnue@exemple.fr = 550 5.1.1 User unknown }}
    {{ ailleurs@exemple.fr = 554 5.7.1 Relay access denied }}
    {{ lente@exemple.fr = 450 4.2.0 Greylisted }} }}
    permit_mynetworks reject
smtpd_peername_lookup = no
"""


@dataclass(frozen=True)
class Postfix:
    """A running Postfix."""

    port: int
    log: Path


def is_here() -> bool:
    """Tell whether Postfix can be run."""
    return shutil.which("postfix") is not None and os.geteuid() == 0


@contextmanager
def running(next_port: int, certificate: Certificate) -> Iterator[Postfix]:
    """Run Postfix; what it accepts goes to `next_port`."""
    with tempfile.TemporaryDirectory(prefix="postfix-", ignore_cleanup_errors=True) as made:
        folder, port = Path(made), _free_port()
        folder.chmod(0o755)  # its processes are not root
        for name in ("etc", "spool", "data", "log"):
            (folder / name).mkdir()
        shutil.chown(folder / "data", "postfix")
        for source in (certificate.certificate, certificate.key):
            shutil.copy(source, folder / "etc" / source.name)
        settings = SETTINGS.format(
            folder=folder,
            next_port=next_port,
            key=folder / "etc" / certificate.key.name,
            certificate=folder / "etc" / certificate.certificate.name,
        )
        (folder / "etc" / "main.cf").write_text(settings)
        (folder / "etc" / "master.cf").write_text(SERVICES.format(port=port))
        log = folder / "log" / "mail.log"
        _postfix(folder, "start", log)
        try:
            _wait_for(port, log)
            yield Postfix(port, log)
        finally:
            _postfix(folder, "stop", log)


def _postfix(folder: Path, command: str, log: Path) -> None:
    done = subprocess.run(
        ["postfix", "-c", str(folder / "etc"), command], capture_output=True, text=True, timeout=60, check=False
    )
    if done.returncode:
        said = log.read_text() if log.exists() else ""
        raise RuntimeError(f"postfix {command}: {done.stdout}{done.stderr}{said}")


def _wait_for(port: int, log: Path) -> None:
    for _ in range(1200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"postfix does not listen: {log.read_text()}")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
