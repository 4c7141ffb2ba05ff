"""The words that a month is told with, folded: what each makes of the passage it stands in."""

import re

from core.tellings.marks import Kind

_DAY = r"(?:1er|[0-9]{1,2})(?:/[0-9]{1,2}(?:/[0-9]{2,4})?| [a-z]{3,9}\b\.?(?<!h))?"
_SINCE = rf"(?: (?:depuis|le|au|du|des|jusqu'au|a partir du)(?: le)? {_DAY}(?: au {_DAY})?)?"
_PERIOD = r"(?: (?:tout le|tous? le|toute la|la moitie du|debut|fin|mi)[ -](?:mois|periode)| (?:une|[0-9]+) (?:semaines?|jours?))?"

REASONS_FOR_NIL = (  # the first that is found; values of NilReason
    ("suspended", re.compile(r"\barret\w* (?:de |du )?(?:chantier|travaux)|(?:chantier|travaux)[\w ]{0,12}(?:arret\w*|suspend\w*|stopp\w*|pause|interromp\w*|bloqu\w*|a l'arret)|intemperies|suspen\w+|\ba l'arret")),
    ("not_started", re.compile(r"\bpas (?:encore )?(?:commence|demarre|debute|ouvert)|\bdemarr\w+ (?:en|plus tard|repousse)|\brepousse|\bdecale")),
    ("recruiting", re.compile(r"\brecrut\w+|\brecherch\w+|\bon cherche\b|\bpas (?:encore )?(?:trouve|recrute|embauche)")),
    ("left", re.compile(r"\b(?:parti\w*|quitt\w+|demission\w*|fin de contrat|licenci\w*|abandon de poste)\b")),
    ("absent", re.compile(r"\b(?:arret|maladie|malade|conges?|absent\w*|accident|maternite|vacances)\b")),
    ("no_need", re.compile(r"\bpas de (?:besoin|poste|travail)|\baucun (?:besoin|poste)")),
)  # fmt: skip

NOTHING = re.compile(
    r"(?:(?:n'?(?:a|ont|est|y a|etait)? ?)?(?:(?:rien(?: du tout)?|neant|zero(?! virgule)|nul|ras)\b(?: (?:fait|a (?:declarer|signaler|dire)))?"
    r"|aucune?s? ?(?:heures?|activite)\b|pas d'(?:heures?|activite)\b|pas (?:travaille|bosse|venue?|presente?|la|fait d'heures?)\b)"
    r"|personne n'?a (?:travaille|bosse)\b|sans (?:heures?|activite)\b|mois (?:vide|a zero|blanc)\b)"
    r"(?: (?:travaillee?s?|effectuee?s?|realisee?s?|faites?|de travail))?"
)
ABSENT_ALL_MONTH = re.compile(
    r"(?:en )?(?:absente?|arret(?: maladie| de travail)?|conges?|malade|maladie) (?:tout le|toute la|l'ensemble du) (?:mois|periode)"
)
SAME = re.compile(
    r"(?:(?:toute?s? )?(?:idem|id\.|pareil(?:le)?s?|meme(?:s)? (?:chose|heures?|nombres?|chiffres?|declaration|total)|les memes(?: (?:heures?|chiffres))?"
    r"|(?:la )?meme(?: chose)?|sans changement|pas de changement|rien de change|inchange\w*|on reconduit|reconduire|recopier?|reprends?|reprendre)"
    r"(?:[ ,]+(?:que|qu'|comme|a|au|en|pour|d')*[ ]*(?:(?:le|celui du|celle du|du) )?(?P<last>mois (?:dernier|passe|precedent|d'avant)|la derniere fois)| (?:qu'|que |qu'en |comme en |en |a |d')+(?P<month>[a-z]{3,9}\b(?: 20[0-9]{2})?))?"
    r"|comme (?:(?:le|celui du|au) )?(?P<last2>mois (?:dernier|passe|precedent|d'avant)|la derniere fois)|comme (?:en |au mois d[e' ]{1,2})?(?P<month2>janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre)\b(?: 20[0-9]{2})?)"
)
INSTEAD = re.compile(r"(?:au lieu d[e' ]+|a la place de |et non(?: pas)? |et pas |pas |contre |non pas )(?=[0-9])")
CHANGED = re.compile(r"(?:passe\w*|corrig\w*|modifi\w*|chang\w*|remplac\w*)[ :]+(?:de )?(?=[0-9])")
CHANGED_TO = re.compile(r" ?(?:a|par|en|->|=>) ?(?=[0-9])")

HIRED_BEFORE = r"nouve(?:lle|au)x?s? (?:embauches?|embauchee?s?|salariee?s?|recrues?|recrutements?|arrivante?s?|arrivees?|personnes?|participante?s?|contrats?)|embauches?|recrutement|nouve(?:lle|au)|nvelle embauche|nv embauche"
HIRED_AFTER = r"embauchee?s?|recrutee?s?|engagee?s?"
STARTED = r"(?:arrivee?s?|entree?s?|commence|debute|demarre|present\w*)"

WORDS: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(rf"(?:{pattern})(?!\w)"))
    for kind, pattern in (
        (Kind.VAGUE, r"environ|env\.?|a peu pres|a peu de choses pres|autour de|aux alentours de|presque|pres de|plus de|moins de|au moins|"
                     r"au plus|au maximum|maxi?(?:mum)?|mini?(?:mum)?|grosso modo|entre|quelques|plusieurs|peut[- ]etre|sans doute|"
                     r"probablement|je (?:crois|pense)|a (?:confirmer|verifier|voir|preciser|completer)|prevu\w*|previsionnel\w*|estim\w+|"
                     r"va faire|fera|devrait(?: faire)?|devraient|theorique\w*|par (?:jour|semaine)|hebdo\w*|/ ?(?:jour|semaine)s?|"
                     r"(?:a )?(?:mi|trois quarts de)[- ]temps|(?:a )?temps (?:plein|complet|partiel)|plein[- ]temps|"
                     r"(?:une|deux|trois|quatre|cinq|les deux|toute une|toute la|[0-9]+) (?:petites? |grosses? |premieres? |dernieres? )?(?:semaines?|journees?|jours?)|"
                     r"(?:une )?(?:demi[- ]journee|quinzaine|dizaine|vingtaine|trentaine|quarantaine|cinquantaine|soixantaine|centaine)(?: d'?)?|"
                     r"ajout\w*|rajout\w*|oubli\w*|manqu\w*|en plus|de plus|supplementaires?|heures? sup\w*|sup|en moins|enlev\w*|retir\w*|dedui\w*|moins|pas|"
                     r"(?:pour |a )?(?:tous |toutes )?(?:les|eux) (?:deux|trois|quatre)|ensemble|a deux|a trois|tout le mois|toute la periode"),
        (Kind.NOTE, rf"(?:en |un |par |pour |suite a (?:un )?|cause )?(?:arret(?:e|ee)?(?: de travail| maladie)?|accident(?: d[ue] (?:travail|trajet))?|conges?(?: payes?| maladie| parental| sans solde| maternite| paternite)?|"
                    rf"maladie|malade|absente?s?|maternite|paternite|vacances|intemperies|rtt|chomage(?: partiel| technique)?){_PERIOD}{_SINCE}"
                    rf"|(?:est |sont |a |ont )?(?:parti\w*|quitte\w*(?: (?:l'entreprise|la societe|son poste))?|demissionn\w*|demission|fin de (?:contrat|mission|cdd)|licenci\w*|abandon de poste|rupture(?: anticipee| conventionnelle)?|sorti\w*){_SINCE}"
                    rf"|(?:est |sont |a |ont )?{STARTED} (?:depuis |le |au |du |en )+{_DAY}"
                    rf"|(?:chantier|travaux)(?: (?:est|sont|etait|a|ont|ete|actuellement|en|toujours|encore|pas|n'a|n'est|l'))* ?(?:a l'|en )?(?:arret\w*|suspendu\w*|stoppe\w*|pause|commence|demarre\w*|repousse\w*|decale\w*|interrompu\w*|bloque\w*)"
                    rf"|(?:pas (?:encore )?(?:commence|demarre|debute)|recrutement(?: est)?(?: toujours)? en cours|pas de (?:besoin|poste)(?: adapte)?|aucun (?:besoin|poste))"),
        (Kind.REASON, r"(?:(?:c'est |c'etait )?(?:une |mon )?(?:erreur|faute)(?: de (?:saisie|frappe|calcul|ma part|notre part|compte|pointage))|heures? recues? (?:apres coup|en retard)|mauvais (?:releve|pointage))"),
        (Kind.CORRECTION, r"en fait|en realite|correction|rectif\w*|corrig\w*|plutot|je me suis tromp\w*|on s'est tromp\w*|j'ai fait une erreur|erreur|modif\w*|pardon|oups|finalement|au final|non"),
        (Kind.EACH, r"(?:a )?chacune?|par personne|par tete|l'une? et l'autre"),
        (Kind.TOTAL, r"(?:soit )?(?:(?:un |le |pour un |au |en )?total(?:es)?(?: (?:general|du mois|des heures|heures|mois))?(?: de)?|en tout|cumul|somme|ca fait|ce qui fait)"),
        (Kind.EQUALS, r"soit|c'est[- ]a[- ]dire"),
        (Kind.EXCEPT, r"sauf|a part|hormis|excepte|mais pas"),
        (Kind.DETAIL, r"(?:en |un |au )?(?:cdd ?i|cdd|cdi|apprentissage|apprentie?|contrat de professionnalisation|contrat pro|interim\w*|mission|mise a disposition|rsa|rqth|qpv|del?d|ass|aah|geiq|etti|mission locale)"),
    )
)  # fmt: skip
EVERYONE = re.compile(
    r"(?:tou(?:t le monde|s les (?:salaries|participants|gars|ouvriers|employes|jeunes)|te l'equipe)|chaque (?:salarie|participant|personne))(?: a| ont)?(?!\w)"
    r"|(?:tous|toutes|chacune?)(?= ?(?:[:=]|a\b|ont\b)? ?[0-9])"
)
OTHERS = re.compile(
    r"(?:tous )?les autres(?: salaries| personnes| participants)?(?: ont)?(?!\w)|le reste(?: de l'equipe| des salaries)?(?!\w)|sinon(?!\w)"
)

HIRED = re.compile(
    rf"(?:(?:on a|j'ai|nous avons|une?|a ete|ont ete|est|plus|\+|avec|et|l')? ?)(?:(?P<before>{HIRED_BEFORE})|(?P<after>{HIRED_AFTER}))(?: (?:de|d'))?(?!\w)"
)

FILLERS = re.compile(
    r"(?:bonjour|bonsoir|salut|hello|coucou|merci(?: d'avance)?|svp|s'il (?:vous|te) plait|voici|voila|ci-dessous|ci-joint|cordialement|"
    r"les|heures?|hrs?|h|de|du|des|le|la|un|une|pour|par|en|a|au|aux|sur|dans|avec|on|nous|je|j'ai|il|elle|ils|elles|ont|avons|ai|"
    r"fait(?:e?s)?|faire|effectue\w*|realise\w*|travaill\w*|bosse\w*|declar\w*|saisi\w*|noter|notez|compte[rsz]?|mettre|mettez|mets|enregistre\w*|"
    r"mois|mes|nos|ma|mon|notre|nos|ses|son|sa|vos|votre|c'est|c'etait|ce sont|ca|est|sont|etait|etaient|ete|bien|donc|alors|puis|aussi|ainsi|cette|ce|cet|"
    r"salariee?s?|equipe|personnel|chantier|clause(?: sociale)?|d'insertion|insertion|marche|participante?s?|noms?|prenoms?|qui|que|"
    r"concernant|suivi|releve|point|info|recap\w*|total(?:ite)? des|periode|date|debut|fin|oui|ok|alors|tjrs|toujours|encore|seulement|juste|exactement|pile|net|nettes?|"
    r"cela|veux|voudrais|souhaite|dois|peux|pouvez-vous|peut-on|veuillez|trouver|prendre|compte|dernier|presents?|d'|l'|s'|n'|qu'|j'|c'|y|ne|sociale?|suivantes?|suivants?|suit|comme suit|detail|ouvriers?|employee?s?|gars|"
    r"egalement|dont)(?!\w)|(?:m|mr|mme|mlle|melle|monsieur|madame|mademoiselle|mrs)(?!\w)\.?"
)  # fmt: skip
AND = re.compile(r"(?:et|puis|ensuite|ainsi que|ni|&)(?!\w)|&")
ELISION = re.compile(r"(?:d|l|n|s|j|c|m|t|qu|jusqu|lorsqu)'")
CLOSING = re.compile(
    r"(?:[\n.,;!] *|^)(?:bien )?(?:cordialement|sincerement|salutations|respectueusement|bien a (?:vous|toi)|bonne (?:journee|soiree|reception|fin de journee|semaine)|"
    r"a bientot|merci(?: d'avance| beaucoup| bien| a vous)?(?=[ ,.!]*(?:\n|$)))"
)
GREETING = re.compile(
    r"\s*(?:bonjour|bonsoir|salut|hello|coucou)(?P<who>(?: (?:m|mr|mme|madame|monsieur)\.?)?(?: [^\W\d_]+){0,2}) ?[,!.\n]"
)
HEADER = re.compile(
    r"(?:^|\n)[ \t|]*(?:(?:noms?|prenoms?|salaries?|participants?|personnes?)[ \t|;,/&]*(?:et )?)+(?:(?:nombre d'|nb d'|nb |total )?(?:heures?|h)(?: travaillees| realisees| effectuees| d'insertion)?|[ \t|;,])*(?P<training>(?:dont )?(?:heures? (?:de )?)?formation)?[ \t|;,]*(?=\n)"
)
