"""Remember how a company's spreadsheets are read."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sheet_layouts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("signature", sa.String(length=32), nullable=False),
        sa.Column("hours_column", sa.Integer(), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["people.id"], name=op.f("fk_sheet_layouts_confirmed_by_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_sheet_layouts_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_layouts")),
        sa.UniqueConstraint("organisation_id", "signature", name=op.f("uq_sheet_layouts_organisation_id_signature")),
    )
    with op.batch_alter_table("sheet_layouts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sheet_layouts_organisation_id"), ["organisation_id"], unique=False)


def downgrade() -> None:
    op.drop_table("sheet_layouts")
