"""Pages: templates compiled once, addresses of static files that change with their content, errors in French."""

import hashlib
from http import HTTPStatus
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from bot.web.markup import as_html, as_typed
from core.templates import KeptTemplates

STATIC = Path(__file__).parent / "static"
ERRORS = {
    400: ("Demande illisible", "Cette demande n’a pas été comprise. Revenez à la page précédente et recommencez."),
    403: ("Accès refusé", "Cette page n’est pas accessible depuis ce navigateur."),
    404: ("Page introuvable", "Cette page n’existe pas ou n’existe plus. Vérifiez l’adresse."),
    405: ("Demande impossible", "Cette page ne s’ouvre pas de cette façon. Revenez à l’accueil."),
    413: ("Envoi trop lourd", "Cet envoi est trop lourd."),
    422: ("Demande incomplète", "Il manque une information, ou elle n’a pas la forme attendue."),
    429: ("Trop de demandes", "Beaucoup de demandes en peu de temps. Patientez un peu avant de recommencer."),
    500: ("Une erreur s’est produite", "L’incident est enregistré. Réessayez dans quelques minutes."),
    503: ("Service indisponible", "Le service revient dès que possible. Réessayez dans quelques minutes."),
}


class VersionedFiles(StaticFiles):
    """Static files: kept for a year by browsers when asked with the version of their content."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Serve one file."""
        response = await super().get_response(path, scope)
        versioned = scope.get("query_string", b"").startswith(b"v=")
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if versioned else "no-cache"
        return response


class Pages:
    """The templates of this edge."""

    def __init__(self) -> None:
        self._compiled = KeptTemplates(__file__)
        self._templates = Environment(
            loader=PackageLoader("bot.web"),
            autoescape=True,
            undefined=StrictUndefined,
            bytecode_cache=self._compiled,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals["asset"] = _versions().__getitem__
        self._templates.filters |= {"markup": as_html, "typed": as_typed}

    def keep(self) -> None:
        """Keep the templates compiled, for the installation. Raises OSError."""
        self._compiled.keep(self._templates)

    def page(self, name: str, *, status: int = 200, **values: object) -> HTMLResponse:
        """Render a page."""
        return HTMLResponse(self._templates.get_template(name).render(values), status)

    def error(self, request: Request, status: int, sentence: str = "") -> Response:
        """Say what went wrong: a page, or JSON for a program."""
        title, usual = ERRORS.get(status) or ERRORS[500 if status >= 500 else 400]
        said = sentence or usual
        if wants_json(request):
            return JSONResponse({"error": said}, status)
        return self.page("error.html", status=status, title=title, sentence=said)


def wants_json(request: Request) -> bool:
    """Tell whether a program asks, rather than a page."""
    path: str = request.scope["path"]
    return path.startswith(("/api/", "/health/")) or "application/json" in request.headers.get("accept", "")


def usual_phrase(status: int) -> str:
    """Return the English phrase that Starlette gives a status without detail."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _versions() -> dict[str, str]:
    return {
        file.name: f"/static/{file.name}?v={hashlib.sha256(file.read_bytes()).hexdigest()[:12]}"
        for file in STATIC.iterdir()
    }
