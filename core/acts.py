"""Performing what a flow decided: once, in the turn's transaction, everything checked again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core import cases, clauses, delegation_acts, invitations, paperwork, programmes, review, seeking, signing, staffing
from core.answering import answer_question
from core.cases import Request
from core.commitments import progress_of, total_of
from core.corrections import request_correction
from core.declarations import in_force, record
from core.exchange import ShownFile
from core.files import sent_in
from core.flows.commands import (
    AddToCase,
    AnswerQuestion,
    AskCandidates,
    AskLink,
    CheckClause,
    Command,
    DelegationCommand,
    DropFiles,
    ExplainReturn,
    MakeInvitation,
    NoteEffort,
    OpenCase,
    ProposeAmendment,
    RequestCorrection,
    Say,
    SendAttestation,
    SendEfforts,
    SendNotice,
    SendProof,
    SendReceipt,
    SendSummary,
    SendTable,
    StaffCommand,
    StudyProgramme,
    SubmitDeclaration,
    UseCode,
    UseTimesheet,
    WriteClause,
)
from core.flows.filling import Answers
from core.flows.told import drafts_of_file
from core.hours import NBSP, in_hours
from core.hours_files import confirm, confirmed_for, read_with
from core.menus import welcome_text
from core.messages import Meaning
from core.models import StoredFile
from core.months import day_in_french, in_french
from core.people import accept_code, post_letter, send_sign_in_link
from core.proving import done_with_papers
from core.receipt_letters import receipt_letter
from core.refusal import Refused
from core.review_letters import answers_to
from core.terms import CaseStatus, Channel
from core.turn import Turn


@dataclass(frozen=True)
class Done:
    """What to say once done; without buttons, the main menu is offered."""

    text: str = ""
    buttons: Sequence[tuple[str, Meaning]] = ()
    files: Sequence[ShownFile] = ()
    told: Sequence[Answers] = ()


Written = SubmitDeclaration | RequestCorrection | ExplainReturn | ProposeAmendment
# What is written in the register in one's name.
RECORDED = Written | StaffCommand | DelegationCommand | NoteEffort | AskCandidates | SendProof
Printable = SendReceipt | SendSummary | SendAttestation | SendEfforts | SendTable | SendNotice
Elsewhere = (
    WriteClause | CheckClause | StudyProgramme | MakeInvitation | AskCandidates | NoteEffort | SendProof | DropFiles
)  # fmt: skip
UNPROVEN = (
    "Votre messagerie ne prouve pas que ce message vient de vous, et rien n’est enregistré. "
    "Pour confirmer, ouvrez le lien de cet e-mail et appuyez sur le bouton."
)


def perform(turn: Turn, command: Command) -> Done:
    """Perform a command. Raises Refused when a check says no; the caller rolls back to before."""
    _check_proven(turn, command)
    if isinstance(command, StaffCommand):
        return Done(*staffing.done(turn, command))
    if isinstance(command, DelegationCommand):
        return Done(*delegation_acts.done(turn, command))
    if isinstance(command, Elsewhere):
        return _elsewhere(turn, command)
    if isinstance(command, Printable):
        text, file = _printed(turn, command)
        return Done(text, files=(file,))
    match command:
        case Say(text, buttons):
            return Done(text, buttons)
        case UseCode() | AskLink():
            return _sign_in(turn, command)
        case SubmitDeclaration() | RequestCorrection() | ExplainReturn() | ProposeAmendment():
            return _written(turn, command)
        case OpenCase(request):
            return _open_case(turn, request)
        case AddToCase():
            return _add_to_case(turn, command)
        case AnswerQuestion(question):
            answer_question(turn, question)
            return Done()
        case UseTimesheet(file_id, hours):
            return _use_timesheet(turn, file_id, hours)


def _written(turn: Turn, command: Written) -> Done:
    match command:
        case SubmitDeclaration():
            return _declare(turn, command)
        case RequestCorrection():
            return _request_correction(turn, command)
        case ExplainReturn():
            return _explain(turn, command)
        case ProposeAmendment():
            return _propose_amendment(turn, command)


def _printed(turn: Turn, command: Printable) -> tuple[str, ShownFile]:
    match command:
        case SendReceipt(number):
            return paperwork.receipt(turn, number)
        case SendSummary(commitment_id):
            return paperwork.summary(turn, commitment_id)
        case SendAttestation(number):
            return paperwork.attestation(turn, number)
        case SendEfforts(commitment_id):
            return paperwork.efforts(turn, commitment_id)
        case SendTable():
            return paperwork.table(turn)
        case SendNotice(employment_id):
            return staffing.send_notice(turn, employment_id)


def _elsewhere(turn: Turn, command: Elsewhere) -> Done:
    match command:
        case SendProof() | DropFiles():
            return Done(*done_with_papers(turn, command))
        case MakeInvitation(asked):
            return Done(*invitations.made(turn, asked))
        case StudyProgramme(file_id):
            return Done(*programmes.studied(turn, file_id))
        case AskCandidates() | NoteEffort():
            return Done(*seeking.done(turn, command))
        case _:
            return Done(*clauses.done(turn, command))


def _check_proven(turn: Turn, command: Command) -> None:
    if isinstance(command, RECORDED) and not turn.is_proven:
        raise Refused(UNPROVEN)


def _sign_in(turn: Turn, command: UseCode | AskLink) -> Done:
    return _use_code(turn, command.code) if isinstance(command, UseCode) else _ask_link(turn, command.email)


def _use_code(turn: Turn, code: str) -> Done:
    conversation = turn.conversation
    try:
        person = accept_code(turn.session, turn.house, code, conversation.channel, conversation.thread)
    except Refused as refusal:
        raise Refused(refusal.message, reopen="code") from refusal
    turn.become(person)
    return Done(welcome_text(turn.register, signed_in=True))


def _ask_link(turn: Turn, email: str) -> Done:
    channel = turn.conversation.channel
    try:
        text = send_sign_in_link(turn.session, turn.house, email, channel)
    except Refused as refusal:
        raise Refused(refusal.message, reopen="email") from refusal
    if channel is not Channel.WEB:
        text += " Ouvrez-le, puis tapez ici le code qu’il affiche."
    return Done(text)


def _declare(turn: Turn, command: SubmitDeclaration) -> Done:
    if turn.person is None:
        raise Refused("Connectez-vous pour déclarer vos heures.")
    prepared = delegation_acts.waiting(turn, command.commitment_id, command.month)
    recorded = record(
        turn.session,
        turn.house,
        turn.person,
        command.commitment_id,
        command.month,
        command.lines,
        hires=command.hires,
        nil_reason=command.nil_reason,
        note=command.note,
        replaces=command.replaces,
    )
    delegation_acts.tell_declared(turn, prepared, recorded.declaration)
    commitment = recorded.commitment
    progress = progress_of(turn.session, [commitment])[commitment.id]
    total = total_of(recorded.declaration)
    letter = receipt_letter(turn.house, turn.person, recorded, commitment, progress)
    by_mail = turn.conversation.channel is Channel.EMAIL  # the letter that answers is the receipt
    if not by_mail:
        post_letter(turn.session, turn.house, letter, turn.person)
    what = f"{in_hours(total)} pour {in_french(command.month)}" if total else f"{in_french(command.month)} sans heures"
    text = f"C’est enregistré{NBSP}: {what}.\n\nReçu **{letter.number}**, le {letter.declared_at}."
    if letter.replaces:
        text += f" Il remplace le reçu {letter.replaces}."
    text += f"\nIl reste {in_hours(progress.remaining)} à faire sur {in_hours(progress.committed)}."
    if by_mail:
        turn.month = command.month
        text += "\n\n" + "\n".join(f"- {line}" for line in letter.lines)
    elif turn.person.email:
        text += " Une copie part par e-mail."
    said, to_complete, notices = staffing.with_month(turn, recorded.declaration, len(command.hires))
    again: Meaning = {"commitment": str(commitment.id), "month": command.month}
    return Done(
        text + said,
        (
            *to_complete,
            ("Déclarer un autre mois", {"start": "declare"}),
            ("Corriger ce mois", {"start": "declare", "answers": again}),
            ("Le reçu en PDF", {"start": "papers", "answers": {"paper": f"receipt.{recorded.receipt.number}"}}),
            ("Mes obligations", {"start": "obligations"}),
        ),
        files=notices,
    )


def _request_correction(turn: Turn, command: RequestCorrection) -> Done:
    if turn.person is None:
        raise Refused("Connectez-vous pour demander une correction.")
    case = request_correction(
        turn.session,
        turn.house,
        turn.conversation,
        turn.person,
        command.commitment_id,
        command.month,
        command.lines,
        reason=command.reason,
        replaces=command.replaces,
    )
    return Done(
        f"C’est transmis au facilitateur{NBSP}: dossier **{case.number}**.\n\n"
        f"Vous aurez sa réponse ici, au plus tard le {day_in_french(case.promised_on)}. "
        "D’ici là, les heures validées restent comptées."
    )


def _explain(turn: Turn, command: ExplainReturn) -> Done:
    if turn.person is None:
        raise Refused("Connectez-vous pour répondre au facilitateur.")
    left = review.answer(
        turn.session,
        turn.house,
        turn.person,
        command.commitment_id,
        command.month,
        command.employment_id,
        command.text,
    )
    if not left:
        return Done(
            f"Votre explication est transmise. {in_french(command.month).capitalize()} est de nouveau à l’examen."
        )
    declaration = in_force(turn.session, command.commitment_id, command.month)
    text = f"Votre explication est gardée. Il reste à répondre pour {', '.join(each.name for each in left)}."
    return Done(text, answers_to(declaration, left) if declaration is not None else ())


def _propose_amendment(turn: Turn, command: ProposeAmendment) -> Done:
    if turn.person is None:
        raise Refused("Connectez-vous pour demander un avenant.")
    case = signing.propose(
        turn.session,
        turn.house,
        turn.conversation,
        turn.person,
        command.commitment_id,
        command.change,
        reason=command.reason,
        files=_own_files(turn, command.files),
        company=command.company,
    )
    turn.case_id = case.id
    return Done(
        f"C’est transmis au facilitateur{NBSP}: dossier **{case.number}**.\n\n"
        f"Vous aurez sa réponse ici, au plus tard le {day_in_french(case.promised_on)}. "
        "Rien ne change avant sa signature."
    )


def _use_timesheet(turn: Turn, file_id: int, hours: Mapping[str, int]) -> Done:
    """Read a spreadsheet as the person confirmed; that is remembered for the company."""
    here = turn.conversation
    if turn.person is None or not sent_in(turn.session, turn.house, here.channel, here.thread, [file_id]):
        raise Refused("Ce fichier n’est plus là. Envoyez-le à nouveau.")
    confirm(turn.session, turn.house, turn.person, hours)
    row = turn.session.get_one(StoredFile, file_id)
    file = read_with(turn.session, turn.house, row, {**confirmed_for(turn.session, turn.person), **hours})
    told = drafts_of_file(turn.register, file.timesheet)
    if not told:
        return Done("J’ai lu ce fichier, mais je n’y trouve personne que vous suivez ici. Écrivez-moi les heures.")
    return Done(told=told)


def _open_case(turn: Turn, request: Request) -> Done:
    proposed = turn.state.get("proposed")
    articles = tuple(map(str, proposed)) if isinstance(proposed, list) else ()
    asked = Request(
        subject=request.subject,
        text=request.text,
        commitment_id=request.commitment_id,
        files=_own_files(turn, request.files),
        articles=articles,
        contact=request.contact,
    )
    case = cases.open_case(turn.session, turn.house, turn.conversation, turn.person, asked)
    turn.case_id = case.id
    return Done(
        f"C’est transmis au facilitateur{NBSP}: dossier **{case.number}**.\n\n"
        f"Vous aurez sa réponse ici, au plus tard le {day_in_french(case.promised_on)}. "
        "Vous pouvez compléter le dossier à tout moment."
    )


def _add_to_case(turn: Turn, command: AddToCase) -> Done:
    case = cases.case_for(turn.session, turn.person, command.case_id, turn.conversation.id)
    was_closed = case.status is CaseStatus.CLOSED
    kept = cases.continue_case(turn.session, turn.house, case, command.text, _own_files(turn, command.files))
    turn.case_id = kept.id
    if not was_closed:
        return Done(f"C’est ajouté au dossier **{case.number}**. Le facilitateur en est prévenu.")
    by = f"Réponse au plus tard le {day_in_french(kept.promised_on)}."
    if kept is case:
        return Done(f"Le dossier **{case.number}** est rouvert, le facilitateur en est prévenu. {by}")
    return Done(
        f"Le dossier {case.number} est clos depuis longtemps{NBSP}: le dossier **{kept.number}** en prend la suite. "
        + by
    )


def _own_files(turn: Turn, files: tuple[int, ...]) -> tuple[int, ...]:
    return sent_in(turn.session, turn.house, turn.conversation.channel, turn.conversation.thread, files)
