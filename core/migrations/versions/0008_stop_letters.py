"""Letters that a person stopped."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unsubscriptions",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_unsubscriptions_person_id_people")),
        sa.PrimaryKeyConstraint("person_id", "kind", name=op.f("pk_unsubscriptions")),
    )


def downgrade() -> None:
    op.drop_table("unsubscriptions")
