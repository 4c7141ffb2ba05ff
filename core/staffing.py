"""What is done from a conversation about the people employed: hired, completed; the notice they are to be given."""

from collections.abc import Sequence

from core import audit, eligibility
from core.access import NOT_YOURS, commitment_for, declares_for, sees_participants
from core.commitments import title_of
from core.employments import complete, hire, is_left_out
from core.endings import Ending, end, tell_exit
from core.exchange import ShownFile
from core.files import make
from core.flows.commands import CompleteHire, DeclareHire, EndEmployment, StaffCommand, TellExit, TellExits
from core.flows.hiring import completing
from core.hours import NBSP
from core.letters import Attached, NoticeLetter
from core.messages import Meaning
from core.models import Commitment, Declaration, Employment, Person
from core.months import day_in_french
from core.papers.notice import notice_pdf
from core.people import post_letter
from core.preparations import settle_hire
from core.refusal import Refused
from core.terms import CommitmentStatus
from core.turn import Turn

Said = tuple[str, Sequence[tuple[str, Meaning]], Sequence[ShownFile]]
PDF = "application/pdf"
OBLIGATIONS: tuple[str, Meaning] = ("Mes obligations", {"start": "obligations"})


def done(turn: Turn, command: StaffCommand) -> Said:
    """Do what a flow decided about somebody employed. Raises Refused."""
    match command:
        case DeclareHire():
            return _hire(turn, command)
        case CompleteHire():
            return _complete(turn, command)
        case EndEmployment(ending):
            return _end(turn, ending)
        case TellExit():
            return _tell_exit(turn, command)
        case TellExits(told):
            said = [_tell_exit(turn, each)[0] for each in told]
            return "\n".join(said), (OBLIGATIONS,), ()


def with_month(turn: Turn, declaration: Declaration, hires: int) -> Said:
    """Say what follows from the hires declared with a month, its last lines; their notices go with it."""
    if not hires or turn.person is None:
        return "", (), ()
    hired = [line.employment for line in declaration.lines[-hires:]]
    names = ", ".join(each.participant.name for each in hired)
    text = (
        "\n\nLe facilitateur doit encore valider l’éligibilité de la personne embauchée.\n\n"
        f"Voici la notice d’information à remettre à {names}."
    )
    left_out = tuple(completing(each) for each in hired if is_left_out(each))
    return text, left_out[:1], _notices(turn, turn.person, hired)


def _hire(turn: Turn, command: DeclareHire) -> Said:
    """Record a hire; its notice goes out in the conversation and by mail."""
    person = _signed_in(turn.person)
    commitment = commitment_for(turn.session, person, command.commitment_id)
    if not declares_for(person, commitment):
        raise Refused(NOT_YOURS)
    if commitment.status in {CommitmentStatus.TO_COMPLETE, CommitmentStatus.ENDED}:
        raise Refused("Ce marché n’attend pas d’embauche dans le suivi. Écrivez au facilitateur si c’est une erreur.")
    employment = hire(turn.session, turn.house, commitment, command.hire, person)
    if command.prepared is not None:
        settle_hire(turn.session, turn.house, command.prepared, commitment.id)
    name = employment.participant.name
    text = (
        f"C’est enregistré{NBSP}: **{name}**, depuis le {day_in_french(employment.starts_on)}. "
        "Le facilitateur doit encore valider son éligibilité, vous serez prévenu ici.\n\n"
        f"Voici la notice d’information à remettre à {name}."
    )
    left_out = (completing(employment),) if is_left_out(employment) else ()
    return text, (*left_out, OBLIGATIONS), _notices(turn, person, [employment])


def _complete(turn: Turn, command: CompleteHire) -> Said:
    """Add to a hire what had been left out. Raises Refused."""
    employment = complete(turn.session, turn.house, _signed_in(turn.person), command.completion)
    if command.completion.is_answer:
        eligibility.complete(turn.session, turn.house, employment)
    text = f"L’embauche de **{employment.participant.name}** est à jour."
    if command.completion.is_answer:
        text += " Le facilitateur la verra en premier."
    elif is_left_out(employment):
        text += f" Ce qui manque encore pourra être ajouté plus tard, depuis «{NBSP}Mes obligations{NBSP}»."
    return text, (OBLIGATIONS,), ()


def _end(turn: Turn, ending: Ending) -> Said:
    """Record an end."""
    employment = end(turn.session, turn.house, _signed_in(turn.person), ending)
    name = employment.participant.name
    text = (
        f"C’est noté{NBSP}: le contrat de **{name}** prend fin le {day_in_french(ending.ends_on)}. Ses heures faites "
        f"restent acquises, et vous pouvez encore déclarer celles d’avant ce jour.\n\n"
        f"Je vous demanderai de ses nouvelles dans 3 et 6{NBSP}mois."
    )
    return text, (("Déclarer un mois", {"start": "declare"}), ("Déclarer une embauche", {"start": "hire"})), ()


def _tell_exit(turn: Turn, command: TellExit) -> Said:
    """Keep what became of somebody."""
    person = _signed_in(turn.person)
    employment = tell_exit(turn.session, turn.house, person, command.employment_id, command.months, command.situation)
    name = employment.participant.name
    return f"Merci, c’est noté pour **{name}**{NBSP}: {command.situation.label}.", (OBLIGATIONS,), ()


def send_notice(turn: Turn, employment_id: int) -> tuple[str, ShownFile]:
    """Print the notice of somebody employed. Raises Refused, whether they exist or not."""
    employment = turn.session.get(Employment, employment_id)
    if employment is None or not sees_participants(
        turn.person, commitment := turn.session.get_one(Commitment, employment.commitment_id)
    ):
        raise Refused(NOT_YOURS)
    commitment_for(turn.session, turn.person, commitment.id)
    content = notice_pdf(turn.session, turn.house, employment)
    audit.note(turn.session, turn.house, "print", f"notice:{employment.id}",
               person_id=turn.person.id if turn.person else None)  # fmt: skip
    file = make(turn.session, turn.house, turn.conversation, notice_name(employment), content)
    return f"Voici la notice d’information à remettre à **{employment.participant.name}**.", file


def _notices(turn: Turn, person: Person, hired: Sequence[Employment]) -> tuple[ShownFile, ...]:
    """Print the notice of each hire, for the conversation and for a letter."""
    printed = [(notice_name(each), notice_pdf(turn.session, turn.house, each)) for each in hired]
    commitment = turn.session.get_one(Commitment, hired[0].commitment_id)
    names = ", ".join(each.participant.name for each in hired)
    letter = NoticeLetter(
        name=person.name,
        title=f"Notice d’information à remettre{NBSP}: {names}",
        opening="La personne que vous embauchez doit recevoir sa notice d’information (RGPD).",
        facts=(("Personne", names), ("Marché", title_of(commitment, short=True))),
        closing="Remettez-lui la notice jointe, avec son contrat de travail.",
        link=turn.house.link("/"),
    )
    attached = tuple(Attached(name, PDF, content) for name, content in printed)
    post_letter(turn.session, turn.house, letter, person, attachments=attached)
    return tuple(make(turn.session, turn.house, turn.conversation, name, content) for name, content in printed)


def notice_name(employment: Employment) -> str:
    """Return the name of a notice's file, without the person's."""
    return f"notice-information-{employment.id}.pdf"


def _signed_in(person: Person | None) -> Person:
    if person is None:
        raise Refused("Connectez-vous pour déclarer une embauche.")
    return person
