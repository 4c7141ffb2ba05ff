"""`python -m tests.bench checker`: a draft of 50 pages checked, as a PDF and as a Word file, beside reading it only.

Each page holds 45 lines: administrative text, and on one page in ten a piece of an insertion clause.
"""

from collections.abc import Callable
from functools import partial
from statistics import median
from time import perf_counter

from core.documents import read_document
from knowledge.checker import Finding, checked
from tests.integration.buying.files import docx, pdf

PAGES, LINES, ROUNDS = 50, 45, 5
AIM = 2.0  # seconds
USUAL = (
    "Les prix du marché sont fermes et définitifs pour toute sa durée, options et reconductions comprises.",
    "Le titulaire remet ses factures par voie dématérialisée, avec la référence du bon de commande.",
    "Une pénalité de 150 euros par jour de retard est appliquée sans mise en demeure préalable.",
    "Les travaux sont exécutés pendant les vacances scolaires, en présence d’un coordonnateur de sécurité.",
    "Le maître d’œuvre tient le registre de chantier et le présente à chaque réunion hebdomadaire.",
)
CLAUSE = (
    "Le titulaire du lot 1 réalise 500 heures d’insertion, avec les publics définis à l’annexe.",
    "Le facilitateur est joignable à clauses@exemple.fr et valide chaque mois les heures déclarées.",
    "Sont éligibles les bénéficiaires du RSA et les demandeurs d’emploi de longue durée.",
    "Une pénalité de 60 euros est appliquée par heure non réalisée, après mise en demeure.",
)


def main() -> None:
    """Print the table."""
    pages = [_page(number) for number in range(PAGES)]
    drafts = {"PDF": pdf(pages), "Word": docx([line for page in pages for line in page])}
    print(f"A draft of {PAGES} pages, {PAGES * LINES} lines; medians of {ROUNDS} rounds, aim {AIM:.0f} s")
    for name, draft in drafts.items():
        read, whole = _timed(partial(read_document, draft)), _timed(partial(_checked, draft))
        found = sum(1 for finding in _checked(draft) if finding.status == "present")
        print(
            f"{name:5} read {read:.2f} s, checked {whole:.2f} s ({whole / read:.1f} × reading), {found} items present"
        )


def _checked(draft: bytes) -> tuple[Finding, ...]:
    return tuple(checked(read_document(draft)))


def _page(number: int) -> list[str]:
    lines = [f"Article {number}.{place}. {USUAL[(number + place) % len(USUAL)]}" for place in range(LINES)]
    return [*lines[: LINES - len(CLAUSE)], *CLAUSE] if number % 10 == 4 else lines


def _timed(act: Callable[[], object]) -> float:
    taken = []
    for _ in range(ROUNDS):
        started = perf_counter()
        act()
        taken.append(perf_counter() - started)
    return median(taken)
