"""Forms as they arrive. When a body is over the limit, what was read before the file is kept: nobody types twice."""

from dataclasses import dataclass, field

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
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
            parser = FormParser(request.headers, request.stream(), max_fields=MOST_FIELDS, max_part_size=MOST_BODY)
            return _form(await parser.parse())
    except MultiPartException as error:
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
    texts: dict[str, str] = {}
    files: list[UploadFile] = []
    for name, value in data.multi_items():
        if isinstance(value, str):
            texts[name] = value.replace("\r\n", "\n")
        elif value.filename:
            files.append(value)
    return Form(texts, tuple(files))
