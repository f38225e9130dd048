"""What drafting needs: templates kept in the house, texts that come back from Word, confirmed translations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _drawings()
    _templates()
    _archive()
    _clauses()
    _translations()
    _returned_files()


def _translations() -> None:
    with op.batch_alter_table("version") as table:
        table.add_column(sa.Column("language_digests", sa.JSON(), nullable=False, server_default="{}"))
    op.create_table(
        "translation_confirmation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("digests", sa.JSON(), nullable=False),
        sa.Column("without", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed", sa.JSON(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{what}_id"], [f"{table}.id"], name=op.f(f"fk_translation_confirmation_{what}_id_{table}")
            )
            for what, table in (("agreement", "agreement"), ("version", "version"), ("confirmed_by", "user_account"))
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_translation_confirmation")),
    )
    op.create_index(op.f("ix_translation_confirmation_agreement_id"), "translation_confirmation", ["agreement_id"])
    op.create_table(
        "accepted_difference",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("accepted_by_id", sa.Integer(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [f"{what}_id"], [f"{table}.id"], name=op.f(f"fk_accepted_difference_{what}_id_{table}")
            )
            for what, table in (("agreement", "agreement"), ("accepted_by", "user_account"))
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accepted_difference")),
    )
    op.create_index(op.f("ix_accepted_difference_agreement_id"), "accepted_difference", ["agreement_id"])


def _clauses() -> None:
    op.create_table(
        "clause_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("act", sa.String(length=8), nullable=False),
        sa.Column("position", sa.String(length=60), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("base_digest", sa.String(length=64), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{who}_by_id"], ["user_account.id"], name=op.f(f"fk_clause_version_{who}_by_id_user_account")
            )
            for who in ("proposed", "decided")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clause_version")),
        sa.UniqueConstraint("address", "number", name=op.f("uq_clause_version_address_number")),
    )
    op.create_index(op.f("ix_clause_version_address"), "clause_version", ["address"])
    with op.batch_alter_table("version") as table:
        table.add_column(sa.Column("clauses", sa.JSON(), nullable=False, server_default="[]"))


def _archive() -> None:
    with op.batch_alter_table("record") as table:
        table.add_column(sa.Column("time_roots", sa.JSON(), nullable=False, server_default="[]"))
        table.add_column(sa.Column("looked_over_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True))


def _templates() -> None:
    op.create_table(
        "template_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("docx", sa.String(length=64), nullable=False),
        sa.Column("original", sa.String(length=64), nullable=True),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("changes", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("retired_by_id", sa.Integer(), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{who}_by_id"], ["user_account.id"], name=op.f(f"fk_template_version_{who}_by_id_user_account")
            )
            for who in ("proposed", "decided", "retired")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template_version")),
        sa.UniqueConstraint("type", "number", name=op.f("uq_template_version_type_number")),
    )
    op.create_table(
        "template_stop",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("stopped_by_id", sa.Integer(), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["stopped_by_id"], ["user_account.id"], name=op.f("fk_template_stop_stopped_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template_stop")),
    )
    op.create_index(op.f("ix_template_stop_type"), "template_stop", ["type"])
    with op.batch_alter_table("version") as table:
        table.add_column(sa.Column("template_number", sa.Integer(), nullable=False, server_default="0"))


def _returned_files() -> None:
    op.create_table(
        "returned_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("answers_id", sa.Integer(), nullable=False),
        sa.Column("made_id", sa.Integer(), nullable=True),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("original", sa.String(length=64), nullable=False),
        sa.Column("docx", sa.String(length=64), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("decisions", sa.JSON(), nullable=False),
        sa.Column("acts", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_returned_file_agreement_id_agreement")
        ),
        *(
            sa.ForeignKeyConstraint([f"{name}_id"], ["version.id"], name=op.f(f"fk_returned_file_{name}_id_version"))
            for name in ("answers", "made")
        ),
        *(
            sa.ForeignKeyConstraint(
                [f"{who}_by_id"], ["user_account.id"], name=op.f(f"fk_returned_file_{who}_by_id_user_account")
            )
            for who in ("uploaded", "closed")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_returned_file")),
        sa.UniqueConstraint("agreement_id", "number", name=op.f("uq_returned_file_agreement_id_number")),
    )
    op.create_index(op.f("ix_returned_file_agreement_id"), "returned_file", ["agreement_id"])


def _drawings() -> None:
    op.create_table(
        "drawing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("docx", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("pdf", sa.String(length=64), nullable=True),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("program", sa.String(length=80), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drawing")),
        sa.UniqueConstraint("docx", name=op.f("uq_drawing_docx")),
    )
    with op.batch_alter_table("annex") as table:
        table.add_column(sa.Column("pdf", sa.String(length=64), nullable=False, server_default=""))
        table.add_column(sa.Column("findings", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    with op.batch_alter_table("annex") as table:
        table.drop_column("findings")
        table.drop_column("pdf")
    op.drop_table("drawing")
    op.drop_table("accepted_difference")
    op.drop_table("translation_confirmation")
    with op.batch_alter_table("version") as table:
        table.drop_column("language_digests")
    op.drop_table("returned_file")
    with op.batch_alter_table("record") as table:
        table.drop_column("fetched_at")
        table.drop_column("looked_over_at")
        table.drop_column("time_roots")
    with op.batch_alter_table("version") as table:
        table.drop_column("clauses")
    op.drop_table("clause_version")
    _without_templates()


def _without_templates() -> None:
    with op.batch_alter_table("version") as table:
        table.drop_column("template_number")
    op.drop_table("template_stop")
    op.drop_table("template_version")
