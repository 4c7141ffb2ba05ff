"""A browser without JavaScript, and the same with: what a test sees of the pages."""

import re
from dataclasses import dataclass, field
from html import unescape
from itertools import count

from httpx2 import Response
from starlette.testclient import TestClient

from core.house import House
from core.models import Person
from core.people import issue_token
from core.terms import Channel

ADDRESS = "https://clausette.exemple.fr"
_FIELD = re.compile(r'name="(csrf|token)" value="([^"]+)"')
_TAG = re.compile(r"<[^>]+>")
_numbers = count(1)

Files = dict[str, tuple[str, bytes]]


@dataclass
class Browser:
    """One browser with its cookies, on one application."""

    client: TestClient
    csrf: str = ""
    token: str = ""
    seen: Response | None = field(default=None)

    def opens(self, path: str) -> str:
        """Open a page; return its text."""
        return self._saw(self.client.get(path))

    def writes(self, text: str) -> str:
        """Send a message by the form, without JavaScript; return the page shown next."""
        return self.posts("/messages", text=text)

    def posts(self, path: str, files: Files | None = None, **fields: str) -> str:
        """Send a form as the last page had it."""
        data = {"csrf": self.csrf, "token": self.token or f"t{next(_numbers)}", **fields}
        return self._saw(self.client.post(path, data=data, files=files))

    def sends(self, token: str = "", files: Files | None = None, **fields: str) -> Response:
        """Send a message as the page's script does; return the JSON answer."""
        data = {"csrf": self.csrf, "token": token or f"t{next(_numbers)}", **fields}
        accept = {"Accept": "application/json"}
        return self.client.post("/messages", data=data, files=files, headers=accept)

    def signs_in(self, house: House, person: Person) -> str:
        """Open a sign-in link and press its button."""
        with house.database.transaction() as session:
            secret = issue_token(
                session, house, "sign_in", person=session.get_one(Person, person.id), channel=Channel.WEB
            )
        self.opens(f"/connexion/{secret}")
        return self.posts(f"/connexion/{secret}")

    @property
    def status(self) -> int:
        """The status of the last page."""
        return self.seen.status_code if self.seen is not None else 0

    @property
    def thread(self) -> str:
        """The name of the browser's conversation."""
        return self.client.cookies["__Host-clausette"].split(".")[0]

    def buttons(self) -> dict[str, str]:
        """The buttons of the conversation: what each sends, by its label."""
        html = self.seen.text if self.seen is not None else ""
        found = re.findall(r'<button name="button" value="([^"]+)">([^<]+)</button>', html)
        return {unescape(label): unescape(data) for data, label in found}

    def _saw(self, response: Response) -> str:
        self.seen = response
        fields = dict(_FIELD.findall(response.text))
        self.csrf = fields.get("csrf", self.csrf)
        self.token = fields.get("token", "").removesuffix("b")
        return re.sub(r"[ \n]+", " ", unescape(_TAG.sub(" ", response.text))).replace("\N{NO-BREAK SPACE}", " ")
