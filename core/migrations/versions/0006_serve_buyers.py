"""Serve buyers: habits of sizing, offer, contracts to compare with."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SETTINGS = ("sizing", "offer")


def upgrade() -> None:
    for column in SETTINGS:
        op.add_column("territories", sa.Column(column, sa.JSON(), nullable=False, server_default="{}"))
    op.create_table(
        "awarded_contracts",
        sa.Column("decp_id", sa.String(length=80), nullable=False),
        sa.Column("buyer_siret", sa.String(length=14), nullable=False),
        sa.Column("buyer_name", sa.String(length=300), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("division", sa.String(length=2), nullable=False),
        sa.Column("cpv", sa.String(length=12), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("months", sa.Integer(), nullable=True),
        sa.Column("notified_on", sa.Date(), nullable=True),
        sa.Column("social", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("decp_id", name=op.f("pk_awarded_contracts")),
    )
    op.create_index(op.f("ix_awarded_contracts_buyer_siret"), "awarded_contracts", ["buyer_siret"])
    op.create_index(op.f("ix_awarded_contracts_division_notified_on"), "awarded_contracts", ["division", "notified_on"])


def downgrade() -> None:
    op.drop_table("awarded_contracts")
    for column in reversed(SETTINGS):
        with op.batch_alter_table("territories") as batch:
            batch.drop_column(column)
