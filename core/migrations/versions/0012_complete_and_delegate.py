"""When a company completed what was asked of a hire; delegations, and the months that delegates prepare."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("eligibilities", schema=None) as batch_op:
        batch_op.add_column(sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "delegations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("delegate_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("given_by_id", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["commitment_id"], ["commitments.id"], name=op.f("fk_delegations_commitment_id_commitments")
        ),
        sa.ForeignKeyConstraint(["delegate_id"], ["people.id"], name=op.f("fk_delegations_delegate_id_people")),
        sa.ForeignKeyConstraint(["given_by_id"], ["people.id"], name=op.f("fk_delegations_given_by_id_people")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["people.id"], name=op.f("fk_delegations_ended_by_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegations")),
    )
    with op.batch_alter_table("delegations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delegations_commitment_id"), ["commitment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_delegations_delegate_id"), ["delegate_id"], unique=False)
    op.create_table(
        "prepared_months",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delegation_id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("lines", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("prepared_by_id", sa.Integer(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["delegation_id"], ["delegations.id"], name=op.f("fk_prepared_months_delegation_id_delegations")
        ),
        sa.ForeignKeyConstraint(
            ["commitment_id"], ["commitments.id"], name=op.f("fk_prepared_months_commitment_id_commitments")
        ),
        sa.ForeignKeyConstraint(
            ["prepared_by_id"], ["people.id"], name=op.f("fk_prepared_months_prepared_by_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prepared_months")),
    )
    with op.batch_alter_table("prepared_months", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_prepared_months_delegation_id"), ["delegation_id"], unique=False)
        batch_op.create_index(
            "uq_prepared_months_waiting",
            ["commitment_id", "month"],
            unique=True,
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        )


def downgrade() -> None:
    op.drop_table("prepared_months")
    op.drop_table("delegations")
    with op.batch_alter_table("eligibilities", schema=None) as batch_op:
        batch_op.drop_column("answered_at")
