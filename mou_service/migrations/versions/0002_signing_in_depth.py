"""What signing needs beyond the first journey."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _sign_ins()
    _exceptions()


def _sign_ins() -> None:
    with op.batch_alter_table("user_account") as table:
        table.drop_column("session_epoch")
    op.create_table(
        "sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fresh_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("device", sa.String(length=300), nullable=False),
        sa.Column("locked_to", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_sign_in_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_token_hash")),
    )
    op.create_index(op.f("ix_sign_in_user_id"), "sign_in", ["user_id"])


def _exceptions() -> None:
    op.create_table(
        "delegation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("position_id", sa.Integer(), nullable=False),
        sa.Column("as_shown", sa.JSON(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.Column("document_name", sa.String(length=200), nullable=False),
        sa.Column("document_type", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("delegate_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_delegation_agreement_id_agreement")),
        sa.ForeignKeyConstraint(["position_id"], ["position.id"], name=op.f("fk_delegation_position_id_position")),
        sa.ForeignKeyConstraint(["delegate_id"], ["position.id"], name=op.f("fk_delegation_delegate_id_position")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
    )
    op.create_index(op.f("ix_delegation_agreement_id"), "delegation", ["agreement_id"])
    with op.batch_alter_table("package") as table:
        table.add_column(sa.Column("open_until", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("lapsed_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("ending", sa.String(length=16), nullable=False, server_default=""))
    op.execute("UPDATE package SET ending = 'voided' WHERE voided_at IS NOT NULL")
    counts = sa.text("voided_at IS NULL")
    op.create_index(
        "uq_package_that_counts", "package", ["agreement_id"], unique=True,
        sqlite_where=counts, postgresql_where=counts,
    )  # fmt: skip
    with op.batch_alter_table("slot") as table:
        table.add_column(sa.Column("delegation_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_slot_delegation_id_delegation"), "delegation", ["delegation_id"], ["id"])
    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_reminder_slot_id_slot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint("slot_id", "reason", name=op.f("uq_reminder_slot_id_reason")),
    )
    op.create_index(op.f("ix_reminder_slot_id"), "reminder", ["slot_id"])


def downgrade() -> None:
    _without_exceptions()
    op.drop_table("sign_in")
    with op.batch_alter_table("user_account") as table:
        table.add_column(sa.Column("session_epoch", sa.Integer(), nullable=False, server_default="0"))


def _without_exceptions() -> None:
    op.drop_table("reminder")
    with op.batch_alter_table("slot") as table:
        table.drop_constraint("fk_slot_delegation_id_delegation", type_="foreignkey")
        table.drop_column("delegation_id")
    op.drop_index("uq_package_that_counts", "package")
    with op.batch_alter_table("package") as table:
        table.drop_column("ending")
        table.drop_column("lapsed_at")
        table.drop_column("open_until")
    op.drop_table("delegation")
