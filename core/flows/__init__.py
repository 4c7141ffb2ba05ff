"""The flows by name: each reads top to bottom like the conversation it holds."""

from collections.abc import Callable, Mapping

from core.dialogue import Chat
from core.flows.amendment import amendment
from core.flows.ask import ask
from core.flows.commands import Command
from core.flows.contact import contact
from core.flows.declare import declare
from core.flows.delegating import delegate, undelegate
from core.flows.exits import tell_exits
from core.flows.explain import explain
from core.flows.follow import follow
from core.flows.hiring import complete, hire
from core.flows.leaving import leave, tell_exit
from core.flows.need import effort, need
from core.flows.obligations import obligations
from core.flows.papers import papers
from core.flows.prove import prove
from core.flows.purchase.checking import check_clause
from core.flows.purchase.drafting import draft_clause
from core.flows.purchase.help import buyer_advice, buyer_offer, purchase_steps
from core.flows.purchase.meeting import plan_meeting
from core.flows.purchase.menu import amend_purchase, purchase
from core.flows.purchase.programme import study_programme
from core.flows.purchase.tools import purchase_hours, purchase_lever, purchase_rules
from core.flows.register import Register
from core.flows.reminded import reminded
from core.flows.sign_in import sign_in
from core.flows.timesheet import timesheet
from core.purchases.clause import CAP, MODALITY_LABELS, NOTICE_DAYS

Flow = Callable[[Chat, Register], Command]

FLOWS: Mapping[str, Flow] = {
    "sign_in": sign_in,
    "obligations": obligations,
    "declare": declare,
    "hire": hire,
    "complete": complete,
    "leave": leave,
    "delegate": delegate,
    "undelegate": undelegate,
    "exit": tell_exit,
    "exits": tell_exits,
    "papers": papers,
    "prove": prove,
    "timesheet": timesheet,
    "need": need,
    "effort": effort,
    "explain": explain,
    "amendment": amendment,
    "reminded": reminded,
    "follow": follow,
    "ask": ask,
    "contact": contact,
    "purchase": purchase,
    "amend_purchase": amend_purchase,
    "purchase_rules": purchase_rules,
    "purchase_lever": purchase_lever,
    "purchase_hours": purchase_hours,
    "draft_clause": draft_clause,
    "check_clause": check_clause,
    "study_programme": study_programme,
    "plan_meeting": plan_meeting,
    "purchase_steps": purchase_steps,
    "buyer_offer": buyer_offer,
    "buyer_advice": buyer_advice,
}
SIGNED_IN_ONLY = frozenset(
    {
        "obligations",
        "declare",
        "hire",
        "complete",
        "leave",
        "delegate",
        "undelegate",
        "exit",
        "exits",
        "papers",
        "prove",
        "need",
        "effort",
        "timesheet",
        "explain",
        "amendment",
        "reminded",
    }
)
PURCHASE_TOOLS = frozenset(
    {"purchase", "amend_purchase", "purchase_rules", "purchase_lever", "purchase_hours", "draft_clause",
     "purchase_steps", "buyer_advice"}
)  # fmt: skip
"""The flows whose answers serve one another: what a buyer said once is not asked again."""
SAYS_WHAT_IT_REUSES = PURCHASE_TOOLS - {"purchase", "amend_purchase", "purchase_steps", "buyer_advice"}
USUAL: Mapping[str, Mapping[str, str]] = {
    "hire": {"job": "", "weekly": "", "ends_on": ""},
    "draft_clause": {
        "modalities": ",".join(MODALITY_LABELS), "day": "", "globalisation": "yes", "criterion": "no",
        "notice": NOTICE_DAYS, "cap": CAP,
    }
}  # fmt: skip
"""Answers that a flow starts with, asked only when somebody wants to change them."""
