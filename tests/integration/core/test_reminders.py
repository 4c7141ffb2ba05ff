"""Reminders: who is written to, when, about what, and why it stops."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

import core.reminders
from core.declarations import Work, record
from core.house import House
from core.late_months import tell_facilitators
from core.models import Commitment, Outgoing, Person, Reminder, Territory
from core.models.outbox import OutgoingState
from core.outbox import claim, release
from core.people import bind
from core.reminder_letters import Said
from core.reminders import remind
from core.subscriptions import stop
from core.terms import Channel, CommitmentStatus, LetterKind, NilReason, ReminderState, ReminderStep
from tests.cast import Cast
from tests.houses import FakeClock
from tests.postman import Left, Postman
from tests.together import together

WELCOME = datetime(2026, 8, 20, 9, 0, tzinfo=UTC)
TO_BATI = {"carole.constructeur@exemple.fr", "claude.chantier@exemple.fr"}


@pytest.fixture
def told(cast: Cast) -> Cast:
    """The cast, its awardees welcomed in August; only `school` asks for months."""
    with cast.house.database.transaction() as session:
        session.execute(update(Commitment).values(welcomed_at=WELCOME))
        session.execute(update(Commitment).where(Commitment.id != cast.school.id).values(status=CommitmentStatus.ENDED))
    return cast


@pytest.fixture
def postman(cast: Cast) -> Postman:
    """A postman who always delivers."""
    return Postman(cast.house)


def at(clock: FakeClock, day: date, hour: int = 9) -> None:
    """Set the clock, in Paris in winter."""
    clock.now = datetime(day.year, day.month, day.day, hour - 1, tzinfo=UTC)


def days(clock: FakeClock, house: House, first: date, last: date) -> Iterator[date]:
    """Run the tick each day at nine, from the first to the last one."""
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        at(clock, day)
        remind(house)
        yield day


def declare(cast: Cast, month: str, *, on: Commitment | None = None) -> None:
    """Declare a month without hours."""
    with cast.house.database.transaction() as session:
        carole = session.get_one(Person, cast.carole.id)
        record(session, cast.house, carole, (on or cast.school).id, month, {}, nil_reason=NilReason.RECRUITING)


def log(house: House, step: ReminderStep | None = None) -> list[Reminder]:
    """Return the log, oldest first."""
    with house.database.reading() as session:
        rows = session.scalars(select(Reminder).order_by(Reminder.id)).all()
        return [row for row in rows if step is None or row.step is step]


def reminders(left: list[Left]) -> list[Left]:
    """Keep the reminders."""
    return [each for each in left if each.kind == "ReminderLetter"]


def test_who_declares_nothing_is_written_to_four_times_then_the_facilitateur_is_told(
    told: Cast, clock: FakeClock, postman: Postman
) -> None:
    """November: notice on Monday 7 December (three days before), on the 10th, then 5 and 15 working days after."""
    written = {}
    for day in days(clock, told.house, date(2026, 12, 1), date(2027, 1, 31)):
        tell_facilitators(told.house)
        left = postman.delivers()
        if left:
            written[day] = sorted({each.kind for each in left}), {each.peer for each in left}
    # 25 December and 1 January are closed; 15 working days after 10 December is Monday 4 January.
    # December's own notice falls on 7 January (due on Sunday 10, so on Friday 8), its first reminder on the 15th.
    assert {day: kinds for day, (kinds, _) in written.items()} == {
        date(2026, 12, 7): ["ReminderLetter"],
        date(2026, 12, 10): ["ReminderLetter"],
        date(2026, 12, 17): ["ReminderLetter"],
        date(2027, 1, 4): ["ReminderLetter"],
        date(2027, 1, 7): ["ReminderLetter"],
        date(2027, 1, 8): ["ReminderLetter"],
        date(2027, 1, 11): ["LateMonthsLetter"],
        date(2027, 1, 15): ["ReminderLetter"],
        date(2027, 1, 29): ["ReminderLetter"],
    }
    assert all(peers == TO_BATI for kinds, peers in written.values() if kinds == ["ReminderLetter"])
    assert written[date(2027, 1, 11)][1] == {"fanny.facilite@exemple.fr"}


def test_a_letter_says_which_month_and_line_is_missing_and_why(told: Cast, clock: FakeClock, postman: Postman) -> None:
    """The first reminder of November."""
    at(clock, date(2026, 12, 17))
    assert remind(told.house) == 2
    said = reminders(postman.delivers())[0].content
    assert said["title"] == "Rappel\u00a0: novembre 2026 n’est pas encore déclaré"
    assert "2026-TX-014" in str(said["months"])
    assert "Gros œuvre" in str(said["months"])
    assert "Marie Leroy, Karim Haddad" in str(said["months"])
    assert "10 décembre 2026" in str(said["months"])
    assert str(said["why"]).startswith("Vous recevez ce rappel parce que Bâti Nord déclare chaque mois")
    assert str(said["link"]).startswith("https://clausette.exemple.fr/tache/")
    skipped = [(row.step, row.why) for row in log(told.house) if row.state is ReminderState.SKIPPED]
    assert set(skipped) == {(ReminderStep.NOTICE, "replaced"), (ReminderStep.DUE, "replaced")}


def test_who_has_declared_hears_nothing(told: Cast, clock: FakeClock, postman: Postman) -> None:
    """Neither before nor after the day."""
    at(clock, date(2026, 12, 3))
    declare(told, "2026-11")
    for _ in days(clock, told.house, date(2026, 12, 4), date(2027, 1, 6)):
        tell_facilitators(told.house)
        assert reminders(postman.delivers()) == []
    assert log(told.house) == []


def test_a_month_declared_while_its_reminder_waits_cancels_it(told: Cast, clock: FakeClock, postman: Postman) -> None:
    """The mail server is away for an hour; Carole declares meanwhile."""
    at(clock, date(2026, 12, 17))
    remind(told.house)
    postman.is_away = True
    assert postman.delivers() == []
    declare(told, "2026-11")
    postman.is_away = False
    clock.advance(hours=1)
    assert reminders(postman.delivers()) == []
    rows = log(told.house, ReminderStep.FIRST)
    assert {(row.state, row.why) for row in rows} == {(ReminderState.CANCELLED, "declared")}
    with told.house.database.reading() as session:
        states = session.scalars(select(Outgoing.state).where(Outgoing.dedup_key.startswith("reminders:"))).all()
    assert set(states) == {OutgoingState.CANCELLED}


def test_another_month_may_be_reminded_of_the_day_a_message_was_cancelled(
    told: Cast, clock: FakeClock, postman: Postman
) -> None:
    """Nothing had left: the day is still free."""
    at(clock, date(2026, 12, 17))
    remind(told.house)
    declare(told, "2026-11")
    assert postman.delivers() == []
    with told.house.database.transaction() as session:
        session.get_one(Commitment, told.housing.id).status = CommitmentStatus.ACTIVE
    clock.advance(hours=1)
    assert remind(told.house) == 2
    assert all("HL-2026-07" in str(each.content) for each in reminders(postman.delivers()))


def test_what_is_declared_meanwhile_is_taken_out_of_a_letter_about_two_contracts(
    told: Cast, clock: FakeClock, postman: Postman
) -> None:
    """Two contracts are gathered in one letter; only what is still missing leaves."""
    with told.house.database.transaction() as session:
        session.get_one(Commitment, told.housing.id).status = CommitmentStatus.ACTIVE
    at(clock, date(2026, 12, 17))
    assert remind(told.house) == 2
    postman.is_away = True
    postman.delivers()
    declare(told, "2026-11", on=told.housing)
    postman.is_away = False
    clock.advance(minutes=10)
    left = reminders(postman.delivers())
    assert len(left) == 2
    assert all("2026-TX-014" in str(each.content) and "HL-2026-07" not in str(each.content) for each in left)


def test_never_two_the_same_day_for_the_same_person(told: Cast, clock: FakeClock, postman: Postman) -> None:
    """Another contract becomes late an hour later: it waits for the next day."""
    at(clock, date(2026, 12, 17))
    assert remind(told.house) == 2
    with told.house.database.transaction() as session:
        session.get_one(Commitment, told.housing.id).status = CommitmentStatus.ACTIVE
    clock.advance(hours=1)
    assert remind(told.house) == 0
    assert len(reminders(postman.delivers())) == 2
    at(clock, date(2026, 12, 18))
    assert remind(told.house) == 2
    assert all("HL-2026-07" in str(each.content["months"]) for each in reminders(postman.delivers()))


@pytest.mark.parametrize(
    ("day", "hour"),
    [(date(2026, 12, 19), 10), (date(2026, 12, 25), 10), (date(2026, 12, 17), 7), (date(2026, 12, 17), 19)],
    ids=["Saturday", "Christmas", "early", "evening"],
)
def test_nothing_leaves_on_closed_days_and_hours(
    told: Cast, clock: FakeClock, postman: Postman, day: date, hour: int
) -> None:
    """Nor is anything decided."""
    at(clock, day, hour)
    assert remind(told.house) == 0
    assert log(told.house) == []


def test_a_reminder_kept_until_the_evening_leaves_the_next_working_day_once(
    told: Cast, clock: FakeClock, postman: Postman
) -> None:
    """Decided on Thursday, the server away until Thursday 20 h: it leaves on Friday morning, and not twice."""
    at(clock, date(2026, 12, 17))
    remind(told.house)
    postman.is_away = True
    postman.delivers()
    postman.is_away = False
    at(clock, date(2026, 12, 17), 20)
    assert reminders(postman.delivers()) == []
    at(clock, date(2026, 12, 18))
    assert remind(told.house) == 2
    assert len(reminders(postman.delivers())) == 2
    rows = log(told.house, ReminderStep.FIRST)
    assert {(row.state, row.day, row.due_on) for row in rows} == {
        (ReminderState.POSTED, date(2026, 12, 18), date(2026, 12, 17))
    }


def test_after_an_outage_one_reminder_catches_up_and_the_others_leave_a_trace(
    told: Cast, clock: FakeClock, postman: Postman
) -> None:
    """Nothing ran from 5 December to 5 January: the second reminder only; the facilitateur is told five days later."""
    at(clock, date(2027, 1, 5))
    remind(told.house)
    assert len(reminders(postman.delivers())) == 2
    rows = [row for row in log(told.house) if row.month == "2026-11" and row.person_id == told.carole.id]
    assert [(row.step, row.state, row.why) for row in rows] == [
        (ReminderStep.NOTICE, ReminderState.SKIPPED, "replaced"),
        (ReminderStep.DUE, ReminderState.SKIPPED, "replaced"),
        (ReminderStep.FIRST, ReminderState.SKIPPED, "replaced"),
        (ReminderStep.SECOND, ReminderState.POSTED, ""),
    ]
    at(clock, date(2027, 1, 11))
    assert tell_facilitators(told.house) == 0
    at(clock, date(2027, 1, 12))
    assert tell_facilitators(told.house) == 1
    assert tell_facilitators(told.house) == 0


def test_a_suspended_month_asks_nothing(told: Cast, clock: FakeClock, postman: Postman) -> None:
    """The site was stopped in November."""
    with told.house.database.transaction() as session:
        session.get_one(Commitment, told.school.id).suspensions = [["2026-11-01", "2026-11-30"]]
    for _ in days(clock, told.house, date(2026, 12, 4), date(2027, 1, 6)):
        assert reminders(postman.delivers()) == []


def test_who_was_never_welcomed_is_not_chased(told: Cast, clock: FakeClock) -> None:
    """An import alone sends nothing; and a late welcome gives the time that others have."""
    with told.house.database.transaction() as session:
        session.get_one(Commitment, told.school.id).welcomed_at = None
    at(clock, date(2026, 12, 17))
    assert remind(told.house) == 0
    with told.house.database.transaction() as session:
        session.get_one(Commitment, told.school.id).welcomed_at = clock.now
    at(clock, date(2026, 12, 23))
    assert remind(told.house) == 0
    at(clock, date(2026, 12, 24))
    assert remind(told.house) == 2


def test_somebody_who_is_writing_is_left_alone(told: Cast, clock: FakeClock) -> None:
    """Carole may be declaring right now; Claude is reminded all the same."""
    at(clock, date(2026, 12, 17))
    told.talk(told.carole).says("mes obligations")
    assert remind(told.house) == 1
    clock.advance(minutes=20)
    assert remind(told.house) == 1


def test_the_live_chat_is_told_too_telegram_first(told: Cast, clock: FakeClock, postman: Postman) -> None:
    """With buttons that start the declaration; the web chat is left alone."""
    at(clock, date(2026, 12, 16))
    web = told.talk(told.carole)
    phone = told.talk(told.carole, Channel.TELEGRAM, "4242")
    web.says("bonjour")
    phone.says("bonjour")
    postman.delivers()
    at(clock, date(2026, 12, 17))
    remind(told.house)
    left = postman.delivers()
    chats = [each for each in left if not each.kind]
    assert [each.peer for each in chats] == ["4242"]
    text = str(chats[0].content["text"])
    assert "**Novembre 2026**, 2026-TX-014 lot\u00a01 (Gros œuvre), au plus tard le 10 décembre 2026" in text
    assert "heures de Marie Leroy, Karim Haddad" in text
    assert "Vous recevez ce rappel parce que" in text
    buttons = chats[0].content["buttons"]
    assert isinstance(buttons, list)
    assert [label for label, _ in buttons] == ["Déclarer novembre 2026", "Pourquoi ce message\u00a0?"]
    assert "Que voulez-vous déclarer pour novembre 2026" in phone.sends_back(buttons[0][1])
    assert "premier rappel" in phone.sends_back(buttons[1][1])


def test_why_a_reminder_came_is_answered_from_the_log(told: Cast, clock: FakeClock) -> None:
    """In words, with what happened since."""
    at(clock, date(2026, 12, 17))
    carole = told.talk(told.carole)
    assert "Je ne vous ai encore envoyé aucun rappel" in carole.says("pourquoi ai-je reçu ce rappel ?")
    clock.advance(hours=1)
    remind(told.house)
    said = carole.says("Pourquoi ai-je reçu ce rappel ?")
    assert "Le 17 décembre 2026, je vous ai écrit" in said
    assert "**novembre 2026**, 2026-TX-014" in said
    assert "Il ne l’est toujours pas" in said
    declare(told, "2026-11")
    assert "Il a été déclaré le 17 décembre 2026" in carole.says("pourquoi ce rappel ?")
    outsider = told.talk(told.outsider)
    assert "2026-TX-014" not in outsider.says("pourquoi ai-je reçu ce rappel ?")


def test_the_facilitateur_hears_of_a_company_that_nobody_can_write_to(
    told: Cast, clock: FakeClock, postman: Postman
) -> None:
    """No address, no chat: told on the day itself, that nobody can be reached."""
    with told.house.database.transaction() as session:
        session.execute(
            update(Person).where(Person.organisation_id == told.bati.id).values(email=None, email_hash=None)
        )
    for _ in days(clock, told.house, date(2026, 12, 7), date(2027, 1, 11)):
        tell_facilitators(told.house)
    assert {row.why for row in log(told.house) if row.person_id} == {"unreachable"}
    letters = [each for each in postman.delivers() if each.kind == "LateMonthsLetter"]
    assert len(letters) == 1
    assert "aucun contact joignable" in str(letters[0].content)
    assert "novembre 2026" in str(letters[0].content)


def test_the_settings_of_the_territory_change_the_days(told: Cast, clock: FakeClock) -> None:
    """One working day after, rather than five."""
    with told.house.database.transaction() as session:
        session.execute(update(Territory).values(first_reminder_days=1))
    at(clock, date(2026, 12, 11))
    assert remind(told.house) == 2
    assert {row.step for row in log(told.house) if row.state is ReminderState.POSTED} == {ReminderStep.FIRST}


def test_two_ticks_at_once_write_once(told: Cast, clock: FakeClock, postman: Postman) -> None:
    """Any number of processes may run it."""
    at(clock, date(2026, 12, 17))
    counts = together(*[lambda: remind(told.house)] * 6)
    assert sum(count for count in counts if isinstance(count, int)) == 2
    assert not [count for count in counts if isinstance(count, Exception)]
    assert len(reminders(postman.delivers())) == 2


def test_what_was_declared_in_hours_stops_them_too(told: Cast, clock: FakeClock) -> None:
    """A month with hours, told by Carole, stops Claude's reminders as well."""
    at(clock, date(2026, 12, 8))
    with told.house.database.transaction() as session:
        carole = session.get_one(Person, told.carole.id)
        bind(session, told.house, carole, Channel.WEB, "here")
        record(session, told.house, carole, told.school.id, "2026-11", {told.marie.id: Work(Decimal(80))})
    at(clock, date(2026, 12, 10))
    assert remind(told.house) == 0


def test_who_stopped_reminders_by_mail_gets_none_and_the_chat_goes_on(
    told: Cast, clock: FakeClock, postman: Postman
) -> None:
    """Carole stopped them while one waited; her phone is told the next time, Claude by mail."""
    at(clock, date(2026, 12, 10))
    remind(told.house)
    with told.house.database.transaction() as session:
        stop(session, told.house, session.get_one(Person, told.carole.id), LetterKind.REMINDER)
    assert {each.peer for each in postman.delivers()} == {"claude.chantier@exemple.fr"}
    told.talk(told.carole, Channel.TELEGRAM, "4242").says("bonjour")
    postman.delivers()
    at(clock, date(2026, 12, 17))
    assert remind(told.house) == 2
    assert {each.peer for each in postman.delivers()} == {"claude.chantier@exemple.fr", "4242"}


def test_a_process_killed_while_sending_repeats_the_same_message_or_none(
    told: Cast, clock: FakeClock, postman: Postman
) -> None:
    """The same day it leaves again under its Message-ID; the day after, it may have left: nothing more is said."""
    at(clock, date(2026, 12, 17))
    remind(told.house)
    killed = {parcel.message_id for parcel in claim(told.house, Channel.EMAIL)}
    release(told.house)
    assert {each.message_id for each in postman.delivers()} == killed
    at(clock, date(2027, 1, 4))
    remind(told.house)
    claim(told.house, Channel.EMAIL)
    release(told.house)
    at(clock, date(2027, 1, 5))
    assert remind(told.house) == 0
    assert postman.delivers() == []
    assert {row.state for row in log(told.house, ReminderStep.SECOND)} == {ReminderState.POSTED}


def test_what_fails_for_one_person_stops_nobody_else(
    told: Cast, clock: FakeClock, postman: Postman, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    post = core.reminders.post

    def post_to_all_but_one(
        session: Session, house: House, person: Person, said: Said, *, only: Channel | None = None, again: str = ""
    ) -> bool:
        if person.id == told.carole.id:
            raise RuntimeError("a bug")
        return post(session, house, person, said, only=only, again=again)

    at(clock, date(2026, 12, 17))
    with monkeypatch.context() as broken:
        broken.setattr(core.reminders, "post", post_to_all_but_one)
        assert remind(told.house) == 1
    assert {each.peer for each in reminders(postman.delivers())} == {"claude.chantier@exemple.fr"}
    assert f"person {told.carole.id} could not be reminded" in caplog.text
    assert "constructeur" not in caplog.text.lower()
    assert remind(told.house) == 1, "the next tick tries again"
    assert {each.peer for each in reminders(postman.delivers())} == {"carole.constructeur@exemple.fr"}
