"""Compiled templates, kept by the installation: compiling those of one start takes a tenth of a second.

Each is kept with a digest of its text, all of them with one of the modules that make their environment: its options
and filters decide how a template is compiled. What is not there, or no longer fits, is compiled as usual.
"""

import json
import marshal
from base64 import b64decode, b64encode
from functools import cached_property
from pathlib import Path
from types import CodeType

import jinja2
from jinja2.bccache import Bucket, BytecodeCache

from knowledge import pycache


class KeptTemplates(BytecodeCache):
    """The compiled templates of one environment. `module` is the file of the one that makes it."""

    def __init__(self, module: str) -> None:
        self._folder = Path(module).parent
        self._place = pycache.place_of(module)
        self._compiled: dict[str, CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give a template its code, if it is there."""
        code = self._kept.get(_key(bucket))
        if code is not None:
            bucket.code = marshal.loads(b64decode(code))  # noqa: S302 - trusted as compiled modules are

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Remember what was compiled, for `keep`."""
        if bucket.code is not None:
            self._compiled[_key(bucket)] = bucket.code

    def keep(self, environment: jinja2.Environment) -> None:
        """Compile all the templates and write them; for the installation. Raises OSError."""
        self._kept = {}
        for name in environment.list_templates():
            environment.get_template(name)
        made = {key: b64encode(marshal.dumps(code)).decode() for key, code in self._compiled.items()}
        pycache.write(self._place, self._program, json.dumps(made).encode())

    @cached_property
    def _kept(self) -> dict[str, str]:
        content = pycache.read(self._place, self._program)
        return {} if content is None else json.loads(content)

    @cached_property
    def _program(self) -> str:
        return pycache.digest(sorted(self._folder.glob("*.py")), jinja2.__version__)


def _key(bucket: Bucket) -> str:
    return f"{bucket.key} {bucket.checksum}"
