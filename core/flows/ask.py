"""Ask a question: answered from the articles, with sources."""

from core.dialogue import Chat
from core.flows.commands import AnswerQuestion
from core.flows.register import Register


def ask(chat: Chat, register: Register) -> AnswerQuestion:
    """Take one question."""
    return AnswerQuestion(chat.text("question", "Posez votre question, avec vos mots.", most=2000))
