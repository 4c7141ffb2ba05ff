"""A first look at an installation: what is set, what is missing, what to do about it, in French for the operator."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from core.health import parts
from core.hours import NBSP
from core.house import House
from core.settings import Settings
from core.shelf import articles_folder, served_of, territory_name


class Verdict(StrEnum):
    """How bad a finding is."""

    OK = "ok"
    LOOK = "à voir"
    WRONG = "erreur"


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    verdict: Verdict
    what: str
    remedy: str = ""


def examine(house: House) -> list[Finding]:
    """Look at everything that can be seen without sending anything."""
    settings = house.settings
    findings = [
        Finding(Verdict.OK, f"{name}{NBSP}: en ordre")
        if said == "ok"
        else Finding(Verdict.WRONG, f"{name}{NBSP}: {said}")
        for name, said in parts(house).items()
    ]
    made_keys = not settings.encryption_keys.get_secret_value()
    findings.append(
        Finding(
            Verdict.LOOK,
            f"clés de chiffrement créées dans {settings.data_dir / 'keys'}",
            f"Sauvegardez-les à part de la base{NBSP}: sans elles, les noms et les textes sont perdus.",
        )
        if made_keys
        else Finding(Verdict.OK, "clés de chiffrement fournies par le réglage")
    )
    findings.append(
        _set(
            settings.facilitator_email, "adresse du facilitateur", "Réglez CLAUSETTE_FACILITATOR_EMAIL.", Verdict.WRONG
        )
    )
    smtp = settings.smtp_url.get_secret_value()
    findings.append(
        _set(
            smtp,
            "serveur d’envoi des e-mails",
            "Réglez CLAUSETTE_SMTP_URL. En attendant, les e-mails sont des fichiers.",
        )
    )
    if smtp and "starttls=required" not in smtp and not smtp.startswith("smtps://"):
        findings.append(
            Finding(
                Verdict.LOOK, "les e-mails partent sans chiffrement", "Ajoutez ?starttls=required à CLAUSETTE_SMTP_URL."
            )
        )
    findings.extend(_inbox(settings))
    token = settings.telegram_token.get_secret_value()
    findings.append(_set(token, "bot Telegram", "Réglez CLAUSETTE_TELEGRAM_TOKEN pour ouvrir ce canal."))
    if not settings.public_url.startswith("https://"):
        findings.append(
            Finding(
                Verdict.LOOK, f"adresse publique sans https ({settings.public_url})", "Réglez CLAUSETTE_PUBLIC_URL."
            )
        )
    if settings.llm_url:
        findings.append(_model(settings))
    findings.extend(_articles(house))
    return findings


def _inbox(settings: Settings) -> list[Finding]:
    """Mail is read only with both settings; without the third, nothing proves a sender."""
    imap = settings.imap_url.get_secret_value()
    if not imap and not settings.mail_reply_to:
        return [Finding(Verdict.LOOK, "les réponses par e-mail ne sont pas lues", "Réglez CLAUSETTE_IMAP_URL.")]
    if not imap or not settings.mail_reply_to:
        missing = "CLAUSETTE_MAIL_REPLY_TO" if imap else "CLAUSETTE_IMAP_URL"
        return [Finding(Verdict.WRONG, f"boîte de réception{NBSP}: {missing} manque", f"Réglez {missing}.")]
    return [
        Finding(Verdict.OK, "boîte de réception des e-mails"),
        _set(
            settings.trusted_authserv,
            "serveur qui vérifie les expéditeurs",
            "Réglez CLAUSETTE_TRUSTED_AUTHSERV. En attendant, chaque déclaration par e-mail se confirme par un lien.",
        ),
    ]


def _model(settings: Settings) -> Finding:
    """Questions leave the house masked, and still should not be read on their way."""
    address = urlsplit(settings.llm_url)
    what = f"modèle de langage{NBSP}: {settings.llm_model} sur {address.hostname}"
    if address.scheme == "https" or address.hostname in {"localhost", "127.0.0.1", "::1"}:
        return Finding(Verdict.OK, what)
    return Finding(Verdict.LOOK, f"{what}, sans https", "Réglez CLAUSETTE_LLM_URL sur une adresse https.")


def _articles(house: House) -> list[Finding]:
    today = house.today()
    served, faults = served_of(articles_folder(house.settings), territory_name(house.database, house.settings), today)
    findings = [Finding(Verdict.WRONG, f"fiche non servie{NBSP}: {fault}", "Corrigez le fichier.") for fault in faults]
    overdue = [article.id for article in served.values() if article.review_due_on() < today]
    findings.append(
        Finding(Verdict.LOOK, f"{len(overdue)} fiche(s) à relire", ", ".join(overdue[:10]))
        if overdue
        else Finding(Verdict.OK, f"{len(served)} fiches, toutes relues à temps")
    )
    return findings


def _set(value: str, what: str, remedy: str, otherwise: Verdict = Verdict.LOOK) -> Finding:
    return Finding(Verdict.OK, what) if value else Finding(otherwise, f"{what}{NBSP}: à régler", remedy)
