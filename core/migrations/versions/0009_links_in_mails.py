"""Links in mails: confirm a mail that is held, answer a question with a button."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tokens", sa.Column("message_id", sa.Integer(), nullable=True))
    op.add_column("received_mails", sa.Column("link_hash", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_received_mails_link_hash"), "received_mails", ["link_hash"])


def downgrade() -> None:
    op.drop_index(op.f("ix_received_mails_link_hash"), "received_mails")
    op.drop_column("received_mails", "link_hash")
    op.drop_column("tokens", "message_id")
