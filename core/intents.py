"""What a short message asks for, besides answering a question: the words that work at any moment, on every channel."""

import re
from functools import lru_cache

from core.hours import plain
from knowledge.lexicon import own_lexicon
from knowledge.outside import own_outside

ANYTIME = {
    "cancel": {
        "annuler", "annule", "anuler", "anule", "j'annule", "/annuler", "/cancel", "stop", "/stop",
        "abandonner", "laisser tomber", "quitter",
    },
    "back": {"retour", "/retour", "precedent", "revenir", "revenir en arriere", "arriere"},
    "help": {"aide", "/aide", "/help", "help", "menu", "/menu", "aide moi", "aidez-moi", "aidez moi", "?", "accueil"},
}  # fmt: skip
WANTS = r"((je (veux|voudrais|souhaite|dois|aimerais)|pouvez[- ]vous|peux[- ]tu|aidez[- ]moi a|m'aider a) )?"
A_CLAUSE = r"(une|la|ma|notre|cette|mon projet de) clause( (sociale|d'insertion|sociale d'insertion))?"
SEEKS = (
    r"((je|on) (cherche|recherche) |nous (cherchons|recherchons) |((j'ai|on a|nous avons) )?besoin (de |d')"
    r"|il (me|nous) (faut|faudrait) )"
)
COUNT = r"([0-9]{1,2}|un|une|deux|trois|quatre|cinq|six|sept|huit|neuf|dix)"
NO_TRADE = r"(?!mois|jours?|personnes?|salarie|gens|embauch|rappel|recu|releve|attestation|declaration|reponse)"
MONTHS = "janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre"
REQUEST = r"((mon|ma|mes|notre|nos|le|la|les) (dossiers?|demandes?|reclamation|requete)|(ma|notre) question)"
FROM_HERE = r"( de votre part| du facilitateur| a (mon|ma|mes|notre) .{1,30})?[ ?!.]*$"
NUMBER = re.compile(r"\bd-\d{4}-\d{1,8}\b")
STARTS = {
    "contact": re.compile(
        r"^(/contact|humain|facilitateur|facilitatrice|conseiller|agent|au secours|a l'aide)$"
        r"|\b(un|une) (vrai|vraie|etre) (humain|personne)\b|\bun humain\b|\bune vraie personne\b"
        r"|\b(parler|parle|discuter|echanger) (a|avec|au)\b.*"
        r"\b(quelqu'?un|humain|facilitateur|facilitatrice|conseillere?|personne|votre service)\b"
        r"|^(je (veux|voudrais|souhaite|peux|dois) |puis[- ]je |comment (je )?(peux |puis |faire pour )?(je )?)?"
        r"(joindre|contacter|appeler|ecrire au?) (quelqu'?un|(le |la )?facilitat(eur|rice)|un conseiller)\b"
        r"|\brappel(er|ez|e)[- ]moi\b|\b(me|nous) rappelle\b|\b(me|nous) rappeler\b|\betre rappelee?\b"
        r"|\b(c'?est|t'?es|tu es|vous etes) (vraiment |trop )?nul(le|s|les)?\b"
        r"|\b(ca|tu|vous) (ne )?(sert|sers|servez) a rien\b"
        r"|\bca (ne )?(marche|fonctionne) (pas|plus)$|\brien ne (marche|fonctionne)( plus)?$"
        r"|\bj'en ai marre\b|\bras le bol\b"
    ),
    "follow": re.compile(
        r"^(/dossiers?|mes (dossiers|demandes)|(le )?suivi (de (mon|ma) |du )?(dossier|demande)|"
        r"((ou en est )?(le )?dossier )?d-\d{4}-\d+)[ ?!.]*$"
        rf"|\b(ou en (est|sont)|qu'?en est[- ]il (de|du)|(des )?nouvelles (de|du|sur|pour)|suivre) {REQUEST}\b"
        rf"|\b{REQUEST} (avance(nt)?|en (est|sont) ou)\b"
        r"|\b(avez[- ]vous|vous avez|tu as|as[- ]tu)( bien)? (recu|eu) (mon|mes|ma|notre|nos|le) "
        r"(e-?mails?|mails?|messages?|courriels?|demandes?|dossiers?|documents?|fichiers?|pieces?|justificatifs?|"
        r"declarations?)\b"
        r"|\b(mon|mes|notre) (e-?mails?|mails?|messages?|courriels?) (est|sont)([- ]ils?)? (bien )?(arrive|recu)e?s?\b"
        rf"|\b(toujours|encore) (pas|aucune?) (de |eu (de )?)?(reponse|nouvelles?|retour){FROM_HERE}"
        rf"|\bj'?attends (toujours |encore )?(une|votre|la) reponse{FROM_HERE}"
        r"|\bquand (aurai[- ]je|est[- ]ce que j'aurai|j'aurai|vais[- ]je avoir|aurons[- ]nous) "
        r"(une|ma|votre|la) reponse\b"
    ),
    "sign_in": re.compile(r"^(/connexion|connexion|me connecter|se connecter|connectez[- ]moi|login|mon compte)$"),
    "sign_out": re.compile(r"^(/deconnexion|deconnexion|me deconnecter|se deconnecter|logout)$"),
    "obligations": re.compile(
        r"^(/obligations|obligations?|mes (obligations?|engagements?|marches|heures|contrats)|"
        r"ou (j'?en|en) (suis|est|sommes|sont)([- ](je|on|nous|mes marches|nos marches|mes heures))?"
        r"|ou en sont (mes|nos) (marches|heures|engagements))[ ?]*$"
        r"|(?<!quand est )\bce que je (vous )?dois( faire)?( ce mois[- ]ci| maintenant)?[ ?]*$"
        r"|\bqu'?est[- ]ce que je dois( faire)?[ ?]*$"
    ),
    "declare": re.compile(
        r"^(/declarer|declarer?|declaration|(declarer|preparer) un mois"
        r"|faire ma declaration|je declare|mes heures du mois"
        r"|(je (veux|voudrais|dois)|comment) declarer( (mes heures|un mois|mon mois))?"
        r"|corriger( (un mois|mes heures|ma declaration))?|je me suis trompee?( .{0,40})?)[ ?!.]*$"
    ),
    "hire": re.compile(
        r"^(/embauche|((declarer|ajouter) )?(une )?(nouvelle )?embauche|j'embauche"
        r"|(j'ai|on a|nous avons) (embauche|recrute)( quelqu'?un| une personne)?)[ !.]*$"
    ),
    "complete": re.compile(r"^(completer|completer (une |l'|les |mes )embauches?( de .{2,60})?)[ !.]*$"),
    "leave": re.compile(
        r"^(/depart|(declarer|dire) (un |le )?depart( d'une personne)?|un depart|fin de contrat"
        r"|(quelqu'?un|une personne|un salarie) (est (parti|partie)|part|nous quitte))[ !.]*$"
    ),
    "exit": re.compile(r"^(donner (de ses |des )?nouvelles|nouvelles d'une personne)[ !.]*$"),
    "delegate": re.compile(
        r"^(/deleguer|(je (veux|voudrais) )?deleguer( (ma|mes|la|une|un) (declarations?|mois|preparation))?)[ !.]*$"
        r"|\b(deleguer|confier) (ma|mes|la|nos) declarations?\b"
        r"|^(je (veux|voudrais|souhaite)|j'aimerais|on veut|nous voulons) que .{2,60}\b(declare|prepare|saisisse)\b"
        r".{0,30}\b(a (ma|notre) place|pour (moi|nous))\b"
    ),
    "undelegate": re.compile(
        r"^((arreter|retirer|reprendre|finir|mettre fin a) (la|une|ma|cette) delegation|mes delegations?)[ !.]*$"
    ),
    "papers": re.compile(
        r"^(/documents|documents?|mes (documents|recus?|releves?|attestations?)|mon (dernier )?(recu|releve)"
        r"|(je (veux|voudrais)|envoyez[- ]moi|donnez[- ]moi) (mon|mes|un|le) (recu|releve|document)s?"
        r"|(je (veux|voudrais)|il me faut|j'ai besoin d')( ?une)? ?attestation( de realisation)?"
        r"|(un |le )?(releve|bilan) (de mes|des) heures)[ ?!.]*$"
    ),
    "need": re.compile(
        r"^(/besoin|(chercher|trouver|demander) des candidats"
        r"|besoin de (recrutement|candidats?|formation|personnel|bras))"
        r"[ !.]*$"
        rf"|^{SEEKS}([0-9]{{1,2}}|un|une|deux|trois|quatre|cinq|six|sept|huit|neuf|dix) "
        r"(?!(attestation|recu|releve|aide|reponse|renseignement|rendez|conseil|contact|numero|precision|exemple|modele"
        r"|document|formulaire|delai|humain|vraie?|personne a qui|info))[a-z]"
        rf"|^(?!.*(:|\bh\b|heures)){COUNT} {NO_TRADE}[a-z][a-z-]{{3,}}( [a-z'-]+)? (en|pour|des|a partir de) "
        rf"({MONTHS})\b"
        r"|^(on|nous|je) (recrute|recrutons|embauche|embauchons) ([0-9]{1,2}|deux|trois|quatre|cinq|six) [a-z]"
    ),
    "effort": re.compile(
        r"^(/demarche|noter une (autre )?demarche|(mes|ajouter une|declarer une) demarches?"
        r"|je veux noter (une demarche|quelque chose))[ !.]*$"
    ),
    "prove": re.compile(
        rf"^(/justificatif|(mes |les )?justificatifs?|{WANTS}(envoyer|transmettre|deposer|ajouter|joindre) "
        r"(un|une|le|la|mes|les|des|mon) (justificatifs?|contrat de travail|attestation|releve d'heures|bulletin))"
        r"[ !.]*$"
    ),
    "explain": re.compile(
        r"^(expliquer|(donner|envoyer) une explication|repondre au facilitateur|je m'explique)[ !.]*$"
    ),
    "amendment": re.compile(
        rf"^(/avenant|(un )?avenant|{WANTS}(declarer|signaler|demander|enregistrer) (un|l'|notre )avenant"
        r"|(mon|notre|le) (marche|contrat) (a change|change))[ !.]*$"
    ),
    "new_purchase": re.compile(r"^(nouvel achat|nouveau marche|un autre achat|recommencer( un achat)?)[ !.]*$"),
    "draft_clause": re.compile(
        rf"^(/rediger|{WANTS}(rediger|redige|redigez|ecrire|ecris|ecrivez)( moi)? {A_CLAUSE})[ !.]*$"
    ),
    "check_clause": re.compile(
        rf"^(/controler|{WANTS}(controler|verifier|relire|faire (controler|verifier|relire)) {A_CLAUSE})[ ?!.]*$"
    ),
    "purchase_hours": re.compile(
        rf"^{WANTS}(calculer|estimer|calibrer) (les|des|mes|le (nombre|volume) d'|un nombre d') ?heures?( d'insertion)?"
        r"( (d'un|de mon|du) marche)?[ !.]*$"
    ),
    "purchase_rules": re.compile(r"^verifier (mes|les) obligations( d'acheteur| d'un achat)?[ !.]*$"),
    "purchase_lever": re.compile(
        r"^((choisir|trouver) (le|un|mon) levier( social)?|quel levier( choisir| social)?)[ ?!.]*$"
    ),
    "plan_meeting": re.compile(
        rf"^{WANTS}(preparer|planifier|organiser) (une|la|les) (reunions?( de lancement)?|points? trimestriels?)[ !.]*$"
    ),
    "purchase_steps": re.compile(
        r"^((les )?etapes?( d'un achat| de l'achat)?|liste des etapes|que faire,? et quand|checklist)[ ?!.]*$"
    ),
    "buyer_offer": re.compile(
        r"^(l'aide du facilitateur|aide avant (l'attribution|le marche)|offre du facilitateur)[ ?!.]*$"
    ),
    "purchase": re.compile(
        rf"^(/achat|achat|acheteur|je suis acheteu(r|se)|outils( acheteurs?| d'achat)?"
        rf"|{WANTS}(preparer|prepare|faire|lancer) (un|mon|notre|le prochain) (achat|marche)( public)?)[ !.]*$"
    ),
    "reminded": re.compile(
        r"\bpourquoi\b.*\b(rappels?|relances?|relancez|relancee?s?|rappelee?s?|harcelez)\b"
        r"|\bpourquoi\b.*\b(ce|cet|ces|un|vos|votre) (e-?mails?|mails?|messages?|courriels?)\b.*"
        r"|\bpourquoi (je recois|j'ai recu|ai[- ]je recu|recois[- ]je) (ca|cela)\b"
        r"|\b(j'ai|on a|nous avons) deja declare\b.*\b(rappels?|relances?)\b"
    ),
    "ask": re.compile(r"^(/question|question|poser une question|j'?ai une question)[ !.]*$"),
}
FEWEST_WORDS = 4
ONE_TURN = 32  # texts remembered: those of the turns under way, which are read in several places
NO_MORE = {
    "desabonner", "me desabonner", "desabonnement", "desabonnez-moi", "desabonnez moi", "desinscrire",
    "me desinscrire", "desinscription", "desinscrivez-moi", "stop rappels", "plus de rappels", "unsubscribe",
}  # fmt: skip
INSISTS = re.compile(
    r"\btoujours (rien|pas|aucune?)\b|\b(pas|aucune?|sans|plus) (encore )?(de |eu de |d')?(reponse|nouvelles?|retour)\b"
    r"|\b(je|nous|on) (vous |me permets de vous |nous permettons de vous )?relan(ce|cons|cer)\b"
    r"|\b(une|ma|notre) relance\b"
    r"|\b(j'|on |nous )(attends?|attendons)\b|\b(c'est|tres|assez|vraiment) (tres )?urgent\b|\ben urgence\b"
    r"|\bdes nouvelles ?\?|\b(alors|et donc|ou en est[- ]on|on en est ou) ?[?!]"
    r"|\bca fait (\w+ ){1,2}(jours?|semaines?|mois)\b"
    r"|\bvous (m'avez|nous avez|m') ?oublie|\bc'est long\b|\bil y a quelqu'un\b|[?!] ?\?|!!|^\W*\?\W*$"
)
INTERROGATIVE = re.compile(
    r"^(qui|que|quoi|quel|quelle|quels|quelles|quand|comment|combien|pourquoi|ou|est[- ]ce|qu'?est|c'?est quoi|a quoi|"
    r"peut[- ]on|puis[- ]je|dois[- ]je|faut[- ]il|on peut|je peux|je dois|y a[- ]t[- ]il|what|how|who|when|why|can)\b"
    r"|\bc'?est (quoi|qui|ou|quand|combien)\b"
    r"|\b(que|quoi|comment) (faire|fait[- ]on)$|\b((je|on|il faut) (fais|fait|faire)|nous faisons) (quoi|comment)$"
)
WORKED = re.compile(r"\b(a|ai|ont|avons) (tous |bien |deja )?(boss\w+|travaille\w*|fait|effectue|realise)\b")
HOURS_SAID = re.compile(r"\b\d{1,3}([.,]\d+)? ?h(eures?)?\b(?! d'insertion)")
THANKS = re.compile(r"\b(merci|thanks|thank you)\b")
DONE_ASKED = re.compile(
    r"(alors |et la |donc )?(c'? ?(est)? (bon|ok|fait|enregistre|valide|envoye|parti|fini)|tout est (bon|ok)|ca y est)"
    r"( (pour moi|comme ca|la|maintenant))? ?[?]+"
)
AGREES = re.compile(r"\b(oui|non|ok|d'accord|entendu)\b")
LOST_APOSTROPHE = re.compile(r"\b([jJ]) (?=(ai|avais|embauche|en)\b)")
SHORT_IS = re.compile(r"\bc (?=[a-z])")


def respaced(text: str) -> str:
    """Give « j ai » its apostrophe back, as phones and keyboards in a hurry lose it."""
    return LOST_APOSTROPHE.sub(lambda match: f"{match[1]}'", text)


@lru_cache(maxsize=ONE_TURN)
def heard(text: str) -> str:
    """Fold a text and write its SMS spellings out: « C koi » and « qqn » are « c'est quoi » and « quelqu'un »."""
    return own_lexicon().written_out(SHORT_IS.sub("c'est ", plain(text)))


def anytime(text: str) -> str | None:
    """Return "cancel", "back" or "help" when the whole message says so."""
    words = heard(text).strip(" .!")
    return next((intent for intent, ways in ANYTIME.items() if words in ways), None)


def wants_no_more(text: str, *, by_mail: bool) -> bool:
    """Tell whether the whole message asks for no more reminders; « stop » alone does so by mail."""
    words = plain(text).strip(" .!")
    return words in NO_MORE or (by_mail and words in {"stop", "/stop"})


@lru_cache(maxsize=ONE_TURN)
def start_of(text: str) -> str | None:
    """Return the flow that a message asks to start, or "sign_out", or None."""
    words = heard(text).strip(" .!")
    if len(words) > 90:
        return None
    return next((intent for intent, pattern in STARTS.items() if pattern.search(words)), None)


def given_with(start: str, text: str) -> dict[str, str]:
    """Return the answers that a message gives with what it asks to start: the number of the case it names."""
    found = NUMBER.search(plain(text)) if start == "follow" else None
    return {"number": found[0].upper()} if found else {}


def insists(text: str) -> bool:
    """Tell whether somebody loses patience: « toujours rien ?? », « je vous relance »."""
    return INSISTS.search(plain(text)) is not None


def only_thanks(text: str) -> bool:
    """Tell whether a message thanks, and says nothing else: « oui merci » may answer what was asked."""
    words = heard(text)
    if not THANKS.search(words) or AGREES.search(words):
        return False
    stop = own_outside().check(text, own_lexicon())
    return stop is not None and stop.reason == "thanks"


def asks_if_done(text: str) -> bool:
    """Tell whether somebody asks if that is all: « c bon ? », « ca y est ? »."""
    return DONE_ASKED.fullmatch(plain(text)) is not None


def is_question(text: str) -> bool:
    """Tell whether a message reads like a question rather than an answer."""
    words = heard(text).rstrip(" !.")
    return len(words) > 5 and (words.endswith("?") or bool(INTERROGATIVE.search(words)))


def tells_work(text: str) -> bool:
    """Tell whether a text says that hours were worked, by whomever: « j'ai 2 gars qui ont fait 70 h chacun »."""
    words = heard(text)
    return bool(WORKED.search(words) and HOURS_SAID.search(words)) and not is_question(text)


def may_be_a_sentence(text: str) -> bool:
    """Tell whether a text says more than an answer to a short question does: four words that are not figures."""
    return sum(word[0].isalpha() for word in heard(text).split()) >= FEWEST_WORDS


def has_words(text: str) -> bool:
    """Tell whether there is something to read: at least one letter or digit."""
    return any(c.isalnum() for c in text)
