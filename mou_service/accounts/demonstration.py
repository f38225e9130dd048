"""Demonstration accounts: one for each role, with a password everybody may know. They cannot exist anywhere else."""

from __future__ import annotations

from functools import cache

from flask import g

from mou_service import engines

from . import passwords, queries
from .models import User

#: Published on the sign-in page of a demonstration and nowhere of any use.
PASSWORD = "memorandum-demo-2024"  # noqa: S105


@cache
def password_hash() -> str:
    """The published password as it is kept; computed once for all accounts of a run."""
    return passwords.kept(PASSWORD)


def offered() -> list[User]:
    """The accounts the sign-in page offers: none unless the service runs as a demonstration and its data is one."""
    institution = g.get("institution")
    if not (engines.current().settings.demo and institution and institution.demonstration):
        return []
    return queries.demonstration()
