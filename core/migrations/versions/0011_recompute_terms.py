"""Recompute what a commitment is."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("commitments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("recomputed_on", sa.Date(), nullable=True))
        batch_op.create_index(batch_op.f("ix_commitments_recomputed_on"), ["recomputed_on"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("commitments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_commitments_recomputed_on"))
        batch_op.drop_column("recomputed_on")
