"""A programme of purchases judged in a conversation: what to say of it, and its workbook."""

from collections.abc import Sequence

from core.exchange import ShownFile
from core.files import make
from core.flows.purchase.asking import ADVICE, DRAFT, PROGRAMME, TOOLS
from core.messages import Meaning
from core.purchases.habits import habits_of
from core.purchases.history import programme_of_history
from core.purchases.programme_telling import told_programme
from core.purchases.programme_workbook import programme_workbook
from core.readings import Studied
from core.refusal import Refused
from core.turn import Turn

UNREAD = "Je n’ai pas pu lire ce tableau. Envoyez-le en .xlsx, .ods ou .csv."
MOST_AT_ONCE = 300  # a turn holds a lock: the page and the command judge more
NAME = "Programme d’achats et clauses.xlsx"

Replies = tuple[str, Sequence[tuple[str, Meaning]], Sequence[ShownFile]]


def studied(turn: Turn, file_id: int | None) -> Replies:
    """Tell what a programme holds, with the workbook. Raises Refused when it cannot be read."""
    found = _published(turn) if file_id is None else _read(turn, file_id)
    file = make(turn.session, turn.house, turn.conversation, NAME, found.workbook)
    return told_programme(found.programme), (DRAFT, ADVICE, PROGRAMME, TOOLS), (file,)


def _read(turn: Turn, file_id: int) -> Studied:
    reading = turn.read(file_id)
    if reading is None:
        raise Refused(UNREAD, reopen="file")
    match reading.found:
        case Studied():
            return reading.found
        case Refused(message=message):
            raise Refused(message, reopen="file")
        case _:
            raise Refused(UNREAD, reopen="file")


def _published(turn: Turn) -> Studied:
    register = turn.register
    if not register.published_siren:
        raise Refused("Je ne connais aucun marché publié par votre organisation. Envoyez un tableau de vos achats.")
    programme = programme_of_history(
        turn.session, register.published_siren, habits_of(register.territory), register.today, most=MOST_AT_ONCE
    )
    return Studied(programme, programme_workbook(programme))
