"""Prepared statements give what the ORM gives, keep what it keeps, and raise what it raises."""

import pytest
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from core.entries import Entry
from core.loading import Shape
from core.models import Audit, ChannelIdentity, Organisation, Participant, Person, Receipt
from core.prepared import Listed, Prepared, among
from core.savepoint import savepoint
from core.terms import Channel, OrganisationKind
from tests.cast import Cast

SOMEBODY = Shape(Person, organisation=Shape(Organisation))
BY_NUMBER = Prepared(
    select(*SOMEBODY.columns)
    .outerjoin(Organisation, Organisation.id == Person.organisation_id)
    .where(Person.id == bindparam("number"))
)
ORGANISATIONS, RECEIPTS = Entry(Organisation), Entry(Receipt)
COLUMNS = tuple(attribute.key for attribute in Person.__mapper__.column_attrs)


@pytest.mark.parametrize("who", ["alice", "fanny"])
def test_an_entity_is_what_the_orm_would_have_made(cast: Cast, who: str) -> None:
    number = getattr(cast, who).id
    with cast.house.database.reading() as session:
        expected = session.get_one(Person, number)
        values, of = [getattr(expected, name) for name in COLUMNS], expected.organisation_id
    with cast.house.database.reading() as session:
        made = SOMEBODY.made_or_none(session, BY_NUMBER.row(session, {"number": number}))
        assert made is not None
        assert [getattr(made, name) for name in COLUMNS] == values
        assert (made.organisation.id if made.organisation else None) == of
        assert session.get_one(Person, number) is made
        assert SOMEBODY.made_or_none(session, BY_NUMBER.row(session, {"number": number})) is made


def test_what_changes_in_an_entity_is_kept(cast: Cast) -> None:
    with cast.house.database.transaction() as session:
        made = SOMEBODY.made_or_none(session, BY_NUMBER.row(session, {"number": cast.alice.id}))
        assert made is not None
        made.phone = "01 99 00 00 01"
    with cast.house.database.reading() as session:
        assert session.get_one(Person, cast.alice.id).phone == "01 99 00 00 01"


def test_what_the_session_holds_is_written_before_a_statement_looks(cast: Cast) -> None:
    kinds = Prepared(
        select(Organisation.name).where(
            among(Organisation.kind, [OrganisationKind.SIAE, OrganisationKind.PRESCRIBER]),
            Organisation.name == bindparam("name"),
        )
    )
    with cast.house.database.transaction() as session:
        session.add(Organisation(name="Les Ateliers", kind=OrganisationKind.SIAE, territory_id=cast.alice.territory_id))
        assert kinds.rows(session, {"name": "Les Ateliers"}) == [("Les Ateliers",)]


def test_what_is_encrypted_stays_so(cast: Cast) -> None:
    rename = Prepared(update(Participant).where(Participant.id == bindparam("number")))
    with cast.house.database.transaction() as session:
        number = session.scalars(select(Participant.id)).first()
        assert rename.run(session, {"number": number, "name": "Zoé Prépara"}) == 1
        stored = session.connection().exec_driver_sql(f"SELECT name FROM {Participant.__tablename__}").scalars().all()
        assert stored
        assert not any("Zoé".encode() in bytes(each) for each in stored)
    with cast.house.database.reading() as session:
        assert session.get_one(Participant, number).name == "Zoé Prépara"


def test_a_duplicate_raises_what_the_orm_raises(cast: Cast) -> None:
    add = Prepared(insert(ChannelIdentity))
    values = {"person_id": cast.alice.id, "channel": Channel.TELEGRAM, "external_id": "42"}
    values |= {"verified_at": cast.house.now()}
    with cast.house.database.transaction() as session:
        add.run(session, values)

    def add_again() -> None:
        with cast.house.database.transaction() as session:
            session.add(Audit(action="test", subject="test", detail="", happened_at=cast.house.now()))
            add.run(session, values)

    with pytest.raises(IntegrityError):
        add_again()
    with cast.house.database.reading() as session:
        assert session.scalar(select(Audit.id).where(Audit.action == "test")) is None


@pytest.mark.parametrize("others", [0, 1, 3, 4, 40, 300])
def test_a_list_of_any_length_gives_each_row_once(cast: Cast, others: int) -> None:
    organisations = Listed(Organisation.id, lambda of_these: select(Organisation.name).where(of_these))
    unknown = range(1_000_000, 1_000_000 + others)
    with cast.house.database.reading() as session:
        number = cast.alice.organisation_id
        name = session.scalar(select(Organisation.name).where(Organisation.id == number))
        assert organisations.rows(session, [*unknown, number, number]) == [(name,)]
        assert organisations.rows(session, unknown) == []


def test_what_is_written_is_what_the_orm_reads(cast: Cast) -> None:
    values = {"name": "Les Ateliers", "kind": OrganisationKind.SIAE, "territory_id": cast.alice.territory_id}
    columns = [attribute.key for attribute in Organisation.__mapper__.column_attrs]
    with cast.house.database.transaction() as session:
        made = ORGANISATIONS.written(session, values)
        assert session.get_one(Organisation, made.id) is made
        held = [getattr(made, name) for name in columns]
        made.siret = "00000009900099"  # what changes afterwards is kept too
    with cast.house.database.reading() as session:
        read = session.get_one(Organisation, made.id)
        assert read.siret == "00000009900099"
        read.siret = None
        assert [getattr(read, name) for name in columns] == held


def test_a_number_that_is_given_stays(cast: Cast) -> None:
    values: dict[str, object] = {"number": 9_000, "content": "{}", "previous_hash": "0" * 64, "hash": "1" * 64}
    with cast.house.database.transaction() as session:
        last = session.scalars(select(Receipt).order_by(Receipt.number.desc())).first()
        assert last is not None
        session.delete(last)
        values |= {"issued_at": cast.house.now(), "declaration_id": last.declaration_id}
        assert RECEIPTS.written(session, values).number == 9_000


def test_what_a_savepoint_undoes_is_gone_from_the_database_and_from_the_session(cast: Cast) -> None:
    values = {"name": "Les Ateliers", "kind": OrganisationKind.SIAE, "territory_id": cast.alice.territory_id}
    rename = Prepared(update(Person).where(Person.id == bindparam("number")))
    with cast.house.database.transaction() as session:
        person = session.get_one(Person, cast.alice.id)
        name = person.name

        def refused() -> Organisation:
            rename.run(session, {"number": person.id, "name": "Autre Nom"})  # before any statement of the ORM
            person.phone = "01 99 00 00 09"
            kept.append(ORGANISATIONS.written(session, values))
            raise LookupError

        kept: list[Organisation] = []
        with pytest.raises(LookupError), savepoint(session):
            refused()
        assert kept[0] not in session
        assert person.phone != "01 99 00 00 09"
        again = ORGANISATIONS.written(session, {**values, "name": "Un autre"})
        assert again.name == "Un autre"
    with cast.house.database.reading() as session:
        assert session.get_one(Person, cast.alice.id).name == name
        found = session.scalars(select(Organisation.name).where(Organisation.kind == OrganisationKind.SIAE)).all()
        assert "Les Ateliers" not in found
        assert "Un autre" in found


def test_what_a_savepoint_lets_pass_stays(cast: Cast) -> None:
    values = {"name": "Les Ateliers", "kind": OrganisationKind.SIAE, "territory_id": cast.alice.territory_id}
    with cast.house.database.transaction() as session:
        person = session.get_one(Person, cast.alice.id)
        with savepoint(session):
            made = ORGANISATIONS.written(session, values)
            person.phone = "01 99 00 00 09"
    with cast.house.database.reading() as session:
        assert session.get_one(Organisation, made.id).name == "Les Ateliers"
        assert session.get_one(Person, person.id).phone == "01 99 00 00 09"
