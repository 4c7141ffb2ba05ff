"""Orders of the facilitateur: the first lines of his mail that begin with "#". What follows them is his answer."""

import re
from dataclasses import dataclass

from core.hours import NBSP, plain
from core.terms import ProofVerdict

_ORDER = re.compile(r"#\s?([^\W\d_][\w-]*)[ \t]*:?[ \t]*(.*)")
CLOSE, ASSIGN, ELIGIBLE, NOTE, ARTICLE, AMENDMENT = "fermer", "assigner", "eligible", "note", "fiche", "avenant"
PROOF = "justificatif"
_SAME = {
    "fermer": CLOSE, "clore": CLOSE, "clos": CLOSE, "ferme": CLOSE, "cloturer": CLOSE,
    "assigner": ASSIGN, "assigne": ASSIGN, "confier": ASSIGN,
    "eligible": ELIGIBLE, "eligibilite": ELIGIBLE,
    "avenant": AMENDMENT, "avenants": AMENDMENT,
    "justificatif": PROOF, "justificatifs": PROOF, "document": PROOF,
    "note": NOTE, "notes": NOTE,
    "fiche": ARTICLE, "fiches": ARTICLE,
}  # fmt: skip
_VERDICTS = {
    **dict.fromkeys(("accepte", "acceptee", "accepter", "oui", "valide", "ok"), ProofVerdict.ACCEPTED),
    **dict.fromkeys(("refuse", "refusee", "refuser", "non"), ProofVerdict.REFUSED),
    **dict.fromkeys(("vu", "vue", "efface"), ProofVerdict.SEEN),
}  # fmt: skip
KNOWN = (
    "#fermer, #assigner nom, #eligible oui (ou non, et la raison), #avenant oui (ou non, et la raison), "
    "#justificatif accepté (ou refusé et le motif, ou vu), #note texte, #fiche"
)


@dataclass(frozen=True)
class Decision:
    """« #eligible non Nadia Benali : pièce périmée »: yes or no, and what is written after."""

    accepted: bool
    rest: str


@dataclass(frozen=True)
class ProofOrder:
    """« #justificatif 12 refusé illisible »: which document when it is said, the verdict, and what is written after."""

    number: int | None
    verdict: ProofVerdict
    rest: str


@dataclass(frozen=True)
class Orders:
    """What a mail orders. `text` is the answer to relay; `mistakes` say, in French, which lines were not understood."""

    text: str
    closes: bool = False
    assign: str = ""
    eligible: Decision | None = None
    amendment: Decision | None = None
    proofs: tuple[ProofOrder, ...] = ()
    notes: tuple[str, ...] = ()
    article: bool = False
    mistakes: tuple[str, ...] = ()

    @property
    def are_none(self) -> bool:
        """Whether the mail only answers."""
        decides = self.eligible or self.amendment or self.proofs
        return not (self.closes or self.assign or decides or self.notes or self.article or self.mistakes)


def orders_in(written: str) -> Orders:
    """Read a mail: its orders, then what is for the person. « #note » alone on its line takes all that follows."""
    lines = written.strip().split("\n")
    closes = article = False
    assign, eligible, amendment = "", None, None
    proofs: list[ProofOrder] = []
    notes: list[str] = []
    mistakes: list[str] = []
    at = 0
    while at < len(lines) and (not lines[at].strip() or lines[at].lstrip().startswith("#")):
        line = lines[at].strip()
        at += 1
        if not line:
            continue
        match = _ORDER.fullmatch(line)
        name = _SAME.get(plain(match[1])) if match else None
        rest = match[2].strip() if match else ""
        match name:
            case "fermer":
                closes = True
                lines[at:at] = [rest] if rest else []
            case "assigner" if rest:
                assign = rest
            case "eligible" if (decision := _decision(rest)) is not None:
                eligible = decision
            case "avenant" if (decision := _decision(rest)) is not None:
                amendment = decision
            case "justificatif" if (verdict := _verdict(rest)) is not None:
                proofs.append(verdict)
            case "note":
                notes.append(rest or "\n".join(lines[at:]).strip())
                at = at if rest else len(lines)
            case "fiche":
                article = True
            case _:
                mistakes.append(_mistake(line, name))
    return Orders(
        text="\n".join(lines[at:]).strip(),
        closes=closes,
        assign=assign,
        eligible=eligible,
        amendment=amendment,
        proofs=tuple(proofs),
        notes=tuple(note for note in notes if note),
        article=article,
        mistakes=tuple(mistakes),
    )


def _decision(rest: str) -> Decision | None:
    said, _, more = rest.partition(" ")
    answer = plain(said).strip(" ,.;:!")
    if answer not in {"oui", "non", "yes", "no"}:
        return None
    return Decision(answer in {"oui", "yes"}, more.strip(" ,;:"))


def _verdict(rest: str) -> ProofOrder | None:
    words = rest.removeprefix("n°").split()
    number = int(words.pop(0)) if words and words[0].isdigit() else None
    verdict = _VERDICTS.get(plain(words[0]).strip(" ,.;:!")) if words else None
    return ProofOrder(number, verdict, " ".join(words[1:]).strip(" ,;:")) if verdict is not None else None


def _mistake(line: str, name: str | None) -> str:
    shown = f"«{NBSP}{line[:80]}{NBSP}»"
    match name:
        case "assigner":
            return f"{shown}{NBSP}: écrivez à qui, par exemple «{NBSP}#assigner Dupont{NBSP}»."
        case "eligible" | "avenant":
            return f"{shown}{NBSP}: écrivez «{NBSP}#{name} oui{NBSP}», ou «{NBSP}#{name} non{NBSP}» et la raison."
        case "justificatif":
            return (
                f"{shown}{NBSP}: écrivez «{NBSP}#justificatif accepté{NBSP}», «{NBSP}#justificatif refusé{NBSP}» et le "
                f"motif, ou «{NBSP}#justificatif vu{NBSP}» (il est effacé)."
            )
        case _:
            return f"Je ne connais pas {shown}. Les ordres sont{NBSP}: {KNOWN}."
