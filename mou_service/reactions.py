"""What follows what: event → jobs. The one page where the features meet."""

REACTIONS: dict[str, tuple[str, ...]] = {
    # event                     jobs, in packages below
    "account.invite":           ("notifications.tell",),
    "account.ask_reset":        ("notifications.tell",),
    "agreement.submit":         ("notifications.tell",),
    "agreement.return":         ("notifications.tell",),
    "agreement.agree_text":     ("notifications.tell",),
    "agreement.present":        ("notifications.tell",),
    "agreement.approve":        ("notifications.tell",),
    "agreement.withdraw":       ("notifications.tell",),
    "agreement.freeze":         ("signing.prepare",),
    "agreement.void":           ("notifications.tell",),
    "package.open":             ("notifications.tell",),
    "slot.turn":                ("notifications.tell",),
    "slot.invite":              ("notifications.tell",),
    "slot.code":                ("notifications.tell",),
    "slot.decline":             ("notifications.tell",),
    "package.complete":         ("signing.seal",),
    "package.seal":             ("signing.timestamp",),
    "package.timestamp":        ("signing.finish",),
    "agreement.execute":        ("archive.deposit",),
    "agreement.archive":        ("notifications.tell",),
}  # fmt: skip
