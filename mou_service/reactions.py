"""What follows what: event → jobs. The one page where the features meet."""

from mou_service import engines
from mou_service.agreements.models import Agreement
from mou_service.archive import operations as archive
from mou_service.core.actors import SERVICE

REACTIONS: dict[str, tuple[str, ...]] = {
    # event                     jobs, in packages below
    "account.invite":           ("notifications.tell",),
    "account.ask_reset":        ("notifications.tell",),
    "keys.expire":              ("notifications.tell",),
    "template.propose":         ("notifications.tell",),
    "template.approve":         ("notifications.tell",),
    "template.refuse":          ("notifications.tell",),
    "clause.propose":           ("notifications.tell",),
    "clause.approve":           ("notifications.tell",),
    "clause.refuse":            ("notifications.tell",),
    "agreement.submit":         ("notifications.tell",),
    "agreement.return":         ("notifications.tell",),
    "agreement.agree_text":     ("notifications.tell",),
    "agreement.present":        ("notifications.tell",),
    "agreement.approve":        ("notifications.tell",),
    "agreement.withdraw":       ("notifications.tell",),
    "translation.withdraw":     ("notifications.tell",),
    "agreement.freeze":         ("signing.prepare",),
    "agreement.void":           ("notifications.tell",),
    "package.open":             ("notifications.tell",),
    "slot.turn":                ("notifications.tell",),
    "slot.invite":              ("notifications.tell",),
    "slot.code":                ("notifications.tell",),
    "slot.decline":             ("notifications.tell",),
    "slot.other_name":          ("notifications.tell",),
    "slot.remind":              ("notifications.tell",),
    "slot.replace":             ("notifications.tell",),
    "package.remake":           ("signing.prepare",),
    "package.lapse":            ("notifications.tell",),
    "delegation.ask":           ("notifications.tell",),
    "delegation.confirm":       ("notifications.tell",),
    "delegation.refuse":        ("notifications.tell",),
    "slot.lapse":               ("notifications.tell",),
    "authority.withdraw":       ("signing.warn_of_withdrawal",),
    "signatory.lose_authority": ("notifications.tell",),
    "override.ask":             ("notifications.tell",),
    "override.confirm":         ("notifications.tell",),
    "override.refuse":          ("notifications.tell",),
    "package.complete":         ("signing.seal",),
    "package.seal":             ("signing.timestamp",),
    "package.timestamp":        ("signing.finish",),
    "package.no_timestamp":     ("signing.finish",),
    "agreement.execute":        ("archive.deposit",),
    "agreement.archive":        ("notifications.tell", "archive.witness_certificates"),
    "agreement.end":            ("notifications.tell",),
    "agreement.take_back_end":  ("notifications.tell",),
}  # fmt: skip


def download_link(agreement: Agreement, email: str) -> str:
    """What a letter to a partner without an account asks the archive for: the secret of a link to the signed file."""
    days = engines.current().settings.download_link_days
    return archive.make_download_link(agreement, actor=SERVICE, email=email, days=days)
