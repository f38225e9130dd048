"""What is typed about an agreement as a whole."""

from __future__ import annotations

from mou_service.web.forms import ReasonForm


class WithdrawForm(ReasonForm):
    """Ending a matter takes a reason that stays in its trail."""
