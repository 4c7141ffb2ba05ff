"""Answer what the facilitateur sent back: explain hours that are right, one person after the other."""

from core.dialogue import Chat, Option
from core.flows.commands import ExplainReturn, Say
from core.flows.register import Register
from core.hours import NBSP
from core.months import in_french

NOTHING_RETURNED = "Rien ne vous est renvoyé pour l’instant."


def explain(chat: Chat, register: Register) -> ExplainReturn | Say:
    """Take an explanation for the hours of one person in one month."""
    waiting = {
        f"{row.id} {month}": (row, month) for row in register.declarable for month in register.returned.get(row.id, ())
    }
    if "commitment" in chat.answers and "month" in chat.answers:
        wanted = f"{chat.answers['commitment']} {chat.answers['month']}"
        waiting = {key: found for key, found in waiting.items() if key == wanted}
    if not waiting:
        return Say(NOTHING_RETURNED)
    options = [Option(key, f"{in_french(month)}, {row.contract.reference}") for key, (row, month) in waiting.items()]
    row, month = waiting[chat.choose("where", f"Quel mois voulez-vous expliquer{NBSP}?", options)]
    remarks = register.open_remarks(row, month)
    people = [Option(str(each.line.employment_id), each.name) for each in remarks]
    chosen = chat.choose("person", f"Pour qui est cette explication{NBSP}?", people)
    remark = next(each for each in remarks if str(each.line.employment_id) == chosen)
    text = chat.text("text", f"{remark.in_words}\n\nÉcrivez votre explication, le facilitateur la lira.", most=2000)
    return ExplainReturn(row.id, month, int(chosen), text)
