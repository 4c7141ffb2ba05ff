import pytest

from core.files import shown_name, type_of
from core.intents import anytime, has_words, heard, insists, is_question, start_of
from core.outbox import without_addresses
from core.people import EMAIL, looks_like_code
from core.tokens import ALPHABET, spaced


@pytest.mark.parametrize(
    ("typed", "intent"),
    [("annuler", "cancel"), ("ANNULE !", "cancel"), ("/cancel", "cancel"), ("laisser tomber", "cancel"),
     ("retour", "back"), ("Précédent", "back"), ("aide", "help"), ("?", "help"), ("Aidez-moi", "help"),
     ("annuler la clause du marché", None), ("retour de congés", None), ("j’ai besoin d’aide", None)],
)  # fmt: skip
def test_words_that_work_at_any_moment_are_the_whole_message(typed: str, intent: str | None) -> None:
    assert anytime(typed) == intent


@pytest.mark.parametrize(
    ("typed", "flow"),
    [("déclarer", "declare"), ("Je veux déclarer mes heures", "declare"), ("mes obligations", "obligations"),
     ("parler à quelqu’un", "contact"), ("je voudrais joindre le facilitateur", "contact"), ("humain", "contact"),
     ("connexion", "sign_in"), ("déconnexion", "sign_out"), ("j’ai une question", "ask"),
     ("Qui est éligible ?", None), ("bonjour", None), ("parler " * 60, None)],
)  # fmt: skip
def test_a_short_message_may_start_a_flow(typed: str, flow: str | None) -> None:
    assert start_of(typed) == flow


@pytest.mark.parametrize(
    "typed",
    ["Où en est mon dossier ?", "vous avez reçu mon mail ?", "Avez-vous bien reçu mes documents ?", "mes dossiers",
     "où en est le dossier D-2026-00012 ?", "d-2026-00012", "Toujours pas de réponse.",
     "Je n’ai encore aucune nouvelle de votre part", "quand aurai-je une réponse ?", "Mon dossier avance ?"],
)  # fmt: skip
def test_asking_after_what_was_sent_is_understood(typed: str) -> None:
    assert start_of(typed) == "follow"


@pytest.mark.parametrize(
    "typed",
    ["Où j’en suis ?", "comment suivre la clause ?", "Toujours pas de réponse de l’acheteur sur l’avenant.",
     "où en est la question des pénalités ?", "les demandes de dérogation, comment ça marche ?"],
)  # fmt: skip
def test_asking_after_something_else_is_not(typed: str) -> None:
    assert start_of(typed) != "follow"


@pytest.mark.parametrize(
    ("typed", "asks"),
    [("Un apprenti compte-t-il ?", True), ("combien vaut une heure", True), ("Can I hire someone", True),
     ("84", False), ("oui ?", False), ("Marie Leroy", False)],
)  # fmt: skip
def test_a_question_is_told_from_an_answer(typed: str, asks: bool) -> None:
    assert is_question(typed) is asks


@pytest.mark.parametrize(
    ("typed", "readable"), [("👍🏽", False), ("…!", False), ("", False), ("ok", True), ("7", True)]
)
def test_emoji_and_punctuation_are_not_words(typed: str, readable: bool) -> None:
    assert has_words(typed) is readable


@pytest.mark.parametrize(
    ("typed", "is_code"),
    [("ABCD-EFGH-JKMN", True), ("abcd efgh jkm2", True), ("ABCDEFGHJKM2", True), ("ABCDEFGHJKMN", True),
     ("abcdefghjkmn", False),
     ("222233334444", False), ("ABCD-EFGH-JKM0", False), ("ABCD-EFGH-JK", False), ("accompagner", False)],
)  # fmt: skip
def test_a_code_has_twelve_letters_that_cannot_be_mistaken(typed: str, is_code: bool) -> None:
    assert looks_like_code(typed) is is_code


def test_a_code_is_written_in_three_groups_of_its_alphabet() -> None:
    assert spaced("ABCDEFGHJKMN") == "ABCD-EFGH-JKMN"
    assert not set("01OIL") & set(ALPHABET)


@pytest.mark.parametrize("typed", ["a@b", "a b@exemple.fr", "a@exemple.fr,b@exemple.fr", "<a@exemple.fr>", "@b.fr",
                                   "a@exemple.fr\nBcc: b@exemple.fr", "a" * 65 + "@exemple.fr"])  # fmt: skip
def test_what_is_not_one_address_is_not_written_to(typed: str) -> None:
    assert not EMAIL.match(typed)


def test_the_reason_of_a_server_keeps_no_address() -> None:
    assert without_addresses("550 <carole@exemple.fr>: unknown, see rcpt=<a.b@exemple.fr>") == (
        "550 <…>: unknown, see rcpt=<…>"
    )


@pytest.mark.parametrize(
    ("name", "shown"),
    [("contrat.pdf", "contrat.pdf"), ("../../etc/passwd", "passwd"), ("C:\\dossier\\cv.docx", "cv.docx"),
     ("a/b/", "b"), ("..", "fichier"), ("", "fichier"), ("\x00\r\n.pdf", ".pdf"), ("a\u202egnp.exe", "agnp.exe"),
     ("x" * 300 + ".pdf", "x" * 116 + ".pdf"), ("é🙂.jpg", "é🙂.jpg")],
)  # fmt: skip
def test_the_name_of_a_file_is_its_last_part_without_control_characters(name: str, shown: str) -> None:
    assert shown_name(name) == shown


PDF, JPEG, PNG = b"%PDF-1.7\n", b"\xff\xd8\xff\xe0" + b"\0" * 300, b"\x89PNG\r\n\x1a\n" + b"\0" * 300


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("contrat.pdf", PDF, "application/pdf"),
        ("photo.jpg", JPEG, "image/jpeg"),
        ("capture.png", PNG, "image/png"),
        ("sans-nom", PDF, "application/pdf"),
        ("faux.exe", PDF, "application/pdf"),  # what counts is inside
        ("heures.csv", b"nom;heures\nMarie;84\n", "text/csv"),
        ("note.txt", "Bonjour".encode("cp1252"), "text/plain"),
        ("programme.pdf", b"MZ\x90\0" + b"\0" * 300, None),
        ("programme", b"\x7fELF" + b"\0" * 300, None),
        ("page.txt", b"<!doctype html><p>x", None),
        ("page.csv", b"  \n<html>", None),
        ("page.csv", b"\xef\xbb\xbf<svg onload=alert(1)>", None),
        ("page.txt", b"hello <SCRIPT>alert(1)</script>", None),
        ("dessin.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        ("archive.zip", b"PK\x03\x04" + b"\0" * 300, None),
        ("archive.docx", b"PK\x03\x04" + b"\0" * 300, None),
        ("clip.mp4", b"\0\0\0\x18ftypmp42" + b"\0" * 300, None),
        ("script.sh", b"#!/bin/sh\n", None),
        ("note.txt", b"a\0b", None),
        ("inconnu", b"du texte", None),
    ],
)
def test_a_file_is_what_its_content_says(name: str, content: bytes, content_type: str | None) -> None:
    assert type_of(name, content) == content_type


@pytest.mark.parametrize(
    ("text", "does"),
    [
        ("Toujours rien ??", True),
        ("Je me permets de vous relancer", True),
        ("Sans nouvelles de vous depuis lundi", True),
        ("C’est urgent", True),
        ("Alors ?", True),
        ("ça fait deux semaines", True),
        ("???", True),
        ("Vous m’avez oublié ?", True),
        ("Personne n’est blessé.", False),
        ("Voici le document.", False),
        ("Pouvez-vous m’appeler ?", False),
        ("Karim est absent depuis deux jours", False),
        ("Je n’ai plus d’embauche prévue", False),
        ("Merci !", False),
    ],
)
def test_losing_patience_is_heard_in_its_usual_words(text: str, does: bool) -> None:
    assert insists(text) is does


def test_what_is_elided_is_not_taken_for_an_sms_spelling() -> None:
    assert heard("c koi") == "c'est quoi"
    assert heard("C’est quoi une ETTI ?") == "c'est quoi une etti ?"
    assert is_question("dis moi c’est quoi une ETTI")
