"""What a turn does with files: an answer to a question that wants one, a spreadsheet of hours, or one to pass on."""

from core.exchange import Inbound
from core.flows.prove import is_about_papers, prefilled
from core.flows.purchase.checking import FILE
from core.flows.timesheet import tables_of
from core.flows.told import drafts_of_file
from core.hours import NBSP
from core.hours_files import HoursFile
from core.messages import Meaning, shown_files
from core.papers_seen import Papers
from core.passing import pass_on
from core.readings import Studied
from core.refusal import Refused
from core.replay import RESUMING, begin, begin_told, give, pending, repeat
from core.terms import Channel
from core.turn import Turn


def receive_files(turn: Turn, inbound: Inbound, hours_file: HoursFile | None) -> None:
    """Take the files of a message; `hours_file` is the one that was read as a spreadsheet, if any."""
    question = pending(turn)
    numbers = ",".join(str(number) for number in inbound.files)
    if question is not None and question.wants_file and turn.flow == "prove":
        _take_proof(turn, question.key)
    elif question is not None and question.wants_file:
        give(turn, question.key, f"{FILE}{inbound.files[0]}" if question.free_text else numbers)
    elif question is not None and question.key == "message" and inbound.text.strip():
        turn.state["answers"] = {**turn.answers, "file": numbers}
        give(turn, question.key, inbound.text.strip())
    elif hours_file is not None and hours_file.id in inbound.files and turn.register.workable:
        _take_hours(turn, inbound, hours_file)
    elif turn.papers is not None and turn.register.provable and _may_be_proof(turn, inbound):
        _offer_to_prove(turn, inbound, turn.papers)
    elif turn.conversation.channel is Channel.EMAIL and turn.person is not None and question is None:
        pass_on(turn, inbound.text.strip(), inbound.files)
    else:
        _offer_to_pass_on(turn, inbound, "J’ai bien reçu {names}. Pour qui est ce fichier\xa0? ")


def _take_proof(turn: Turn, key: str) -> None:
    """Take the file that was asked for as a proof, with what was seen in it."""
    if turn.papers is None:
        raise Refused("Un justificatif est un PDF ou une photo. Enregistrez le vôtre en PDF et renvoyez-le.")
    told = turn.papers.answers()
    turn.state["answers"] = {**turn.answers, **told}
    give(turn, key, told["file"])


def _may_be_proof(turn: Turn, inbound: Inbound) -> bool:
    """Tell whether files sent out of the blue may be proofs: in a chat always, by mail unless it says otherwise."""
    return turn.conversation.channel is not Channel.EMAIL or is_about_papers(inbound.text)


def _offer_to_prove(turn: Turn, inbound: Inbound, papers: Papers) -> None:
    if papers.unfit:
        _offer_to_pass_on(turn, inbound, f"J’ai bien reçu {{names}}, mais comme justificatif, {papers.unfit} ")
        return
    told = {**papers.answers(), "names": _names(turn, papers.files), **prefilled(turn.register, inbound.text)}
    told |= {"written": inbound.text.strip()} if inbound.text.strip() else {}
    begin(turn, "prove", told)


def _names(turn: Turn, files: tuple[int, ...]) -> str:
    return ", ".join(f"«{NBSP}{file.name}{NBSP}»" for file in shown_files(turn.session, files))


def _take_hours(turn: Turn, inbound: Inbound, file: HoursFile) -> None:
    if file.unreadable:
        _offer_to_pass_on(turn, inbound, f"J’ai bien reçu {{names}}. {file.unreadable} ")
    elif not file.is_known:
        begin(turn, "timesheet", {"file": str(file.id), "tables": tables_of(file)})
    elif drafts := drafts_of_file(turn.register, file.timesheet):
        begin_told(turn, drafts)
    else:
        _offer_to_pass_on(turn, inbound, "J’ai bien lu {names}, mais je n’y trouve personne que vous suivez ici. ")


def _offer_to_pass_on(turn: Turn, inbound: Inbound, said: str) -> None:
    names = _names(turn, inbound.files)
    written = inbound.text.strip()
    answers: Meaning = {"file": ",".join(map(str, inbound.files)), **({"message": written} if written else {})}
    turn.say(
        f"{said.format(names=names)}Sans réponse, je l’efface dans un jour.",
        [*_tools_for(turn), ("L’envoyer au facilitateur", {"start": "contact", "answers": answers})],
    )
    repeat(turn, RESUMING)


def _tools_for(turn: Turn) -> list[tuple[str, Meaning]]:
    """Offer what a buyer may do with the file that was read."""
    reading = turn.reading
    if reading is None or turn.register.declarable:
        return []
    if isinstance(reading.found, Studied):
        return [("Étudier ce programme d’achats", {"start": "study_programme", "answers": {"file": str(reading.file)}})]
    if reading.is_table:
        return []
    return [("Contrôler cette clause", {"start": "check_clause", "answers": {"clause": f"{FILE}{reading.file}"}})]
