"""Study a programme of purchases: a spreadsheet, or what the buyer published."""

from core.dialogue import Chat, Option
from core.flows.commands import Say, StudyProgramme
from core.flows.purchase.asking import ADVICE, HOURS, TOOLS
from core.flows.register import Register
from core.hours import NBSP

FILE, PUBLISHED = "file", "published"
SOURCES = (Option(FILE, "Un tableau d’achats prévus"), Option(PUBLISHED, "Nos marchés publiés"))
WANTED = (
    "Envoyez-moi le tableau de vos achats prévus (.xlsx, .ods ou .csv). Il lui faut deux titres, "
    f"«{NBSP}objet{NBSP}» et «{NBSP}montant HT{NBSP}»{NBSP}; la nature, la durée et la date de lancement aident.\n\n"
    "Je dirai, ligne par ligne, ce qui se prête à une clause, pourquoi, et combien d’heures."
)
WITHOUT = (
    "Alors partez d’un seul achat, je calcule ses heures. Pour un tableau plus tard, une ligne par achat suffit, "
    f"sous les titres «{NBSP}objet{NBSP}» et «{NBSP}montant HT{NBSP}»."
)


def study_programme(chat: Chat, register: Register) -> StudyProgramme | Say:
    """Take the spreadsheet, or what open data knows of a signed-in buyer."""
    options = SOURCES if register.published_siren else SOURCES[:1]
    if chat.choose("source", f"D’où partons-nous{NBSP}?", options) == PUBLISHED:
        return StudyProgramme(None)
    given = chat.file("file", WANTED, none="Je n’ai pas de tableau")
    if given is None:
        return Say(WITHOUT, (HOURS, ADVICE, TOOLS))
    return StudyProgramme(int(given.partition(",")[0]))
