"""Everybody is there before a test about accounts begins."""

from __future__ import annotations

import pytest
from flask import Flask

from tests import cast
from tests.cast import Cast


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast.people()
