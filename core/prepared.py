"""Statements compiled once and run on the driver's own cursor: what each turn runs costs what the database costs.

SQLAlchemy spends 50 to 250 µs on each execution (cache key, context, result, objects) where SQLite needs 5: with nine
statements, most of a turn. These are the same statements, for both databases, with the same types: encryption, times
and terms go through their converters. A statement is compiled for the values of its first run, whose names must all be
columns or parameters; its shape never changes: a list that follows IN is of known values (`among`) or goes by `Listed`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Dialect, Select, bindparam, or_
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import QueryableAttribute, Session
from sqlalchemy.sql.dml import Insert, Update

Values = Mapping[str, object]
Row = Sequence[Any]
Convert = Callable[[Any], Any]
Statement = Select[*tuple[Any, ...]] | Insert | Update

SIZES = (4, 32, 256)  # how many of a list one statement takes
NOTHING: Values = {}


@dataclass(frozen=True)
class _Form:
    """A statement as one driver takes it, and which of its values are converted on their way in and out."""

    sql: str
    names: tuple[str, ...]
    given: tuple[tuple[Any, Convert], ...]  # by place, or by name where the driver takes names
    fixed: Mapping[str, object]
    is_positional: bool
    read_by: tuple[tuple[int, Convert], ...]

    def parameters(self, values: Values) -> Any:
        """Convert the values for the driver."""
        known = {**self.fixed, **values} if self.fixed else values
        names = self.names
        taken: Any = [known[name] for name in names] if self.is_positional else {name: known[name] for name in names}
        for place, convert in self.given:
            taken[place] = convert(taken[place])
        return taken

    def read(self, row: Row) -> Row:
        """Convert what the driver gives back."""
        if not self.read_by:
            return row
        found = list(row)
        for place, convert in self.read_by:
            found[place] = convert(found[place])
        return found


class Prepared:
    """A statement that many turns run. What the session holds is flushed before, as the ORM would."""

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._forms: dict[tuple[str, ...], _Form] = {}

    def rows(self, session: Session, values: Values) -> list[Row]:
        """Run; return what it found or made."""
        form, cursor = self._run(session, values)
        return [form.read(row) for row in cursor.fetchall()]

    def row(self, session: Session, values: Values) -> Row | None:
        """Run; return the first row, or None."""
        form, cursor = self._run(session, values)
        found = cursor.fetchall()  # to the end: a statement left in the middle keeps its lock
        return form.read(found[0]) if found else None

    def value(self, session: Session, values: Values) -> Any:
        """Run; return the first column of the first row, or None."""
        found = self.row(session, values)
        return found[0] if found else None

    def run(self, session: Session, values: Values) -> int:
        """Run; return how many rows were changed."""
        return int(self._run(session, values)[1].rowcount)

    def _run(self, session: Session, values: Values) -> tuple[_Form, Any]:
        session.flush()
        # A session of `core.database` is bound to a connection whose transaction has begun: the ORM need not join it.
        connection = session.bind if isinstance(session.bind, Connection) else session.connection()
        form = self._forms.get((connection.dialect.name, *values))
        if form is None:
            form = self._forms[connection.dialect.name, *values] = _form(self._statement, connection.dialect, values)
        driver: Any = connection.connection.dbapi_connection
        dbapi: Any = connection.dialect.dbapi
        try:
            return form, driver.execute(form.sql, form.parameters(values))
        except dbapi.Error as error:  # the same exceptions as everywhere else, without the values
            raise DBAPIError.instance(form.sql, None, error, dbapi.Error, True, dialect=connection.dialect) from error


class Listed:
    """A statement about a list of any length, prepared for a few lengths: the places left repeat the last one.

    `statement` is given the condition that a column is one of the list. What is found comes in the statement's order
    for each 256 of the list.
    """

    def __init__(
        self, column: QueryableAttribute[Any], statement: Callable[[ColumnElement[bool]], Select[*tuple[Any, ...]]]
    ) -> None:
        self._column = column
        self._statement = statement
        self._prepared: dict[int, Prepared] = {}

    def rows(self, session: Session, listed: Iterable[object], values: Values = NOTHING) -> list[Row]:
        """Run for a list, without repetition; return what it found. Nothing is asked about an empty list."""
        wanted = list(dict.fromkeys(listed))
        found: list[Row] = []
        for start in range(0, len(wanted), SIZES[-1]):
            few = wanted[start : start + SIZES[-1]]
            size = next(size for size in SIZES if size >= len(few))
            few += few[-1:] * (size - len(few))
            places = {f"listed_{place}": one for place, one in enumerate(few)}
            found += self._of(size).rows(session, {**places, **values})
        return found

    def _of(self, size: int) -> Prepared:
        made = self._prepared.get(size)
        if made is None:
            places = [bindparam(f"listed_{place}", type_=self._column.type) for place in range(size)]
            made = self._prepared[size] = Prepared(self._statement(self._column.in_(places)))
        return made


def among(column: QueryableAttribute[Any], values: Sequence[object]) -> ColumnElement[bool]:
    """Say that a column is one of a few known values."""
    return or_(*(column == value for value in values))


def _form(statement: Statement, dialect: Dialect, values: Values) -> _Form:
    keys = list(values) if isinstance(statement, Insert | Update) else None
    compiled = statement.compile(dialect=dialect, column_keys=keys)
    binds = {compiled.bind_names[bind]: bind.type for bind in compiled.bind_names}
    fixed = {name: value for name, value in compiled.params.items() if name not in values}
    for column in getattr(compiled, "insert_prefetch", ()):
        if not column.default.is_scalar:
            raise TypeError(f"{column}: its default is computed, give its value")
        fixed[column.key] = column.default.arg
    names = tuple(compiled.positiontup or ()) if compiled.positional else tuple(binds)
    inward = {name: kind.dialect_impl(dialect).bind_processor(dialect) for name, kind in binds.items()}
    outward = [
        column.type.dialect_impl(dialect).result_processor(dialect, None) for column in statement.exported_columns
    ]
    places = enumerate(names) if compiled.positional else ((name, name) for name in names)
    return _Form(
        sql=str(compiled),
        names=names,
        given=tuple((place, convert) for place, name in places if (convert := inward[name]) is not None),
        fixed=fixed,
        is_positional=compiled.positional,
        read_by=tuple((place, convert) for place, convert in enumerate(outward) if convert is not None),
    )
