"""The fonts are opened once for all tests."""

from __future__ import annotations

import pytest

from mou_service.documents.pdf.fonts import Fonts, load


@pytest.fixture(scope="session")
def fonts() -> Fonts:
    return load()
