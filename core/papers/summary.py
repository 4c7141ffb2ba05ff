"""The summary of a commitment as a PDF: hours month by month, without the name of anybody."""

from decimal import Decimal

from sqlalchemy.orm import Session

from core.breakdown import OTHERS, Group, breakdown_of
from core.commitments import dates_of, declared_months, progress_of, title_of, total_of
from core.hours import NBSP, Progress, in_hours, percent
from core.house import House
from core.models import Commitment, Declaration
from core.months import day_in_french, in_french
from core.papers.rendering import printed
from core.pools import pool_of
from core.shares import whole_of
from core.terms import CommitmentStatus

NOTE = (
    "Heures déclarées par l’entreprise ; seules les heures validées le sont par le facilitateur. "
    "Ce relevé n’est pas une attestation de réalisation."
)


def summary_pdf(session: Session, house: House, commitment: Commitment) -> bytes:
    """Print where a commitment stands today; for whoever may see it, as no participant is named."""
    progress = progress_of(session, [commitment])[commitment.id]
    versions = declared_months(session, commitment.id)
    is_final = commitment.status is CommitmentStatus.ENDED
    title = "Bilan final des heures d’insertion" if is_final else "Relevé des heures d’insertion"
    groups = breakdown_of(session, commitment.id)
    values = {
        "title": title,
        "place": commitment.contract.buyer.name,
        "facts": [
            ["Marché", f"{commitment.contract.reference} – {title_of(commitment)}"],
            ["Acheteur", commitment.contract.buyer.name],
            ["Entreprise", commitment.awardee.name],
            ["Durée", dates_of(commitment)],
            ["Arrêté au", day_in_french(house.today())],
        ],
        "heads": ["Mois", "État", "Personnes", "Travail", "Formation"],
        "lines": [_line(versions[month]) for month in sorted(versions)],
        "totals": [
            [
                "Heures engagées",
                in_hours(progress.committed) if commitment.committed_hours is not None else "à compléter",
            ],
            ["Heures réalisées", _with_share(progress.done, progress.share_done)],
            ["Heures validées", in_hours(progress.accepted)],
            ["Heures restantes", in_hours(progress.remaining)],
            ["Surplus", in_hours(progress.surplus) if progress.surplus else ""],
            *with_others(session, commitment),
        ],
        "groups": [
            {"title": heading, "head": head, "lines": list(map(_group, found))}
            for heading, head, found in (
                ("Par public", "Public", groups.publics),
                ("Par modalité", "Modalité", groups.modalities),
                ("Par contrat de travail", "Contrat", groups.kinds),
                ("Ce que les personnes sont devenues", "Situation", groups.exits),
            )
            if found and found[0].label != OTHERS
        ],
        "note": NOTE,
    }
    return printed("summary", values, at=house.now())


def with_others(session: Session, commitment: Commitment) -> list[list[str]]:
    """Write what other companies did of a commitment, and the total of those it is counted with, as facts."""
    whole, pool = whole_of(session, commitment), pool_of(session, commitment)
    facts = []
    if whole is not None:
        facts += [[f"{part.company} ({part.role})", _of_others(part.progress)] for part in whole.parts]
        facts.append(["Ensemble du marché", _of_others(whole.progress)])
    if pool is not None:
        facts.append([f"{len(pool.names)} marchés comptés ensemble", _of_others(pool.total)])
    return facts


def _of_others(progress: Progress) -> str:
    return (
        f"{in_hours(progress.done)} réalisées sur {in_hours(progress.committed)}, "
        f"dont {in_hours(progress.accepted)} validées, reste {in_hours(progress.remaining)}"
    )


def _line(declaration: Declaration) -> list[str]:
    worked = sum((line.worked for line in declaration.lines), Decimal(0))
    state = declaration.status.label
    if declaration.nil_reason is not None and not total_of(declaration):
        state = f"{state}{NBSP}; sans heures{NBSP}: {declaration.nil_reason.label}"
    training = total_of(declaration) - worked
    return [in_french(declaration.month), state, str(len(declaration.lines)), in_hours(worked), in_hours(training)]


def _group(group: Group) -> list[str]:
    return [group.label[:1].upper() + group.label[1:], str(group.people), in_hours(group.hours)]


def _with_share(hours: Decimal, share: Decimal | None) -> str:
    return f"{in_hours(hours)} ({percent(share)})" if share is not None else in_hours(hours)
