"""Run by Alembic: the connection is handed over by `core.schema`."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import TypeDecorator

import core.models


def plain_type(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """Write a revision with plain SQL types, so that it does not depend on the code of later days."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=core.models.Root.metadata,
    render_as_batch=True,
    compare_type=True,
    render_item=plain_type,
)
with context.begin_transaction():
    context.run_migrations()
