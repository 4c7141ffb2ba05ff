"""What holds for every page: headers, errors in French, probes, the JSON interface, logs without secrets."""

import logging
from collections.abc import Callable

import pytest
from fastapi import APIRouter, FastAPI
from starlette.testclient import TestClient

from bot.web.app import make_app
from bot.web.live import Live
from core.house import House
from tests.cast import Cast
from tests.integration.web.browser import ADDRESS, Browser

POLICY = "default-src 'self'; img-src 'self' data:"


@pytest.mark.parametrize(
    "path", ["/", "/connexion", "/connexion/none", "/desk/", "/nowhere", "/api/v1/answers", "/health/live"]
)
def test_every_answer_is_safe(browser: Browser, path: str) -> None:
    headers = browser.client.get(path).headers
    assert headers["content-security-policy"].startswith(POLICY)
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["strict-transport-security"]
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/connexion", "/desk/"])
def test_no_page_holds_what_the_policy_forbids(browser: Browser, cast: Cast, path: str) -> None:
    browser.signs_in(cast.house, cast.fanny)
    browser.opens(path)
    assert browser.seen is not None
    html = browser.seen.text
    assert " style=" not in html
    assert "<style" not in html
    assert " onclick=" not in html
    assert html.count("<script") == html.count("<script src=")


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(new_browser: Callable[[], Browser]) -> None:
    cookie = new_browser().client.get("/").headers["set-cookie"].lower()
    assert cookie.startswith("__host-clausette=")
    for expected in ("httponly", "samesite=lax", "secure", "path=/"):
        assert expected in cookie


def test_static_files_are_kept_by_the_browser_under_the_address_of_their_content(browser: Browser) -> None:
    html = browser.client.get("/").text
    [address] = [part.split('"')[0] for part in html.split('src="') if part.startswith("/static/chat.js")]
    reply = browser.client.get(address)
    assert reply.status_code == 200
    assert "immutable" in reply.headers["cache-control"]
    assert browser.client.get("/static/chat.js").headers["cache-control"] == "no-cache"
    assert browser.client.get("/static/../app.py").status_code == 404


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("/nowhere", 404, "Cette page n’existe pas"),
        ("/fichiers/abc", 404, "Cette page n’existe pas"),
        ("/fichiers/1", 403, "pas accessible depuis ce navigateur"),
        ("/deconnexion", 405, "ne s’ouvre pas de cette façon"),
        ("/messages?after=x", 422, "Demande incomplète"),
    ],
)
def test_errors_are_said_in_french(browser: Browser, path: str, status: int, sentence: str) -> None:
    page = browser.opens(path)
    assert browser.status == status
    assert sentence in page


def test_errors_of_the_json_interface_are_json(browser: Browser) -> None:
    for path, status in (("/api/v1/nowhere", 404), ("/api/v1/answers", 422), ("/api/v1/answers?q=a&on=demain", 422)):
        reply = browser.client.get(path)
        assert reply.status_code == status
        assert set(reply.json()) == {"error"}


def test_a_bug_is_a_page_with_every_header_and_no_detail(sqlite_house: House) -> None:
    router = APIRouter()

    @router.get("/bug")
    def bug() -> None:
        raise LookupError("the secret detail")

    app = make_app(sqlite_house, live=Live(), routers=[router])
    with TestClient(app, base_url=ADDRESS, raise_server_exceptions=False) as client:
        reply = client.get("/bug")
    assert reply.status_code == 500
    assert "Une erreur s’est produite" in reply.text
    assert "secret detail" not in reply.text
    assert reply.headers["content-security-policy"].startswith(POLICY)


def test_the_log_never_holds_a_secret(browser: Browser, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "bot.web"):
        browser.opens("/connexion/the-secret?token=the-secret")
        browser.opens("/desk/cases/1/acces/the-secret")
        browser.opens("/nowhere/the-secret")
    assert "GET /connexion/{secret} 410" in caplog.text
    assert "GET /desk/cases/{case_id}/acces/{secret} 410" in caplog.text
    assert "the-secret" not in "".join(
        record.getMessage() for record in caplog.records if record.name.startswith("bot")
    )


# Probes


def test_alive_and_ready(browser: Browser) -> None:
    assert browser.client.get("/health/live").json() == {"status": "ok"}
    reply = browser.client.get("/health/ready")
    assert reply.status_code == 200
    assert reply.json()["parts"]["database"] == "ok"


def test_not_ready_names_what_fails(sqlite_house: House, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.probes.parts", lambda house: {"database": "OperationalError", "disk": "ok"})
    reply = browser.client.get("/health/ready")
    assert reply.status_code == 503
    assert reply.json()["failing"] == {"database": "OperationalError"}


def test_metrics_count_messages_and_the_outbox(browser: Browser, cast: Cast) -> None:
    browser.opens("/connexion")
    browser.posts("/connexion", email="carole.constructeur@exemple.fr")
    text = browser.client.get("/metrics").text
    assert 'clausette_outbox_rows{channel="email",state="queued"} 1' in text
    assert 'clausette_messages{status="handled"} 1' in text


# The JSON interface


def test_a_question_is_answered_with_its_sources(browser: Browser) -> None:
    reply = browser.client.get("/api/v1/answers", params={"q": "Est-ce que les heures du tuteur comptent ?"})
    found = reply.json()
    assert found["outcome"] in {"answer", "clarify", "handover"}
    assert set(found) == {"outcome", "answer", "article", "sources", "options", "confidence"}


def test_a_message_by_the_json_interface_is_the_same_conversation(browser: Browser) -> None:
    first = browser.client.post("/api/v1/messages", json={"text": "parler à quelqu’un", "token": "once"})
    assert first.json()["messages"][0]["buttons"]
    again = browser.client.post("/api/v1/messages", json={"text": "parler à quelqu’un", "token": "once"})
    assert again.json() == {"messages": [], "repeated": True, "failed": False}
    assert "parler à quelqu’un" in browser.opens("/")
    assert len(browser.client.get("/api/v1/messages").json()["messages"]) == 3


def test_an_empty_or_malformed_message_is_refused(browser: Browser) -> None:
    assert browser.client.post("/api/v1/messages", json={"text": " "}).status_code == 422
    assert browser.client.post("/api/v1/messages", json={"text": 3}).status_code == 422
    assert browser.client.post("/api/v1/messages", content=b"{").status_code in {400, 422}


def test_another_site_cannot_post_to_the_json_interface(browser: Browser) -> None:
    """A form cannot carry JSON, and what scripts of other sites send says where it comes from."""
    body = b'{"text": "bonjour"}'
    plain = browser.client.post("/api/v1/messages", content=body, headers={"Content-Type": "text/plain"})
    assert plain.status_code == 422
    crossed = browser.client.post("/api/v1/messages", content=body, headers={"Sec-Fetch-Site": "cross-site"})
    assert crossed.status_code == 403
    assert "autre site" in crossed.json()["error"]
    preflight = browser.client.options("/api/v1/messages", headers={"Origin": "https://pirate.exemple.fr"})
    assert "access-control-allow-origin" not in preflight.headers


def test_openapi_describes_the_json_interface_only(app: FastAPI, browser: Browser) -> None:
    paths = browser.client.get("/api/v1/openapi.json").json()["paths"]
    assert set(paths) == {"/api/v1/answers", "/api/v1/messages"}
