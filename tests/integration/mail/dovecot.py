"""A Dovecot of our own: its configuration in a folder, free ports, one account, never root."""

import grp
import imaplib
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from mailer.server import ImapServer, Security
from tests.stand_ins.smtp import Certificate

ABSENT = "Dovecot is not installed: apt-get install dovecot-imapd"
USER, PASSWORD = "clausette", "secret"
PROGRAM = shutil.which("dovecot") or ("/usr/sbin/dovecot" if Path("/usr/sbin/dovecot").exists() else "")

CONFIGURATION = """
protocols = imap
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log/dovecot.log
info_log_path = {folder}/log/dovecot.log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:{folder}/mail
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
ssl_min_protocol = TLSv1.2
disable_plaintext_auth = no
auth_mechanisms = plain login
listen = 127.0.0.1
imap_capability = {capability}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}
}}
namespace inbox {{
  inbox = yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
"""


@dataclass
class Dovecot:
    """A Dovecot, and what a test does to it and at its box."""

    port: int
    tls_port: int
    folder: Path
    process: subprocess.Popen[bytes] | None = None

    def starts(self) -> None:
        """Run, with the same folder on the same ports; return once it listens."""
        command = [PROGRAM, "-F", "-c", str(self.folder / "etc" / "dovecot.conf")]
        owner = _owner()
        user, group = (owner.pw_uid, owner.pw_gid) if os.geteuid() == 0 else (None, None)
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, user=user,
                                        group=group, start_new_session=True)  # fmt: skip
        _wait_for(self.port, self.process, self.folder / "log" / "dovecot.log")

    def is_killed(self) -> None:
        """Lose every process at once, as in a power cut."""
        self._ends(signal.SIGKILL)

    def stops(self) -> None:
        """End."""
        self._ends(signal.SIGTERM)

    def _ends(self, by: signal.Signals) -> None:
        if self.process is None:
            return
        os.killpg(self.process.pid, by)
        self.process.communicate(timeout=60)
        self.process = None

    def renumbers(self) -> None:
        """Give the box another UIDVALIDITY, as after a restoration; while stopped."""
        listed = self.folder / "mail" / "dovecot-uidlist"
        head, _, rest = listed.read_text().partition("\n")
        listed.write_text(re.sub(r" V(\d+)", lambda found: f" V{int(found[1]) + 1000}", head) + "\n" + rest)
        for index in (self.folder / "mail").glob("dovecot.index*"):
            index.unlink()

    def server(self, security: Security = "none", folder: str = "INBOX") -> ImapServer:
        """Return how to reach it."""
        port = self.tls_port if security == "tls" else self.port
        return ImapServer("127.0.0.1", port, security, USER, PASSWORD, folder)

    @property
    def url(self) -> str:
        """Return the setting that reaches it."""
        return f"imap://{USER}:{PASSWORD}@127.0.0.1:{self.port}/INBOX?starttls=never"

    def deliver(self, content: bytes, *, read: bool = False) -> None:
        """Put a mail in the box, as a delivery agent does; or one that its owner has `read`."""
        name = f"{time.time_ns()}.{os.urandom(6).hex()}.exemple.fr"
        for part in ("tmp", "new", "cur"):
            directory = self.folder / "mail" / part
            if not directory.exists():
                directory.mkdir(parents=True)
                _own(directory)
        written = self.folder / "mail" / "tmp" / name
        written.write_bytes(content)
        _own(written)
        written.rename(self.folder / "mail" / ("cur" if read else "new") / (f"{name}:2,S" if read else name))

    @contextmanager
    def opened(self) -> Iterator[imaplib.IMAP4]:
        """Open the box as its owner's mail reader does."""
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=60)
        client.login(USER, PASSWORD)
        try:
            yield client
        finally:
            client.logout()

    def mails_in(self, folder: str) -> list[EmailMessage]:
        """Return the mails of a folder, in modified UTF-7; [] when there is no such folder."""
        with self.opened() as client:
            if client.select(folder, readonly=True)[0] != "OK":
                return []
            _, found = client.search(None, "ALL")
            contents = [client.fetch(number, "(BODY.PEEK[])")[1][0] for number in found[0].split()]
        bodies = [bytes(content[1]) for content in contents if isinstance(content, tuple)]
        made = [message_from_bytes(body, policy=policy.default) for body in bodies]
        return [each for each in made if isinstance(each, EmailMessage)]


def is_here() -> bool:
    """Tell whether Dovecot can be run."""
    return bool(PROGRAM)


@contextmanager
def running(certificate: Certificate, *, capability: str = "") -> Iterator[Dovecot]:
    """Run Dovecot until the block ends; `capability` stands for what it says it can do."""
    with tempfile.TemporaryDirectory(prefix="dovecot-", ignore_cleanup_errors=True) as made:
        folder, port, tls_port = Path(made), _free_port(), _free_port()
        owner = _owner()
        for name in ("run", "state", "log", "mail", "etc"):
            (folder / name).mkdir()
        for source in (certificate.certificate, certificate.key):
            shutil.copy(source, folder / "etc" / source.name)
        settings = CONFIGURATION.format(
            folder=folder,
            user=owner.pw_name,
            group=_group(owner),
            uid=owner.pw_uid,
            gid=owner.pw_gid,
            certificate=folder / "etc" / certificate.certificate.name,
            key=folder / "etc" / certificate.key.name,
            password=PASSWORD,
            port=port,
            tls_port=tls_port,
            capability=capability,
        )
        (folder / "etc" / "dovecot.conf").write_text(settings)
        for path in (folder, *folder.rglob("*")):
            _own(path)
        made_ready = Dovecot(port, tls_port, folder)
        try:
            made_ready.starts()
            yield made_ready
        finally:
            made_ready.stops()


def _owner() -> pwd.struct_passwd:
    """Whoever runs the tests; root runs it as nobody, for a mail server refuses to be root."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())


def _group(owner: pwd.struct_passwd) -> str:
    return grp.getgrgid(owner.pw_gid).gr_name


def _own(path: Path) -> None:
    if os.geteuid() == 0:
        owner = _owner()
        os.chown(path, owner.pw_uid, owner.pw_gid)


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(1200):
        if process.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    said = log.read_text() if log.exists() else ""
    complaint = process.stderr.read().decode() if process.poll() is not None and process.stderr else ""
    raise RuntimeError(f"dovecot does not listen: {complaint}{said}")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
