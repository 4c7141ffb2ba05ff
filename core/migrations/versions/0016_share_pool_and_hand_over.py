"""Share the hours of a commitment, count several together: a part is a commitment that names its whole."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

REFERENCES = (
    ("commitments", "whole_id", "commitments"),
    ("amendments", "globalisation_id", "globalisations"),
    ("amendments", "follows_id", "amendments"),
)


def upgrade() -> None:
    op.drop_table("shares")  # never filled: a share is now a commitment of its own, which names its whole
    for table, name, other in REFERENCES:
        with op.batch_alter_table(table, schema=None) as batch_op:
            # inline: SQLite would otherwise copy the table, which it cannot drop while others refer to it
            batch_op.add_column(
                sa.Column(name, sa.Integer(), sa.ForeignKey(f"{other}.id", name=f"fk_{table}_{name}_{other}")),
                inline_references=True,
            )
            batch_op.create_index(batch_op.f(f"ix_{table}_{name}"), [name], unique=False)
    with op.batch_alter_table("commitments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("share_role", sa.String(length=40), nullable=True))
    with op.batch_alter_table("amendments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("share_role", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("members", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("contact", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("amendments", schema=None) as batch_op:
        for name in ("contact", "members", "share_role"):
            batch_op.drop_column(name)
    with op.batch_alter_table("commitments", schema=None) as batch_op:
        batch_op.drop_column("share_role")
    for table, name, _ in reversed(REFERENCES):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_index(batch_op.f(f"ix_{table}_{name}"))
            batch_op.drop_column(name)
    op.create_table(
        "shares",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("hours", sa.BigInteger(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commitment_id"], ["commitments.id"], name=op.f("fk_shares_commitment_id_commitments")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_shares_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shares")),
        sa.UniqueConstraint(
            "commitment_id", "organisation_id", "role", name=op.f("uq_shares_commitment_id_organisation_id_role")
        ),
    )
    op.create_index(op.f("ix_shares_organisation_id"), "shares", ["organisation_id"], unique=False)
