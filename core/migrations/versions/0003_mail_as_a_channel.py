"""Mail as a channel, several facilitateurs, the clock of a case."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Added with their constraint in the same statement, which both databases know: SQLite would otherwise copy the whole
# table and drop the old one, which what refers to it forbids.
REFERENCES = (
    ("people", "deputy_id", "people"),
    ("cases", "assigned_to_id", "people"),
    ("cases", "previous_id", "cases"),
    ("case_messages", "author_id", "people"),
)
ADDED: tuple[tuple[str, sa.Column[object]], ...] = (
    ("people", sa.Column("absent_from", sa.Date(), nullable=True)),
    ("people", sa.Column("absent_until", sa.Date(), nullable=True)),
    ("territories", sa.Column("reopen_days", sa.Integer(), nullable=False, server_default="30")),
    ("territories", sa.Column("automatic_mails_an_hour", sa.Integer(), nullable=False, server_default="5")),
    ("territories", sa.Column("shows_facilitator_address", sa.Boolean(), nullable=False, server_default=sa.true())),
    ("cases", sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True)),
    ("cases", sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True)),
    ("cases", sa.Column("excused_at", sa.DateTime(timezone=True), nullable=True)),
    ("cases", sa.Column("solved", sa.Boolean(), nullable=True)),
    ("case_messages", sa.Column("is_note", sa.Boolean(), nullable=False, server_default=sa.false())),
    ("outbox", sa.Column("bounced_at", sa.DateTime(timezone=True), nullable=True)),
)


def upgrade() -> None:
    for table, column in ADDED:
        op.add_column(table, column)
    for table, column_name, other in REFERENCES:
        named = f"CONSTRAINT fk_{table}_{column_name}_{other} REFERENCES {other} (id)"
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column_name} INTEGER {named}")
    op.create_index(op.f("ix_cases_assigned_to_id"), "cases", ["assigned_to_id"])

    op.create_table(
        "reply_tokens",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("letter_hash", sa.String(length=64), nullable=False),
        sa.Column("address_hash", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("conversation_id", sa.Integer(), nullable=True),
        sa.Column("commitment_id", sa.Integer(), nullable=True),
        sa.Column("month", sa.String(length=7), nullable=True),
        sa.Column("asked", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_reply_tokens_person_id_people")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_reply_tokens_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_reply_tokens_conversation_id_conversations")
        ),
        sa.ForeignKeyConstraint(
            ["commitment_id"], ["commitments.id"], name=op.f("fk_reply_tokens_commitment_id_commitments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_tokens")),
        sa.UniqueConstraint("hash", name=op.f("uq_reply_tokens_hash")),
        sa.UniqueConstraint("letter_hash", name=op.f("uq_reply_tokens_letter_hash")),
    )
    for column_name in ("person_id", "case_id", "conversation_id", "expires_at"):
        op.create_index(op.f(f"ix_reply_tokens_{column_name}"), "reply_tokens", [column_name])

    op.create_table(
        "mail_threads",
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("message_ids", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_mail_threads_conversation_id_conversations")
        ),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_mail_threads")),
    )

    op.create_table(
        "received_mails",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("uid_validity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("sender", sa.LargeBinary(), nullable=False),
        sa.Column("sender_hash", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("conversation_id", sa.Integer(), nullable=True),
        sa.Column("is_answered", sa.Boolean(), nullable=False),
        sa.Column("kept_as", sa.String(length=80), nullable=True),
        sa.Column("folder", sa.String(length=20), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_received_mails_person_id_people")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_received_mails_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_received_mails_conversation_id_conversations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received_mails")),
        sa.UniqueConstraint("account", "uid_validity", "uid", name=op.f("uq_received_mails_account_uid_validity_uid")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_received_mails_fingerprint")),
        sa.UniqueConstraint("kept_as", name=op.f("uq_received_mails_kept_as")),
    )
    for column_name in ("person_id", "case_id", "conversation_id", "received_at"):
        op.create_index(op.f(f"ix_received_mails_{column_name}"), "received_mails", [column_name])
    op.create_index(op.f("ix_received_mails_sender_hash_received_at"), "received_mails", ["sender_hash", "received_at"])
    op.create_index(op.f("ix_received_mails_state_id"), "received_mails", ["state", "id"])

    op.create_table(
        "mail_cursors",
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("uid_validity", sa.BigInteger(), nullable=False),
        sa.Column("last_uid", sa.BigInteger(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_mail_cursors")),
    )


def downgrade() -> None:
    for table in ("mail_cursors", "received_mails", "mail_threads", "reply_tokens"):
        op.drop_table(table)
    op.drop_index(op.f("ix_cases_assigned_to_id"), "cases")
    for table, column_name, other in reversed(REFERENCES):
        with op.batch_alter_table(table) as batch:
            if op.get_bind().dialect.name == "postgresql":
                batch.drop_constraint(f"fk_{table}_{column_name}_{other}", type_="foreignkey")
            batch.drop_column(column_name)
    for table, column in reversed(ADDED):
        with op.batch_alter_table(table) as batch:
            batch.drop_column(column.name)
