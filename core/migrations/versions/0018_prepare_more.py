"""Let delegates prepare hires and months without hours; remember the tables of who has no organisation."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("prepared_months", schema=None) as batch_op:
        batch_op.add_column(sa.Column("hires", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("nil_reason", sa.String(length=40), nullable=True))
    with op.batch_alter_table("sheet_layouts", schema=None) as batch_op:
        batch_op.alter_column("organisation_id", existing_type=sa.Integer(), nullable=True)
        batch_op.add_column(sa.Column("person_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_sheet_layouts_person_id_people"), "people", ["person_id"], ["id"])
        batch_op.create_unique_constraint(
            batch_op.f("uq_sheet_layouts_person_id_signature"), ["person_id", "signature"]
        )
    op.create_table(
        "prepared_hires",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delegation_id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("said", sa.LargeBinary(), nullable=False),
        sa.Column("prepared_by_id", sa.Integer(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["delegation_id"], ["delegations.id"], name=op.f("fk_prepared_hires_delegation_id_delegations")
        ),
        sa.ForeignKeyConstraint(
            ["commitment_id"], ["commitments.id"], name=op.f("fk_prepared_hires_commitment_id_commitments")
        ),
        sa.ForeignKeyConstraint(
            ["prepared_by_id"], ["people.id"], name=op.f("fk_prepared_hires_prepared_by_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prepared_hires")),
    )
    with op.batch_alter_table("prepared_hires", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_prepared_hires_delegation_id"), ["delegation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_prepared_hires_commitment_id"), ["commitment_id"], unique=False)


def downgrade() -> None:
    op.drop_table("prepared_hires")
    with op.batch_alter_table("sheet_layouts", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_sheet_layouts_person_id_signature"), type_="unique")
        batch_op.drop_constraint(batch_op.f("fk_sheet_layouts_person_id_people"), type_="foreignkey")
        batch_op.drop_column("person_id")
        batch_op.alter_column("organisation_id", existing_type=sa.Integer(), nullable=False)
    with op.batch_alter_table("prepared_months", schema=None) as batch_op:
        batch_op.drop_column("nil_reason")
        batch_op.drop_column("hires")
