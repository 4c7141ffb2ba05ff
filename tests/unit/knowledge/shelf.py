"""A small shelf of articles, written as the facilitateur writes them."""

from collections.abc import Mapping
from datetime import date

from knowledge.articles import Article, read_article
from knowledge.library import Library

TODAY = date(2026, 11, 23)


def article_text(name: str, **changes: str) -> str:
    """A valid article file; `changes` replace or add header lines, an empty one removes the field."""
    fields = {
        "id": name,
        "title": "Quel justificatif pour un bénéficiaire du RSA ?",
        "audience": "company",
        "questions": "\n".join(
            (
                "",
                "  - rsa quel papier je dois demander",
                "  - attestation rsa de moins de combien de mois",
                "  - Comment prouver qu'une personne touche le RSA ?",
                "  - justificatif pour quelqu'un au rsa",
                "  - Quelle pièce fournir pour un allocataire du RSA ?",
            )
        ),
        "sources": "\n  - {title: Arrêté du 4 septembre 2025, article: null, url: null}",
        "checked_on": "2026-11-23",
        "review_months": "6",
        "certainty": "verified",
        **changes,
    }
    body = fields.pop("body", "Une attestation de la CAF ou de la MSA de moins de trois mois.")
    lines = [f"{field}: {value}" for field, value in fields.items() if value]
    return "---\n" + "\n".join(lines) + f"\n---\n{body}\n"


def article(name: str, title: str, body: str, *questions: str, **changes: str) -> Article:
    listed = "".join(f"\n  - {question!r}" for question in questions)
    return read_article(article_text(name, title=f"{title!r}", questions=listed, body=body, **changes), name)


def shelf() -> Mapping[str, Article]:
    articles = [
        read_article(article_text("rsa"), "rsa"),
        article(
            "rqth",
            "Quel justificatif pour un travailleur handicapé ?",
            "La décision RQTH de la MDPH, en cours de validité.",
            "rqth quel papier",
            "justificatif handicap",
            "Comment prouver la qualité de travailleur handicapé ?",
            "Quelle attestation pour une personne en situation de handicap ?",
            "mdph decision a fournir",
        ),
        article(
            "etti",
            "Qu’est-ce qu’une ETTI ?",
            "Une agence d’intérim dont toute l’activité est tournée vers l’insertion.",
            "etti definition",
            "c'est quoi une agence interim d'insertion",
            "À quoi sert une entreprise de travail temporaire d'insertion ?",
            "difference entre etti et interim classique",
            "Comment travaille une ETTI ?",
        ),
        article(
            "penalite",
            "Que risque l’entreprise qui ne fait pas ses heures ?",
            "L’acheteur peut appliquer la pénalité prévue au contrat.",
            "heures pas faites on risque quoi",
            "sanction si clause non respectee",
            "Quelle pénalité pour des heures manquantes ?",
            "amende heures non realisees",
            "Que se passe-t-il si l'objectif n'est pas atteint ?",
            certainty="practice",
            local_check="Le montant de la pénalité.",
        ),
        article(
            "declarer",
            "Avant quelle date déclarer les heures du mois ?",
            "À la date écrite au contrat, en général le 10 du mois suivant.",
            "date limite pour envoyer mes heures",
            "declaration mensuelle avant quand",
            "Quel jour faut-il déclarer ?",
            "jusqu'a quand je peux declarer le mois",
            "delai pour la declaration",
        ),
        article(
            "reserve",
            "Qu’est-ce qu’un marché réservé ?",
            "Un marché dont l’accès est limité à des structures d’insertion ou du handicap.",
            "marche reserve definition",
            "à qui réserver un marché",
            "Comment réserver un lot ?",
            "reserver aux esat et entreprises adaptees",
            "Qui peut répondre à un marché réservé ?",
            audience="buyer",
        ),
    ]
    return {one.id: one for one in articles}


def library() -> Library:
    return Library(shelf())
