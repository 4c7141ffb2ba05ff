"""The flows by name: each reads top to bottom like the conversation it holds."""

from collections.abc import Callable, Mapping

from core.dialogue import Chat
from core.flows.ask import ask
from core.flows.commands import Command
from core.flows.contact import contact
from core.flows.declare import declare
from core.flows.explain import explain
from core.flows.obligations import obligations
from core.flows.papers import papers
from core.flows.register import Register
from core.flows.sign_in import sign_in
from core.flows.timesheet import timesheet

Flow = Callable[[Chat, Register], Command]

FLOWS: Mapping[str, Flow] = {
    "sign_in": sign_in,
    "obligations": obligations,
    "declare": declare,
    "papers": papers,
    "timesheet": timesheet,
    "explain": explain,
    "ask": ask,
    "contact": contact,
}
SIGNED_IN_ONLY = frozenset({"obligations", "declare", "papers", "timesheet", "explain"})
