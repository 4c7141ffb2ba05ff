"""Forms as they arrive. When a body is over the limit, what was read before the file is kept: nobody types twice."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from bot.web.safety import MOST_BODY, BodyTooLarge

MOST_FIELDS = 400  # three for each line of a month sent back
MOST_FILES = 10


@dataclass(frozen=True)
class Form:
    """The texts and the files of a form; `is_too_large` when its end was not read."""

    texts: dict[str, str] = field(default_factory=dict)
    files: tuple[UploadFile, ...] = ()
    is_too_large: bool = False

    def text(self, name: str) -> str:
        """Return a field, "" when absent."""
        return self.texts.get(name, "")


async def read_form(request: Request) -> Form:
    """Read a form, whatever its encoding. Raises HTTPException 400 when it is malformed."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if kind == "multipart/form-data":
            return await _multipart(request)
        if kind == "application/x-www-form-urlencoded":
            typed = (await request.body()).decode("latin-1")
            return Form(_texts(parse_qsl(typed, keep_blank_values=True, max_num_fields=MOST_FIELDS)))
    except (MultiPartException, ValueError) as error:
        raise HTTPException(400) from error
    except BodyTooLarge:
        return Form(is_too_large=True)
    return Form()


async def _multipart(request: Request) -> Form:
    parser = MultiPartParser(
        request.headers,
        request.stream(),
        max_fields=MOST_FIELDS,
        max_files=MOST_FILES,
        max_part_size=MOST_BODY,
    )
    try:
        return _form(await parser.parse())
    except BodyTooLarge:
        read = _form(FormData(parser.items))
        return Form(read.texts, is_too_large=True)


def _form(data: FormData) -> Form:
    items = data.multi_items()
    texts = _texts((name, value) for name, value in items if isinstance(value, str))
    return Form(texts, tuple(value for _, value in items if isinstance(value, UploadFile) and value.filename))


def _texts(fields: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name: value.replace("\r\n", "\n") for name, value in fields}
