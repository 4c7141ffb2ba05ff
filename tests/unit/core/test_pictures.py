"""A photo is kept upright and without what the camera wrote; what is no photo is refused."""

import io

import pytest
from PIL import Image

from core.pictures import LONGEST_SIDE, made_anew
from core.refusal import Refused
from tests.photos import PLACE, bomb, photo


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def colour(picture: Image.Image, place: tuple[int, int]) -> tuple[int, ...]:
    found = picture.convert("RGB").getpixel(place)
    assert isinstance(found, tuple)
    return tuple(map(int, found))


@pytest.mark.parametrize(("form", "becomes"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/jpeg")])
def test_place_camera_and_comment_go_and_the_photo_is_upright(form: str, becomes: str) -> None:
    sent = photo(form=form)
    assert opened(sent).getexif().get_ifd(0x8825), "the photo sent says where it was taken"
    made = made_anew("photo", sent)
    kept = opened(made.content)
    assert made.content_type == becomes
    assert not kept.getexif()
    assert "comment" not in kept.info
    assert "Comment" not in kept.info
    assert PLACE not in made.content
    assert b"Appareil" not in made.content
    assert kept.size == (40, 60)  # it was taken lying on its side
    dark = [place for place in ((2, 2), (37, 2), (2, 57), (37, 57)) if sum(colour(kept, place)) < 300]
    assert dark == [(37, 2)]


def test_a_large_photo_is_made_readable_rather_than_large() -> None:
    assert max(opened(made_anew("p.jpg", photo(4200, 2000)).content).size) == LONGEST_SIDE


def test_what_is_transparent_becomes_white() -> None:
    sent = io.BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(sent, "PNG")
    assert opened(made_anew("capture.png", sent.getvalue()).content).getpixel((3, 3)) == (255, 255, 255)


def test_a_bomb_is_refused_before_it_is_opened() -> None:
    assert len(bomb()) < 1000
    with pytest.raises(Refused, match="trop grande pour être ouverte"):
        made_anew("bombe.png", bomb())


@pytest.mark.parametrize(
    "content", [photo()[:400], b"\xff\xd8\xff\xe0\0\x10JFIF" + b"\0" * 64, b"\x89PNG\r\n\x1a\n" + b"\0" * 60, b"GIF89a"]
)
def test_what_cannot_be_opened_is_refused_with_what_to_do(content: bytes) -> None:
    with pytest.raises(Refused, match="abîmée ou incomplète") as refusal:
        made_anew("photo.jpg", content)
    assert "«\u00a0photo.jpg\u00a0»" in refusal.value.message


def test_an_iphone_photo_that_cannot_be_opened_is_refused_with_the_way_to_send_a_jpeg() -> None:
    broken = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00heicmif1" + b"\x00" * 200
    with pytest.raises(Refused, match="Le plus compatible"):
        made_anew("IMG_0001.HEIC", broken)
    with pytest.raises(Refused) as refused:
        made_anew("photo.jpg", b"\xff\xd8\xff\xe0" + b"\x00" * 200)
    assert "iPhone" not in refused.value.message
