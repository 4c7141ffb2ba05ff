"""A digest in which everything waits; the names are invented."""

from core.letters import Bar, DigestLetter, DigestPart

SITE = "https://clausette.exemple.fr"

DIGEST = DigestLetter(
    name="Fanny Facilite",
    month="octobre 2026",
    territory="Val-de-Lune",
    bars=(Bar("en retard", 3, 25), Bar("à corriger", 1, 8), Bar("déclaré, à valider", 12, 100), Bar("validé", 9, 75)),
    parts=(
        DigestPart(
            "Déclarations en retard",
            ("Netto Services, HL-2026-03 : septembre 2026, octobre 2026",
             "Voirie Plus, 2026-TX-014, lot 2 : août 2026"),
            0,
            "Voir les échéances",
            f"{SITE}/desk/echeances",
        ),
        DigestPart(
            "Engagements à risque",
            ("Netto Services, HL-2026-03 : à ce rythme, environ 420 h au terme (de 310 h à 530 h) sur 800 h, 96 % de "
             "risque d’en manquer",),
            0,
            "Voir les échéances",
            f"{SITE}/desk/echeances",
        ),
        DigestPart(
            "Mois à examiner",
            ("Bâti Nord, 2026-TX-014 lot 1 (Gros œuvre), octobre 2026 : 187,5 h, validé d’office le 8 décembre 2026",),
            11,
            "Examiner les mois",
            f"{SITE}/desk/declarations",
        ),
        DigestPart(
            "Éligibilités à valider, par marché",
            ("Bâti Nord, 2026-TX-014 lot 1 (Gros œuvre) : 2 personnes",),
            1,
            "Voir les éligibilités",
            f"{SITE}/desk/eligibilites",
        ),
        DigestPart(
            "Dossiers qui attendent votre réponse",
            ("D-2026-00012, Carole Constructeur, « Éligibilité d’un salarié déjà embauché » : réponse annoncée pour le "
             "25 novembre 2026 (passé)",),
            0,
            "Voir les dossiers",
            f"{SITE}/desk/",
        ),
    ),
    link=f"{SITE}/desk/",
)  # fmt: skip
