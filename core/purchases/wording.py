"""What the law says of a purchase, and which lever suits it, in the tiny Markdown of messages."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from core.hours import NBSP
from knowledge.checker import Finding
from knowledge.figures import percent
from knowledge.law import Verdict, regime_of, rules_for
from knowledge.lever import Advice, Option, own_levers
from knowledge.presentation import cited
from knowledge.rules import Purchase

SOCIAL = frozenset({"L2112-2-1", "L3114-2-1"})
REASONS = frozenset({"L2184-1"})
PUBLISHED = frozenset({"R2196-1", "R3131-1"})
CODE = "https://www.legifrance.gouv.fr/codes/texte_lc/LEGITEXT000037701019"
ANSWERS = {
    "yes": "**Oui, une condition sociale ou d’emploi est obligatoire.**",
    "no": "**Non, la condition sociale n’est pas imposée.** Elle reste possible à tout montant.",
    "check": "**À vérifier{nbsp}: une condition sociale est peut-être obligatoire.**",
}
NOTE = (
    "Ce contrôle cherche des mots, article par article. Il ne remplace ni la relecture du facilitateur, "
    "ni celle d’un juriste."
)
STATUSES = {"contradiction": "Se contredit", "missing": "Manque", "present": "Présent"}


def told_rules(purchase: Purchase, *, whole: bool = False) -> str:
    """The verdict on the social duty first, then the other rules: in short, or `whole` with the reason of each."""
    verdicts = rules_for(purchase)
    return "\n\n".join(part for part in _rules(purchase, verdicts, whole=whole) if part)


def _rules(purchase: Purchase, verdicts: Sequence[Verdict], *, whole: bool) -> Iterator[str]:
    social = next((verdict for verdict in verdicts if verdict.article in SOCIAL), None)
    if social is not None:
        yield ANSWERS[social.applies].format(nbsp=NBSP) + f"\n{social.why} (art.{NBSP}{_article(social.article)})"
        if social.exceptions:
            yield _listed("Exceptions possibles, à motiver", social.exceptions)
    yield from (verdict.why for verdict in verdicts if verdict.article in REASONS and verdict.applies != "no")
    yield regime_of(purchase.launched)
    shown = SOCIAL | REASONS
    others = [verdict for verdict in verdicts if verdict.article not in shown]
    yield _listed("Aussi obligatoire", _lines(others, "duty", "yes", whole=whole))
    yield _listed("À prendre en compte", _lines(others, "condition", "yes", whole=True))
    yield _listed("Possible, à votre choix", _lines(others, "choice", "yes", whole=whole))
    yield _listed("À vérifier", _lines(others, "", "check", whole=True))
    if whole:
        yield _listed("Sans objet ou non imposé", _lines(others, "", "no", whole=True))
    yield f"Source{NBSP}: [Code de la commande publique]({CODE})"


def _lines(verdicts: Iterable[Verdict], kind: str, applies: str, *, whole: bool) -> list[str]:
    return [
        f"{verdict.title} (art.{NBSP}{_article(verdict.article)})"
        + (f". {verdict.why}" if whole or verdict.article in PUBLISHED else "")
        for verdict in verdicts
        if verdict.applies == applies and kind in ("", verdict.kind)
    ]


def told_advice(advice: Advice) -> str:
    """The lever advised, why, what it is, and the alternatives."""
    option = advice.option
    certainty = "" if option.certainty == "verified" else "\n(repères d’usage, à confirmer auprès du facilitateur)"
    others = [f"**{each.title}**. {each.why} {_founded(each)}" for each in advice.alternatives]
    return "\n\n".join(
        part
        for part in (
            f"Levier conseillé{NBSP}: **{option.title}**{certainty}",
            f"{option.what} {_founded(option)}",
            _listed("Pourquoi", advice.reasons),
            _listed("Autres possibilités", others),
            f"Sources{NBSP}: {cited(replace(option.source, article=None))}{NBSP}; {cited(advice.landmarks)}",
        )
        if part
    )


def told_findings(findings: Sequence[Finding]) -> str:
    """What a draft clause says, what it lacks, what contradicts itself, each with its quote."""
    missing = sum(finding.minimum and finding.status == "missing" for finding in findings)
    verdict = (
        "**Les quatre mentions minimales des CCAG de 2021 sont là.**"
        if not missing
        else f"**Mentions minimales des CCAG de 2021 qui manquent{NBSP}: {missing} sur 4.**"
    )
    sections = [
        _listed(heading, [_finding(finding) for finding in findings if finding.status == status])
        for status, heading in STATUSES.items()
    ]
    return "\n\n".join((verdict, *filter(None, sections), NOTE))


def _finding(finding: Finding) -> str:
    said = [f"**{finding.title}**" + (" (minimum)" if finding.minimum else "")]
    if finding.quote:
        said.append(f"«{NBSP}{finding.quote}{NBSP}»")
    if finding.proposal:
        said.append(f"À écrire{NBSP}: {finding.proposal} Source{NBSP}: {cited(finding.source)}")
    return ". ".join(said) if len(said) == 1 else f"{said[0]}{NBSP}: {' '.join(said[1:])}"


def _listed(heading: str, lines: Sequence[str]) -> str:
    return "\n".join((f"{heading}{NBSP}:", *(f"- {line}" for line in lines))) if lines else ""


def _founded(option: Option) -> str:
    return f"(art.{NBSP}{', '.join(map(_article, option.articles))})"


def _article(article: str) -> str:
    return f"{article[0]}.{NBSP}{article[1:]}"


def told_without_offer() -> str:
    """What each number of structures would advise, for who does not know it yet."""
    marks = own_levers().landmarks
    return (
        f"Sans ce nombre, voici les repères{NBSP}:\n"
        f"- {marks.clause} structure ou aucune{NBSP}: aucune réservation, et une clause seulement si les entreprises "
        "peuvent embaucher elles-mêmes\n"
        f"- de {marks.clause + 1} à {marks.lot}{NBSP}: une clause\n"
        f"- de {marks.lot + 1} à {marks.reserve}{NBSP}: un lot réservé\n"
        f"- plus de {marks.reserve}{NBSP}: un marché réservé, s’il pèse moins de {percent(marks.dependency)} de leur "
        "chiffre d’affaires, sinon un lot\n\n"
        f"Ces repères viennent de la plateforme «{NBSP}{own_levers().platform.title}{NBSP}», à confirmer auprès du "
        "facilitateur. Demandez-lui le nombre de structures près de chez vous."
    )
