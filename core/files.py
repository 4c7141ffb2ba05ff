"""Files that people send: checked by content, encrypted on disk, attached or swept after a day.

A file is stored before its message is handled and served to nobody until it is attached to a case. What the house makes
itself (a receipt, a clause) is stored the same way, for one conversation.
"""

import codecs
import hashlib
import os
import secrets
from collections.abc import Iterable
from datetime import timedelta
from pathlib import PurePosixPath

import filetype
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from core.exchange import ShownFile
from core.hours import NBSP
from core.house import House
from core.models import ChannelIdentity, Conversation, Proof, StoredFile
from core.pdfs import without_metadata
from core.pictures import PHOTOS, made_anew
from core.refusal import Refused
from core.terms import Channel

MOST_BYTES = 15 * 1024 * 1024
ACCEPTED = {
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/heic": ".heic",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "text/csv": ".csv",
    "text/plain": ".txt",
}
MADE = {**ACCEPTED, "text/calendar": ".ics"}
KINDS = "PDF, photo (JPEG, PNG, HEIC), Word, Excel, LibreOffice ou CSV"


def receive(house: House, *, channel: Channel, thread: str, name: str, content: bytes, is_known: bool = False) -> int:
    """Check and store one file; return its id. Raises Refused with what is wrong and what to do.

    What a camera or a software wrote beside a photo or the pages of a PDF is not kept. A thread that nobody is known in
    has a quota, unless the channel says that its sender `is_known`.
    """
    shown = shown_name(name)
    if not content:
        raise Refused(f"Le fichier «{NBSP}{shown}{NBSP}» est vide (0{NBSP}octet). Vérifiez-le et renvoyez-le.")
    if len(content) > MOST_BYTES:
        raise Refused(too_big(shown))
    content_type = type_of(shown, content)
    if content_type is None:
        raise Refused(f"Le fichier «{NBSP}{shown}{NBSP}» n’est pas d’un type accepté. Envoyez un fichier {KINDS}.")
    sent = content
    if content_type in PHOTOS:
        picture = made_anew(shown, content)
        content, content_type = picture.content, picture.content_type
        shown = _named_after(shown, content_type)
    elif content_type == "application/pdf":
        content = without_metadata(content)
    thread_hash = hash_of_thread(house, channel, thread)
    with house.database.transaction() as session:
        if not is_known:
            _check_quota(session, house, channel, thread, thread_hash)
        row = _stored(session, house, shown, content_type, content, sent=sent)
        row.thread_hash = thread_hash
        session.flush()
        return row.id


def make(session: Session, house: House, conversation: Conversation, name: str, content: bytes) -> ShownFile:
    """Store a file that the house made for a conversation, in the caller's transaction; show it with the message."""
    suffix = PurePosixPath(name).suffix.lower()
    content_type = next(kind for kind, known in MADE.items() if known == suffix)
    row = _stored(session, house, shown_name(name), content_type, content)
    row.thread_hash = hash_of_thread(house, conversation.channel, conversation.thread)
    row.conversation_id = conversation.id
    session.flush()
    return ShownFile(row.id, row.name, row.content_type)


def _named_after(name: str, content_type: str) -> str:
    """Give a photo the ending of what it became."""
    suffix = ACCEPTED[content_type]
    known = {suffix, ".jpeg"} if suffix == ".jpg" else {suffix}
    path = PurePosixPath(name)
    return name if path.suffix.lower() in known else f"{path.stem}{suffix}"


def _stored(
    session: Session, house: House, name: str, content_type: str, content: bytes, *, sent: bytes | None = None
) -> StoredFile:
    stored_as = secrets.token_hex(20)
    path = house.files_dir / stored_as[:2] / stored_as
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(house.keys.encrypt(content))
        file.flush()
        os.fsync(file.fileno())
    row = StoredFile(
        name=name,
        content_type=content_type,
        size=len(content),
        digest=digest_of(house, content if sent is None else sent),
        stored_as=stored_as,
        received_at=house.now(),
    )
    session.add(row)
    return row


def digest_of(house: House, sent: bytes) -> str:
    """Keyed hash of a file as it was sent: the same file sent again has the same."""
    return house.keys.fingerprint(f"file:{hashlib.sha256(sent).hexdigest()}")


def erase(session: Session, house: House, row: StoredFile) -> None:
    """Erase a file, its row and its bytes; nothing may refer to it any more."""
    session.delete(row)
    session.flush()
    (house.files_dir / row.stored_as[:2] / row.stored_as).unlink(missing_ok=True)


def too_big(name: str) -> str:
    """Say that a file is over the limit."""
    return (
        f"Le fichier «{NBSP}{shown_name(name)}{NBSP}» dépasse 15{NBSP}Mo. "
        "Envoyez une photo moins lourde ou un PDF compressé, ou découpez-le."
    )


def type_of(name: str, content: bytes) -> str | None:
    """Return the content type found in the bytes, never in the name alone; None when it is not accepted."""
    guessed = filetype.guess(content)
    if guessed is not None:
        return guessed.mime if guessed.mime in ACCEPTED else None
    head = content[:4096].removeprefix(codecs.BOM_UTF8).lstrip()
    if b"\0" in head or b"<script" in content[:65536].lower() or head.startswith(b"<"):
        return None
    suffix = PurePosixPath(name).suffix.lower()
    return {".csv": "text/csv", ".txt": "text/plain"}.get(suffix)


def shown_name(name: str) -> str:
    """Keep the last part of a file's name, without control characters, at most 120 characters."""
    last = PurePosixPath(name.replace("\\", "/")).name
    printable = "".join(c for c in last if c.isprintable())[-120:]
    return printable if printable.strip(". ") else "fichier"


def hash_of_thread(house: House, channel: Channel, thread: str) -> str:
    """Keyed hash of a conversation, to know whose file it is before anybody is signed in."""
    return house.keys.fingerprint(f"thread:{channel}:{thread}")


def sent_in(session: Session, house: House, channel: Channel, thread: str, ids: Iterable[int]) -> tuple[int, ...]:
    """Keep the files that a conversation sent and that are attached nowhere yet: an id alone proves nothing."""
    wanted = tuple(ids)
    if not wanted:
        return ()
    query = select(StoredFile.id).where(
        StoredFile.id.in_(wanted),
        StoredFile.thread_hash == hash_of_thread(house, channel, thread),
        StoredFile.case_message_id.is_(None),
        StoredFile.id.not_in(select(Proof.file_id).where(Proof.file_id.in_(wanted))),
    )
    return tuple(session.scalars(query.order_by(StoredFile.id)))


def read(house: House, row: StoredFile) -> bytes:
    """Return a file's bytes, decrypted. The caller has checked who may read it (`core.access`)."""
    return house.keys.decrypt((house.files_dir / row.stored_as[:2] / row.stored_as).read_bytes())


def _check_quota(session: Session, house: House, channel: Channel, thread: str, thread_hash: str) -> None:
    known = session.scalar(
        select(ChannelIdentity.id).where(ChannelIdentity.channel == channel, ChannelIdentity.external_id == thread)
    )
    if known is not None:
        return
    if not house.database.is_sqlite:  # SQLite has one writer at a time already
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": int(thread_hash[:15], 16)})
    since = house.now() - timedelta(days=1)
    recent = session.scalar(
        select(func.count()).where(StoredFile.thread_hash == thread_hash, StoredFile.received_at > since)
    )
    if (recent or 0) >= house.settings.stranger_files_a_day:
        raise Refused("Vous avez déjà envoyé plusieurs fichiers aujourd’hui. Connectez-vous pour en envoyer d’autres.")
