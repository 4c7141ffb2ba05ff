"""Photos as they are kept: upright, of a readable size, without what the camera wrote (place, day, device, owner).

A photo is decoded and encoded again: whatever was beside the pixels is gone, whatever pretended to be a photo is
refused. One at a time, for a big one takes 300 MB while it is open.
"""

import io
import threading
from dataclasses import dataclass

from pi_heif import register_heif_opener
from PIL import Image, ImageOps, UnidentifiedImageError

from core.hours import NBSP
from core.refusal import Refused

PHOTOS = frozenset({"image/jpeg", "image/png", "image/webp", "image/heic"})
MOST_PIXELS = 64_000_000  # a phone's largest usual photo is 50 million; a bomb of a few kilobytes says billions
LONGEST_SIDE = 3000  # a sheet of paper at 250 dots an inch: its smallest print can be read
QUALITY = 85
_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
_BROKEN = (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, MemoryError, RuntimeError)
IN_JPEG = (
    f" Sur un iPhone, pour l’envoyer en JPEG{NBSP}: Réglages, Appareil photo, Formats, "
    f"«{NBSP}Le plus compatible{NBSP}»."
)
_one_at_a_time = threading.Lock()

Image.MAX_IMAGE_PIXELS = None  # the size is checked below, before anything is decoded
register_heif_opener(thumbnails=False)


@dataclass(frozen=True)
class Picture:
    """A photo made anew."""

    content: bytes
    content_type: str


def made_anew(name: str, content: bytes) -> Picture:
    """Return a photo without its metadata; a PNG stays one, others become JPEG. Raises Refused: unreadable, too large.

    `name` is shown in the refusal.
    """
    with _one_at_a_time:
        try:
            with Image.open(io.BytesIO(content), formats=_FORMATS) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    raise Refused(_too_large(name))
                return _encoded(_upright(opened), lossless=opened.format == "PNG")
        except _BROKEN as error:
            raise Refused(
                f"Je n’arrive pas à ouvrir la photo «{NBSP}{name}{NBSP}»{NBSP}: elle est abîmée ou incomplète. "
                f"Reprenez-la et renvoyez-la.{IN_JPEG if content[4:8] == b'ftyp' else ''}"
            ) from error


def _upright(opened: Image.Image) -> Image.Image:
    """Decode at about the wanted size, turn as the camera says, forget the rest."""
    opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    picture = ImageOps.exif_transpose(opened)
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        alpha = picture.convert("RGBA")
        picture = Image.new("RGB", alpha.size, "white")
        picture.paste(alpha, mask=alpha.getchannel("A"))
    elif picture.mode not in {"RGB", "L"}:
        picture = picture.convert("RGB")
    picture.info.clear()
    return picture


def _encoded(picture: Image.Image, *, lossless: bool) -> Picture:
    made = io.BytesIO()
    if lossless:
        picture.save(made, "PNG")
        return Picture(made.getvalue(), "image/png")
    picture.save(made, "JPEG", quality=QUALITY, optimize=True)
    return Picture(made.getvalue(), "image/jpeg")


def _too_large(name: str) -> str:
    return (
        f"La photo «{NBSP}{name}{NBSP}» est trop grande pour être ouverte (64{NBSP}millions de points au plus). "
        "Reprenez-la avec les réglages habituels de votre téléphone."
    )
