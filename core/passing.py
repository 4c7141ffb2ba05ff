"""Passing a message on to the facilitateur at once, where offering a button would cost the person another letter."""

from core.cases import Request, open_case
from core.files import sent_in
from core.hours import NBSP
from core.models import MailThread
from core.months import day_in_french
from core.turn import Turn


def pass_on(turn: Turn, text: str, files: tuple[int, ...] = ()) -> None:
    """Open a case with what somebody wrote by mail, under the subject of their mail, and say so."""
    thread = turn.session.get(MailThread, turn.conversation.id)
    proposed = turn.state.get("proposed")
    here = turn.conversation
    request = Request(
        subject=thread.subject if thread else text,
        text=text or "(sans texte)",
        files=sent_in(turn.session, turn.house, here.channel, here.thread, files),
        articles=tuple(map(str, proposed)) if isinstance(proposed, list) else (),
    )
    case = open_case(turn.session, turn.house, here, turn.person, request)
    turn.case_id = case.id
    turn.say(
        f"Je transmets votre message au facilitateur{NBSP}: dossier **{case.number}**. "
        f"Vous aurez sa réponse ici, au plus tard le {day_in_french(case.promised_on)}. "
        "Pour compléter, répondez à cet e-mail."
    )
