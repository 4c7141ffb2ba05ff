"""Send again the letters that came back for a time; show what a held mail says."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("returns", sa.Integer(), nullable=False, server_default="0"))
    is_kept = sa.text("sent_at IS NOT NULL AND body IS NOT NULL")
    op.create_index("ix_outbox_kept", "outbox", ["sent_at"], sqlite_where=is_kept, postgresql_where=is_kept)
    op.add_column("received_mails", sa.Column("excerpt", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("received_mails", "excerpt")
    op.drop_index("ix_outbox_kept", "outbox")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_column("returns")
