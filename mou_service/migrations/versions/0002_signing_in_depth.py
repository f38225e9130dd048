"""What signing needs beyond the first journey."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _sign_ins()
    _days_named_by_the_text()
    _exceptions()
    _authority()
    _witnesses()
    _loans()
    _after_signing()
    _lasting_time()


def _days_named_by_the_text() -> None:
    with op.batch_alter_table("term") as table:
        table.add_column(sa.Column("begins_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("ends_on", sa.Date(), nullable=True))


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


def _take_over_what_posts_say() -> None:
    posts = sa.table("position", sa.column("id"), sa.column("signs", sa.Boolean), sa.column("authority"))
    text, lists = ("function", "agreement_ref", "limits", "source", "evidence_name", "evidence_type", "end_reason"), (
        "with_positions", "with_functions", "templates"
    )  # fmt: skip
    entries = sa.table(
        "signing_authority", sa.column("position_id"), sa.column("mode"), sa.column("others"), sa.column("basis"),
        sa.column("entered_at", sa.DateTime(timezone=True)), *(sa.column(name) for name in text),
        *(sa.column(name, sa.JSON) for name in lists),
    )  # fmt: skip
    said = op.get_bind().execute(sa.select(posts.c.id, posts.c.authority).where(posts.c.signs)).all()
    empty = {**dict.fromkeys(text, ""), **{name: [] for name in lists}}
    taken = [
        {**empty, "position_id": number, "mode": "sole", "others": 0, "basis": "other", "source": source,
         "entered_at": datetime.now(UTC)}
        for number, source in said
    ]  # fmt: skip
    op.bulk_insert(entries, taken)


def _authority() -> None:
    """What a post said of its authority becomes an entry of the register: alone, for everything, not classified."""
    op.create_table(
        "signing_authority",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("position_id", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("others", sa.Integer(), nullable=False),
        sa.Column("with_positions", sa.JSON(), nullable=False),
        sa.Column("with_functions", sa.JSON(), nullable=False),
        sa.Column("function", sa.String(length=24), nullable=False),
        sa.Column("templates", sa.JSON(), nullable=False),
        sa.Column("agreement_ref", sa.String(length=40), nullable=False),
        sa.Column("limits", sa.String(length=400), nullable=False),
        sa.Column("basis", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=400), nullable=False),
        sa.Column("evidence", sa.String(length=64), nullable=True),
        sa.Column("evidence_name", sa.String(length=200), nullable=False),
        sa.Column("evidence_type", sa.String(length=40), nullable=False),
        sa.Column("starts", sa.Date(), nullable=True),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_by_id", sa.Integer(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(length=400), nullable=False),
        sa.Column("replaced_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("ends IS NULL OR starts IS NULL OR ends >= starts", name=op.f("ck_signing_authority_dates")),
        sa.CheckConstraint("(mode = 'joint') = (others > 0)", name=op.f("ck_signing_authority_joint")),
        sa.ForeignKeyConstraint(
            ["position_id"], ["position.id"], name=op.f("fk_signing_authority_position_id_position")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user_account.id"], name=op.f("fk_signing_authority_entered_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["checked_by_id"], ["user_account.id"], name=op.f("fk_signing_authority_checked_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"], ["signing_authority.id"],
            name=op.f("fk_signing_authority_replaced_by_id_signing_authority"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_authority")),
    )  # fmt: skip
    op.create_index(op.f("ix_signing_authority_position_id"), "signing_authority", ["position_id"])
    _take_over_what_posts_say()
    with op.batch_alter_table("position") as table:
        table.drop_column("signs")
        table.drop_column("authority")
    with op.batch_alter_table("institution") as table:
        table.add_column(sa.Column("authority_evidence", sa.String(length=12), nullable=False, server_default="nobody"))
    op.create_table(
        "authority_override",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("signatories", sa.JSON(), nullable=False),
        sa.Column("lacks", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.String(length=12), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.CheckConstraint("(decision = '') = (decided_at IS NULL)", name=op.f("ck_authority_override_decided")),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> asked_by_id", name=op.f("ck_authority_override_two_people")
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_authority_override_agreement_id_agreement")
        ),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name=op.f("fk_authority_override_version_id_version")),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["user_account.id"], name=op.f("fk_authority_override_asked_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_authority_override_decided_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authority_override")),
    )
    op.create_index(op.f("ix_authority_override_agreement_id"), "authority_override", ["agreement_id"])


def _witnesses() -> None:
    with op.batch_alter_table("agreement") as table:
        table.add_column(sa.Column("attested", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("witness") as table:
        table.add_column(sa.Column("scope", sa.String(length=8), nullable=False, server_default="whole"))
        table.add_column(sa.Column("of_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("identity", sa.String(length=16), nullable=False, server_default="known"))
        table.create_foreign_key(
            op.f("fk_witness_of_id_signatory"), "signatory", ["of_id"], ["id"], ondelete="SET NULL"
        )
    with op.batch_alter_table("slot") as table:
        table.add_column(sa.Column("of_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("identity", sa.String(length=16), nullable=False, server_default=""))
        table.create_foreign_key(op.f("fk_slot_of_id_slot"), "slot", ["of_id"], ["id"])
    op.create_table(
        "witness_certificate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("file", sa.String(length=64), nullable=False),
        sa.Column("as_shown", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("corrected_by", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_witness_certificate_slot_id_slot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_witness_certificate")),
        sa.UniqueConstraint("code", name=op.f("uq_witness_certificate_code")),
        sa.UniqueConstraint("file", name=op.f("uq_witness_certificate_file")),
        sa.UniqueConstraint("slot_id", "edition", name=op.f("uq_witness_certificate_slot_id_edition")),
    )
    op.create_index(op.f("ix_witness_certificate_slot_id"), "witness_certificate", ["slot_id"])


def _without_witnesses() -> None:
    op.drop_table("witness_certificate")
    with op.batch_alter_table("slot") as table:
        table.drop_constraint(op.f("fk_slot_of_id_slot"), type_="foreignkey")
        table.drop_column("identity")
        table.drop_column("of_id")
    with op.batch_alter_table("witness") as table:
        table.drop_constraint(op.f("fk_witness_of_id_signatory"), type_="foreignkey")
        table.drop_column("identity")
        table.drop_column("of_id")
        table.drop_column("scope")
    with op.batch_alter_table("agreement") as table:
        table.drop_column("attested")


def _loans() -> None:
    op.create_table(
        "loan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("package_id", sa.Integer(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(length=64), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("extensions", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("offered", sa.String(length=64), nullable=True),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["package_id"], ["package.id"], name=op.f("fk_loan_package_id_package")),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_loan_slot_id_slot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan")),
    )
    op.create_index(op.f("ix_loan_package_id"), "loan", ["package_id"])


def _after_signing() -> None:
    op.create_table(
        "ending",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("ended_by", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(length=64), nullable=False),
        sa.Column("evidence_name", sa.String(length=200), nullable=False),
        sa.Column("evidence_type", sa.String(length=40), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_ending_agreement_id_agreement")),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user_account.id"], name=op.f("fk_ending_entered_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ending")),
    )
    op.create_index(op.f("ix_ending_agreement_id"), "ending", ["agreement_id"])
    op.create_table(
        "agreement_relation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("newer_id", sa.Integer(), nullable=False),
        sa.Column("older_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("newer_id != older_id", name=op.f("ck_agreement_relation_two")),
        sa.ForeignKeyConstraint(["newer_id"], ["agreement.id"], name=op.f("fk_agreement_relation_newer_id_agreement")),
        sa.ForeignKeyConstraint(["older_id"], ["agreement.id"], name=op.f("fk_agreement_relation_older_id_agreement")),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user_account.id"], name=op.f("fk_agreement_relation_entered_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_relation")),
    )
    for column in ("newer_id", "older_id"):
        op.create_index(op.f(f"ix_agreement_relation_{column}"), "agreement_relation", [column])


def _lasting_time() -> None:
    with op.batch_alter_table("package") as table:
        table.add_column(sa.Column("level_wanted", sa.String(length=8), nullable=False, server_default=""))
        table.add_column(sa.Column("level", sa.String(length=8), nullable=False, server_default=""))
    # What was finished before has its level in the register.
    op.execute(
        "UPDATE package SET level = (SELECT record.level FROM record WHERE record.agreement_id = package.agreement_id) "
        "WHERE voided_at IS NULL AND EXISTS "
        "(SELECT 1 FROM record WHERE record.agreement_id = package.agreement_id)"
    )
    with op.batch_alter_table("record") as table:
        table.add_column(sa.Column("protected_until", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "renewal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(length=64), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("revisions", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("placeholder", sa.Boolean(), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_renewal_record_id_record")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renewal")),
        sa.UniqueConstraint("file", name=op.f("uq_renewal_file")),
        sa.UniqueConstraint("previous", name=op.f("uq_renewal_previous")),
    )
    op.create_index(op.f("ix_renewal_record_id"), "renewal", ["record_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_renewal_record_id"), "renewal")
    op.drop_table("renewal")
    with op.batch_alter_table("record") as table:
        table.drop_column("protected_until")
    with op.batch_alter_table("package") as table:
        table.drop_column("level")
        table.drop_column("level_wanted")
    op.drop_table("agreement_relation")
    op.drop_table("ending")
    op.drop_table("loan")
    _without_witnesses()
    _without_authority()
    _without_exceptions()
    with op.batch_alter_table("term") as table:
        table.drop_column("ends_on")
        table.drop_column("begins_on")
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


def _without_authority() -> None:
    op.drop_table("authority_override")
    with op.batch_alter_table("institution") as table:
        table.drop_column("authority_evidence")
    with op.batch_alter_table("position") as table:
        table.add_column(sa.Column("signs", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("authority", sa.String(length=300), nullable=False, server_default=""))
    open_ = "SELECT {} FROM signing_authority a WHERE a.position_id = position.id AND a.replaced_by_id IS NULL"
    open_ += " AND a.withdrawn_at IS NULL AND a.mode = 'sole'"
    op.execute(
        f"UPDATE position SET signs = EXISTS ({open_.format('1')}),"  # noqa: S608
        f" authority = coalesce(({open_.format('max(substr(a.source, 1, 300))')}), '')"
    )
    op.drop_table("signing_authority")
