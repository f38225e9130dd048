"""Jobs of the package."""

from mou_service.core.db import db
from mou_service.core.jobs import Job, job

from . import operations
from .models import User


@job("accounts.ask_reset")
def ask_reset(work: Job) -> None:
    """Write the event a reset link follows, when the address that was typed has an account."""
    number = work.facts["user_id"]
    user = db.session.get(User, number) if number is not None else None
    if user is not None and user.active:
        operations.ask_reset(user)
