"""The words that a month is told with, folded: what each makes of the passage it stands in."""

import re

from core.tellings.marks import Kind


def _any(*ways: str) -> str:
    return f"(?:{'|'.join(ways)})"


_ABBREVIATED = r"\b\.?"
_DAY = rf"(?:1er|[0-9]{{1,2}})(?:/[0-9]{{1,2}}(?:/[0-9]{{2,4}})?| (?!h)[a-z]{{3,9}}{_ABBREVIATED})?"
_SINCE = rf"(?: (?:depuis|le|au|du|des|jusqu'au|a partir du)(?: le)? {_DAY}(?: au {_DAY})?)?"
_WHOLE = r"(?:tout le|toute la|l'ensemble du) (?:mois|periode)"
_LASTING = rf"(?: {_WHOLE}| la moitie du mois| (?:debut|fin|mi)[ -](?:de )?mois| (?:une|[0-9]+) (?:semaines?|jours?))?"
_LAST_MONTH = r"(?:mois (?:dernier|passe|precedent|d'avant)|la derniere fois)"
_MONTHS = r"(?:janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre)"
_STOPPED = _any(r"arret\w*", r"suspend\w*", r"stopp\w*", "pause", r"interromp\w*", r"bloqu\w*")

REASONS_FOR_NIL = (  # the first that is found; values of NilReason
    (
        "suspended",
        re.compile(
            rf"\barret\w* (?:de |du )?(?:chantier|travaux)|(?:chantier|travaux)[\w' ]{{0,12}}{_STOPPED}|intemperies"
        ),
    ),
    ("not_started", re.compile(r"\bpas (?:encore )?(?:commence|demarre|debute|ouvert)|\brepousse|\bdecale")),
    (
        "recruiting",
        re.compile(r"\brecrut\w+|\brecherch\w+|\bon cherche\b|\bpas (?:encore )?(?:trouve|recrute|embauche)"),
    ),
    ("left", re.compile(r"\b(?:parti\w*|quitt\w+|demission\w*|fin de contrat|licenci\w*|abandon de poste)\b")),
    ("absent", re.compile(r"\b(?:arret|maladie|malade|conges?|absent\w*|accident|maternite|vacances)\b")),
    ("no_need", re.compile(r"\bpas de (?:besoin|poste|travail)|\baucun (?:besoin|poste)")),
)

_NOT = r"(?:n'?(?:a|ont|est|y a|etait)? ?)?"
NOTHING = re.compile(
    _any(
        _NOT + r"(?:rien(?: du tout)?|neant|zero|nul|ras)\b(?: (?:fait|a (?:declarer|signaler|dire)))?",
        _NOT + r"aucune?s? ?(?:heures?|activite)\b",
        _NOT + r"pas d'(?:heures?|activite)\b",
        _NOT + r"pas (?:travaille|bosse|venue?|presente?|la|fait d'heures?)\b",
        r"personne n'?a (?:travaille|bosse)\b",
        r"sans (?:heures?|activite)\b",
        r"mois (?:vide|a zero|blanc)\b",
    )
    + r"(?: (?:travaillee?s?|effectuee?s?|realisee?s?|faites?|de travail))?"
)
ABSENT_ALL_MONTH = re.compile(rf"(?:en )?(?:absente?|arret(?: maladie| de travail)?|conges?|malade|maladie) {_WHOLE}")
_IDEM = _any(
    "idem",
    r"id\.",
    r"pareil(?:le)?s?",
    r"(?:les |la )?memes?(?: (?:chose|heures?|nombres?|chiffres?|declaration|total))?",
    "sans changement",
    "pas de changement",
    "rien de change",
    r"inchange\w*",
    "on reconduit",
    "reconduire",
    r"recopier?",
    "reprends?",
    "reprendre",
)
SAME = re.compile(
    _any(
        rf"(?:toute?s? )?{_IDEM}"
        rf"(?:[ ,]+(?:que |qu'|comme |a |au |en |pour |d')*(?:(?:le|celui du|celle du|du) )?(?P<last>{_LAST_MONTH})"
        rf"| (?:qu'en |comme en |qu'|que |en |a |d')(?P<month>{_MONTHS}\b(?: 20[0-9]{{2}})?))?",
        rf"comme (?:(?:le|celui du|au) )?(?P<last2>{_LAST_MONTH})",
        rf"comme (?:en |au mois d[e' ]{{1,2}})?(?P<month2>{_MONTHS}\b(?: 20[0-9]{{2}})?)",
    )
)
INSTEAD = re.compile(r"(?:au lieu d[e' ]+|a la place de |et non(?: pas)? |et pas |pas |non pas )(?=[0-9])")
CHANGES = re.compile(r"\b(?:passe|corrig|modifi|chang|remplac|rectif)\w*")
CHANGED = re.compile(r"(?:(?:passe|corrig|modifi|chang|remplac)\w*[ :]+)?(?:de )?(?=[0-9])")
COMPARED = re.compile(
    rf"contre [0-9]+(?:[.,][0-9]+)?(?: ?h(?:eures?)?\b)?(?: (?:le |en |au )?(?:{_LAST_MONTH}|{_MONTHS}\b))?"
)
CHANGED_TO = re.compile(r" ?(?:a|par|en|->|=>) ?(?=[0-9])")

_HIRED_BEFORE = _any(
    r"nouve(?:lle|au)x?s? (?:embauches?|embauchee?s?|salariee?s?|recrues?|recrutements?|arrivante?s?|arrivees?)",
    r"nouve(?:lle|au)x?s? (?:personnes?|participante?s?|contrats?)",
    "embauches?",
    "nouvelle",
    "nouveau",
    "nvelle embauche",
)
_HIRED_AFTER = _any(r"embauchee?s?", r"recrutee?s?", r"engagee?s?")
HIRED = re.compile(
    r"(?:(?:on a|j'ai|nous avons|une?|a ete|ont ete|est|plus|\+|avec|et|l')? ?)"
    rf"(?:(?P<before>{_HIRED_BEFORE})|(?P<after>{_HIRED_AFTER}))(?: (?:de|d'))?(?!\w)"
)
_STARTED = r"(?:arrivee?s?|entree?s?|commence|debute|demarre|present\w*)"

_VAGUE = _any(
    "environ",
    r"env\.?",
    "a peu pres",
    "a peu de choses pres",
    "autour de",
    "aux alentours de",
    "presque",
    "pres de",
    "(?:plus|moins) de",
    "au (?:moins|plus|maximum|minimum)",
    r"maxi?(?:mum)?",
    r"mini?(?:mum)?",
    "grosso modo",
    "entre",
    "quelques",
    "plusieurs",
    "peut[- ]etre",
    "sans doute",
    "probablement",
    "je (?:crois|pense)",
    "a (?:confirmer|verifier|voir|preciser|completer)",
    r"prevu\w*",
    r"previsionnel\w*",
    r"estim\w+",
    "va faire",
    "fera",
    "devrai(?:t|ent)(?: faire)?",
    r"theorique\w*",
    "par (?:jour|semaine)",
    r"hebdo\w*",
    "/ ?(?:jour|semaine)s?",
    "(?:a )?(?:mi|trois quarts de)[- ]temps",
    "(?:a )?temps (?:plein|complet|partiel)",
    "plein[- ]temps",
    r"(?:une|deux|trois|quatre|cinq|les deux|toute une|toute la|[0-9]+) "
    r"(?:petites? |grosses? |premieres? |dernieres? )?(?:semaines?|journees?|jours?)",
    r"(?:une )?(?:demi[- ]journee|quinzaine|dizaine|vingtaine|trentaine|quarantaine|cinquantaine|centaine)(?: d'?)?",
    r"r?ajout\w*",
    r"oubli\w*",
    r"manqu\w*",
    "(?:en|de) (?:plus|moins)",
    "supplementaires?",
    r"heures? sup\w*",
    "sup",
    r"enlev\w*",
    r"retir\w*",
    r"dedui\w*",
    "moins",
    "pas",
    "(?:pour |a )?(?:tous |toutes )?(?:les|eux) (?:deux|trois|quatre)",
    "ensemble",
    "a (?:deux|trois)",
    "tout le mois",
    "toute la periode",
)
_ABSENCE = _any(
    r"arret(?:e|ee)?(?: de travail| maladie)?",
    r"accident(?: d[ue] (?:travail|trajet))?",
    r"conges?(?: payes?| maladie| parental| sans solde| maternite| paternite)?",
    "maladie",
    "malade",
    "absente?s?",
    "maternite",
    "paternite",
    "vacances",
    "intemperies",
    "rtt",
    "chomage(?: partiel| technique)?",
)
_LEFT = _any(
    r"parti\w*",
    r"quitte\w*(?: (?:l'entreprise|la societe|son poste))?",
    r"demission\w*",
    "fin de (?:contrat|mission|cdd)",
    r"licenci\w*",
    "abandon de poste",
    "rupture(?: anticipee| conventionnelle)?",
    r"sorti\w*",
)
_WORKS = (
    r"(?:chantier|travaux)(?: (?:est|sont|etait|a|ont|ete|actuellement|en|toujours|encore|pas|n'a|n'est|l'))* ?"
    r"(?:a l'|en )?"
    + _any(_STOPPED, "suspendu", "commence", r"demarre\w*", r"repousse\w*", r"decale\w*", r"interrompu\w*")
    + r"\w*"
)
_BE = r"(?:est |sont |a |ont )?"
_NOTE = _any(
    rf"(?:en |un |par |pour |suite a (?:un )?|cause )?{_ABSENCE}{_LASTING}{_SINCE}",
    rf"{_BE}{_LEFT}{_SINCE}",
    rf"{_BE}{_STARTED} (?:depuis |le |au |du |en )+{_DAY}",
    _WORKS,
    "pas (?:encore )?(?:commence|demarre|debute)",
    "recrutement(?: est)?(?: toujours)? en cours",
    "pas de (?:besoin|poste)(?: adapte)?",
    "aucun (?:besoin|poste)",
)
_REASON = _any(
    r"(?:c'est |c'etait )?(?:une |mon )?(?:erreur|faute) de (?:saisie|frappe|calcul|[mn]\w+ part|compte|pointage)",
    "heures? recues? (?:apres coup|en retard)",
    "mauvais (?:releve|pointage)",
)
_CORRECTION = _any(
    "en (?:fait|realite)",
    "correction",
    r"rectif\w*",
    r"corrig\w*",
    "plutot",
    r"(?:je me suis|on s'est) tromp\w*",
    "j'ai fait une erreur",
    "erreur",
    r"modif\w*",
    "pardon",
    "oups",
    "finalement",
    "au final",
    r"non(?:,? c(?:'est)?(?= [0-9]))?",
)
_TOTAL = _any(
    r"(?:soit )?(?:un |le |pour un |au |en )?total(?:es)?(?: (?:general|du mois|des heures|heures|mois))?(?: de)?",
    "en tout",
    "cumul",
    "somme",
    "ca fait",
    "ce qui fait",
)
_DETAIL = "(?:en |un |au )?" + _any(
    "cddi",
    "cdd",
    "cdi",
    "apprentissage",
    "apprentie?",
    "contrat (?:de professionnalisation|pro)",
    r"interim\w*",
    "mission(?: locale)?",
    "mise a disposition",
    "rsa",
    "rqth",
    "qpv",
    "deld",
    "ass",
    "aah",
    "geiq",
    "etti",
)
WORDS: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(rf"(?:{pattern})(?!\w)"))
    for kind, pattern in (
        (Kind.VAGUE, _VAGUE),
        (Kind.NOTE, _NOTE),
        (Kind.REASON, _REASON),
        (Kind.CORRECTION, _CORRECTION),
        (Kind.EACH, "(?:a )?chacune?|par (?:personne|tete)|l'une? et l'autre"),
        (Kind.TOTAL, _TOTAL),
        (Kind.EQUALS, "soit|c'est[- ]a[- ]dire"),
        (Kind.EXCEPT, "sauf|a part|hormis|excepte|mais pas"),
        (Kind.DETAIL, _DETAIL),
    )
)
EVERYONE = re.compile(
    r"(?:tout le monde|tous les (?:salaries|participants|gars|ouvriers|employes|jeunes)|toute l'equipe|"
    r"chaque (?:salarie|participant|personne))(?: a| ont)?(?!\w)"
    r"|(?:tous|toutes|chacune?)(?= ?(?:[:=]|a\b|ont\b)? ?[0-9])"
)
OTHERS = re.compile(
    r"(?:tous )?les autres(?: salaries| personnes| participants)?(?: ont)?(?!\w)"
    r"|le reste(?: de l'equipe| des salaries)?(?!\w)|sinon(?!\w)"
)
AND = re.compile(r"(?:et|puis|ensuite|ainsi que|ni|mais)(?!\w)|&")

_POLITE = (
    r"bonjour, bjr, bonsoir, bsr, salut, slt, hello, coucou, cc, allo, hey, merci(?: d'avance)?, svp, stp, "
    r"s'il (?:vous|te) plait, voici, voila, (?:dsl|desolee?)(?: (?:pour|pr) (?:le |mon |ce )?retard)?, "
    r"ci-dessous, ci-joint, veuillez, trouver, cordialement, oui, ok"
)
_SMALL = (
    r"les?, la, de, du, des, une?, pour, pr, par, en, aux?, a, sur, dans, avec, on, nous, je, j'ai, ils?, elles?, ont, "
    r"avons, ai, c'est, c'etait, ce sont, ca, est, sont, etai(?:t|ent), ete, bien, donc, alors, aussi, ainsi, "
    r"c bon, cette, ce, cet, cela, qui, que, y, ne, dont, mes, nos, ma, mon, notre, ses, son, sa, vos, votre, tjrs, "
    r"toujours, encore, seulement, juste, exactement, pile, egalement, bon, car, comme suit, suit, suivante?s?, compte"
)
_WORK = (
    r"heures?, heurs, hrs?, h, fait(?:e?s)?, faire, effectue\w*, realise\w*, travaill\w*, bosse\w*, declar\w*, "
    r"saisi\w*, note[rz], comptez, mettre, mettez, mets, enregistre\w*, mois, dernier, salariee?s?, equipe, "
    r"personnel, chantier, clause(?: sociale)?, d'insertion, insertion, marche, participante?s?, noms?, prenoms?, "
    r"concernant, suivi, releve, point, info, recap\w*, periode, date, debut, fin, veux, voudrais, souhaite, dois, "
    r"peux, prendre, detail, ouvriers?, employee?s?, gars, presents?"
)
_CIVILITY = r"(?:m|mr|mme|mlle|melle|monsieur|madame|mademoiselle|mrs)(?!\w)\.?"
_EMPTY = f"{_POLITE}, {_SMALL}, {_WORK}".split(", ")
FILLERS = re.compile(rf"{_any(*_EMPTY)}(?!\w)|{_CIVILITY}")
ELISION = re.compile(r"(?:d|l|n|s|j|c|m|t|qu|jusqu|lorsqu)'")
CLOSING = re.compile(
    r"(?:[\n.,;!] *|^)(?:bien )?"
    + _any(
        "cordialement",
        "sincerement",
        "salutations",
        "respectueusement",
        "bien a (?:vous|toi)",
        "bonne (?:journee|soiree|reception|fin de journee|semaine)",
        "a bientot",
        r"merci(?: d'avance| beaucoup| bien| a vous)?(?=[ ,.!]*(?:\n|$))",
    )
)
GREETING = re.compile(
    r"\s*(?:bonjour|bjr|bonsoir|bsr|salut|slt|hello|coucou)"
    r"(?P<who>(?: (?:m|mr|mme|madame|monsieur)\.?)?(?: [^\W\d_]+){0,2}) ?[,!.\n]"
)
_CELLS = r"[ \t|;,/&]*"
HEADER = re.compile(
    rf"(?:^|\n)[ \t|]*(?:(?:noms?|prenoms?|salaries?|participants?|personnes?){_CELLS}(?:et )?)+"
    rf"(?:(?:nombre d'|nb d'|nb |total )?(?:heures?|h)"
    rf"(?: travaillees| realisees| effectuees| d'insertion)?{_CELLS})*(?=\n)"
)
