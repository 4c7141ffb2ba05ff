"""Send a proof: a photo or a PDF, whom it is about, what it proves; what is missing comes first in each list."""

from collections.abc import Sequence

from core.commitments import lot_of
from core.dialogue import Chat, Option
from core.flows.commands import DropFiles, Say, SendProof
from core.flows.register import Register
from core.hours import NBSP, plain
from core.messages import Meaning
from core.models import Commitment, Employment
from core.months import in_french, month_of, previous
from core.pdfs import PRIVATE
from core.proofs import USUAL, Sent, named, required_of
from core.terms import Criterion, EligibilityStatus, ProofKind

ADVICE = (
    "Masquez d’abord le salaire, le numéro de sécurité sociale et les coordonnées bancaires : "
    "le facilitateur n’en a pas besoin."
).replace(" :", f"{NBSP}:")
NOBODY = "Vous n’avez déclaré personne dont il faille envoyer un justificatif."
NOT_A_PROOF = Option("no", "Ce n’est pas un justificatif")
SOMEBODY_ELSE = Option("other", "Une personne que je n’ai pas déclarée")
MOST_PEOPLE = 12
MONTHS_BACK = 5
LONGEST_COVER = 160  # characters: beyond, a mail asks for something
BRINGS = ("ci-joint", "ci joint", "voici", "justificatif", "piece jointe", "document", "photo")
WORDS = {
    ProofKind.WORK_CONTRACT: ("contrat", "mise a disposition", "cdd", "cdi", "avenant"),
    ProofKind.ELIGIBILITY: (
        "eligib",
        "attestation",
        "rsa",
        "rqth",
        "france travail",
        "pole emploi",
        "pass iae",
        "avis",
    ),
    ProofKind.TIMESHEET: ("releve", "bulletin", "paie", "pointage", "feuille d'heures", "fiche d'heures"),
}


def prove(chat: Chat, register: Register) -> SendProof | DropFiles | Say:
    """Give the facilitateur a document. `private` and `unfit` say what was seen in the files before the turn."""
    people = register.provable
    if not people:
        return Say(NOBODY, (("Déclarer un mois", {"start": "declare"}),))
    files = _files(chat)
    if not files:
        return Say("Aucun document n’est envoyé. Vous pourrez le faire à tout moment.")
    if unfit := chat.answers.get("unfit"):
        return Say(f"Je ne peux pas garder ce document{NBSP}: {unfit}")
    who = _who(chat, register, people)
    if who is None:
        return _not_a_proof(chat, files)
    kind = _kind(chat, register, who)
    month = _month(chat, register, who) if kind is ProofKind.TIMESHEET else None
    before = [each for each in register.same_files(files) if each.employment_id != who.id]
    if before and not chat.confirm(
        "again",
        f"Vous avez déjà envoyé ce même fichier pour {register.name_of(before[0].employment_id)} "
        f"({before[0].kind.label}). Concerne-t-il aussi {who.participant.name}{NBSP}?",
        yes="Oui, les deux",
        no="Non, je me suis trompé de fichier",
    ):
        return DropFiles(files)
    if (seen := chat.answers.get("private")) and not chat.confirm(
        "keep",
        f"J’ai vu dans ce PDF {' et '.join(PRIVATE[each] for each in seen.split(','))}. Personne n’en a besoin ici. "
        f"Masquez-les et renvoyez le fichier si vous le pouvez. Que fait-on de celui-ci{NBSP}?",
        yes="Le garder ainsi",
        no="L’effacer, j’en enverrai un autre",
    ):
        return DropFiles(files)
    return SendProof(Sent(who.id, kind, files, month))


def prefilled(register: Register, text: str) -> dict[str, str]:
    """Read what words beside a file already say: « contrat de Karim » names somebody and a kind."""
    words = plain(text)
    found = {}
    said = set(words.split())
    people = [each for each in register.provable if said & set(plain(each.participant.name).split())]
    if len(people) == 1:
        found["who"] = str(people[0].id)
    kinds = [kind for kind, ways in WORDS.items() if any(way in words for way in ways)]
    if len(kinds) == 1:
        found["kind"] = str(kinds[0])
    return found


def is_about_papers(text: str) -> bool:
    """Tell whether a mail that brings a file says nothing else, or only, in a few words, that it is a document."""
    words = plain(text).strip()
    if not words:
        return True
    names = (*BRINGS, *(way for ways in WORDS.values() for way in ways))
    return len(words) <= LONGEST_COVER and not words.endswith("?") and any(name in words for name in names)


def _files(chat: Chat) -> tuple[int, ...]:
    found = chat.file("file", f"Envoyez la photo ou le PDF. {ADVICE}", none="Plus tard")
    return tuple(int(number) for number in found.split(",")) if found else ()


def _who(chat: Chat, register: Register, people: list[Employment]) -> Employment | None:
    """Ask whom a document is about; None when it is nobody followed here, or no proof."""
    out_of_the_blue = "names" in chat.answers
    text = f"De qui est ce document{NBSP}?"
    if out_of_the_blue:
        text = f"J’ai bien reçu {chat.answers['names']}. Est-ce un justificatif{NBSP}? Pour qui{NBSP}?\n\n{ADVICE}"
    several = len({each.commitment_id for each in people}) > 1
    if len(people) > MOST_PEOPLE and several and "who" not in chat.answers:
        rows = [row for row in register.workable if any(each.commitment_id == row.id for each in people)]
        options = [Option(str(row.id), f"{row.contract.reference} {lot_of(row)}".strip()) for row in rows]
        chosen = chat.choose("commitment", f"{text}\n\nChoisissez d’abord le marché.", options)
        people, text, several = [each for each in people if str(each.commitment_id) == chosen], "Pour qui ?", False
    where = {row.id: row for row in register.workable}
    options = [Option(str(each.id), _label(each, where[each.commitment_id], several)) for each in people]
    others = [SOMEBODY_ELSE, NOT_A_PROOF] if out_of_the_blue else [SOMEBODY_ELSE]
    chosen = chat.choose("who", text.replace(" ?", f"{NBSP}?"), [*options, *others])
    return next((each for each in people if str(each.id) == chosen), None)


def _label(who: Employment, row: Commitment, several: bool) -> str:
    return f"{who.participant.name} ({row.contract.reference})" if several else who.participant.name


def _not_a_proof(chat: Chat, files: tuple[int, ...]) -> Say:
    written = {"message": chat.answers["written"]} if "written" in chat.answers else {}
    answers: Meaning = {"file": ",".join(map(str, files)), **written}
    if chat.answers.get("who") == SOMEBODY_ELSE.value:
        return Say(
            "Déclarez d’abord cette personne, puis renvoyez le document. Sans cela, je l’efface dans un jour.",
            (("Déclarer une embauche", {"start": "hire"}),),
        )
    return Say(
        "D’accord, ce n’est pas un justificatif. Sans réponse, je l’efface dans un jour.",
        (("L’envoyer au facilitateur", {"start": "contact", "answers": answers}),),
    )


def _kind(chat: Chat, register: Register, who: Employment) -> ProofKind:
    missing = register.missing([who]).get(who.id, ())
    kinds = sorted(ProofKind, key=lambda kind: kind not in missing)
    usual = USUAL.get(Criterion.of(who.criterion), "")
    text = f"Que prouve ce document pour **{who.participant.name}**{NBSP}?"
    if usual and who.eligibility is not EligibilityStatus.ACCEPTED:
        text += f" Pour son éligibilité, c’est d’habitude{NBSP}: {usual}."
    options = [Option(str(kind), kind.capitalised + (" (attendu)" if kind in missing else "")) for kind in kinds]
    return ProofKind.of(chat.choose("kind", text, options))


def _month(chat: Chat, register: Register, who: Employment) -> str:
    months = [month_of(chat.today)]
    for _ in range(MONTHS_BACK):
        months.append(previous(months[-1]))
    there = [month for month in months if register.worked(who, month)]
    options = [Option(month, in_french(month).capitalize()) for month in there or months[:1]]
    return chat.choose("month", f"De quel mois{NBSP}?", options)


def missing_in_words(
    register: Register, people: list[Employment], month: str | None = None, hired: Sequence[str] = ()
) -> str:
    """Write what is still missing, by person: « contrat de travail … (Karim Haddad) »; "" when nothing is.

    `hired` are those about to be declared, of whom everything is.
    """
    missing = register.missing(people, month)
    wanted = [(each.participant.name, missing.get(each.id, ())) for each in people]
    wanted += [(name, required_of(register.territory, month)) for name in hired]
    by_kind: dict[ProofKind, list[str]] = {}
    for name, kinds in wanted:
        for kind in kinds:
            by_kind.setdefault(kind, []).append(name)
    return ", ".join(
        f"{named(kind, month if kind is ProofKind.TIMESHEET else None)} ({', '.join(names)})"
        for kind, names in by_kind.items()
    )
