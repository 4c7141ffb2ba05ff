"""The trades that clauses are mostly done in, with their code in the ROME.

It is a short list, not the ROME: building, public works, green spaces, cleaning, catering, logistics and a few more.
Source of codes and labels: Répertoire opérationnel des métiers et des emplois (France Travail, open licence), as
« Les emplois de l’inclusion » carried it in September 2024; the everyday words are ours.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from core.hours import plain

MOST_PROPOSED = 4


@dataclass(frozen=True)
class Trade:
    """One trade: its code, its label, the words that people use for it (folded, masculine, singular)."""

    code: str
    label: str
    words: tuple[str, ...]


_LISTED = (
    ("F1703", "Maçonnerie", "macon, maconne, maconnerie, briqueteur"),
    ("F1704", "Préparation du gros œuvre et des travaux publics",
     "manoeuvre, aide macon, ouvrier du batiment, ouvrier batiment, ouvrier de chantier, aide de chantier, "
     "agent de chantier, ouvrier tp, manoeuvre tp"),
    ("F1701", "Construction en béton", "coffreur, bancheur, ferrailleur, ferrailleuse, ouvrier beton"),
    ("F1702", "Construction de routes et voies",
     "ouvrier voirie, macon vrd, paveur, paveuse, ouvrier routier, ouvrier vrd, agent de signalisation"),
    ("F1705", "Pose de canalisations", "canalisateur, canalisatrice, poseur de canalisations"),
    ("F1302", "Conduite d’engins de terrassement et de carrière",
     "conducteur d'engins, conductrice d'engins, conducteur de pelle, pelleteur, terrassier"),
    ("F1301", "Conduite de grue", "grutier, grutiere"),
    ("F1501", "Montage de structures et de charpentes bois", "charpentier, charpentiere"),
    ("F1503", "Réalisation et installation d’ossatures bois", "ossature bois, constructeur bois"),
    ("F1502", "Montage de structures métalliques", "charpentier metallique, monteur structure metallique"),
    ("F1601", "Application et décoration en plâtre, stuc et staff", "platrier, platriere, plaquiste"),
    ("F1604", "Montage d’agencements", "plaquiste, poseur de cloisons, agenceur"),
    ("F1602", "Électricité bâtiment", "electricien, electricienne, aide electricien"),
    ("F1603", "Installation d’équipements sanitaires et thermiques",
     "plombier, plombiere, chauffagiste, aide plombier"),
    ("F1606", "Peinture en bâtiment", "peintre, peintre en batiment, aide peintre"),
    ("F1607", "Pose de fermetures menuisées", "menuisier, menuisiere, poseur de menuiseries, menuisier poseur"),
    ("H2206", "Réalisation de menuiserie bois et tonnellerie", "menuisier, menuisiere, menuisier bois"),
    ("F1608", "Pose de revêtements rigides", "carreleur, carreleuse, poseur de parquet"),
    ("F1609", "Pose de revêtements souples", "solier, soliere, moquettiste, poseur de sols"),
    ("F1610", "Pose et restauration de couvertures", "couvreur, couvreuse, zingueur, aide couvreur"),
    ("F1611", "Réalisation et restauration de façades", "facadier, facadiere, ravaleur"),
    ("F1613", "Travaux d’étanchéité et d’isolation", "etancheur, etancheuse, isolateur, calorifugeur"),
    ("F1605", "Montage de réseaux électriques et télécoms", "monteur reseaux, tireur de cables, monteur fibre"),
    ("H2913", "Soudage manuel", "soudeur, soudeuse"),
    ("I1203", "Maintenance des bâtiments et des locaux",
     "agent de maintenance, agent technique, ouvrier polyvalent, factotum, homme toutes mains"),
    ("A1203", "Aménagement et entretien des espaces verts",
     "jardinier, jardiniere, paysagiste, ouvrier paysagiste, agent d'espaces verts, agent des espaces verts, "
     "espaces verts"),
    ("A1202", "Entretien des espaces naturels", "agent d'entretien des espaces naturels, espaces naturels"),
    ("A1201", "Bûcheronnage et élagage", "elagueur, elagueuse, bucheron, bucheronne"),
    ("K2204", "Nettoyage de locaux",
     "agent d'entretien, agent de nettoyage, agent de proprete, femme de menage, technicien de surface, "
     "nettoyage, agent de service"),
    ("K2202", "Lavage de vitres", "laveur de vitres, laveuse de vitres, vitrerie"),
    ("K2303", "Nettoyage des espaces urbains",
     "agent de proprete urbaine, balayeur, balayeuse, ripeur, agent de collecte, eboueur"),
    ("K2304", "Revalorisation de produits industriels",
     "agent de tri, trieur, trieuse, valoriste, agent de dechetterie"),
    ("K2501", "Gardiennage de locaux", "gardien, gardienne, gardien d'immeuble, concierge"),
    ("K2503", "Sécurité et surveillance privées", "agent de securite, vigile, agent de surveillance"),
    ("G1602", "Personnel de cuisine", "cuisinier, cuisiniere, commis de cuisine, aide de cuisine, aide cuisinier"),
    ("G1603", "Personnel polyvalent en restauration", "employe de restauration, agent de restauration, equipier"),
    ("G1605", "Plonge en restauration", "plongeur, plongeuse"),
    ("G1803", "Service en restauration", "serveur, serveuse"),
    ("N1103", "Magasinage et préparation de commandes",
     "magasinier, magasiniere, preparateur de commandes, preparatrice de commandes, agent logistique"),
    ("N1105", "Manutention manuelle de charges", "manutentionnaire, agent de manutention"),
    ("N1101", "Conduite d’engins de déplacement des charges", "cariste"),
    ("N1102", "Déménagement", "demenageur, demenageuse"),
    ("N4101", "Conduite de transport de marchandises sur longue distance", "chauffeur poids lourd, routier"),
    ("N4105", "Conduite et livraison par tournées sur courte distance", "livreur, livreuse, chauffeur livreur"),
    ("K2201", "Blanchisserie industrielle", "agent de blanchisserie, blanchisseur, lingere"),
    ("K1304", "Services domestiques", "aide menagere, employe de maison"),
    ("J1301", "Personnel polyvalent des services hospitaliers",
     "agent hospitalier, ash, agent des services hospitaliers"),
    ("M1601", "Accueil et renseignements", "agent d'accueil, hote d'accueil, hotesse d'accueil, standardiste"),
    ("M1602", "Opérations administratives", "agent administratif, employe de bureau, employe administratif"),
    ("M1607", "Secrétariat", "secretaire"),
    ("I1401", "Maintenance informatique et bureautique", "technicien informatique, depanneur informatique"),
    ("M1805", "Études et développement informatique", "developpeur, developpeuse, programmeur"),
)  # fmt: skip
TRADES = tuple(Trade(code, label, tuple(words.split(", "))) for code, label, words in _LISTED)
CODE = re.compile(r"\b([a-n]\d{4})\b")


def matching(job: str) -> tuple[Trade, ...]:
    """Return the trades that a job may be, best first: by its code, else by the longest word that it holds."""
    folded = _folded(job)
    by_code = {trade.code.lower(): trade for trade in TRADES}
    if (match := CODE.search(folded)) and match[1] in by_code:
        return (by_code[match[1]],)
    found = {trade: longest for trade in TRADES if (longest := _longest(trade, folded))}
    best = max(found.values(), default=0)
    return tuple(trade for trade, length in found.items() if length == best)[:MOST_PROPOSED]


def job_in(text: str) -> str:
    """Return the words of a sentence that name a trade, as they were typed; "" when none does."""
    words = text.replace("-", " ").split()
    folded = [_folded(word) for word in words]
    sentence = " ".join(folded)
    found = [match for trade in TRADES for word in trade.words if (match := _pattern(word).search(sentence))]
    if not found:
        return ""
    best = max(found, key=lambda match: len(match[0]))
    first = sentence[: best.start()].count(" ")
    return " ".join(words[first : first + best[0].count(" ") + 1]).strip(" ,.;:()")


def trade_of(code: str) -> Trade | None:
    """Return the trade of a code of this list."""
    return next((trade for trade in TRADES if trade.code == code), None)


def _folded(text: str) -> str:
    return plain(text.replace("œ", "oe").replace("-", " "))


@lru_cache(maxsize=512)
def _pattern(word: str) -> re.Pattern[str]:
    either = " ".join(f"{re.escape(each)}e?s?" for each in word.split())
    return re.compile(rf"(?<![\w']){either}(?![\w'])")


def _holds(word: str, folded: str) -> bool:
    return _pattern(word).search(folded) is not None


def _longest(trade: Trade, folded: str) -> int:
    return max((len(word) for word in trade.words if _holds(word, folded)), default=0)
