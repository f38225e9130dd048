"""One authority and one whole ceremony for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from mou_service.trust.authority import Authority, open_authority
from tests.trust import makers


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    folder: Path = tmp_path_factory.mktemp("authority")
    return open_authority(folder, b"secret", institution="Own University", country="CN", at=makers.START)


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority that has the same names as ours, and other keys."""
    folder: Path = tmp_path_factory.mktemp("stranger")
    return open_authority(folder, b"other", institution="Own University", country="CN", at=makers.START)


@pytest.fixture(scope="session")
def final(authority: Authority) -> bytes:
    return makers.final_file(authority)


@pytest.fixture(scope="session")
def validated(authority: Authority) -> bytes:
    """The same, with every signature time-stamped and its validation data in the file."""
    return makers.final_file(authority, level="B-LT")


@pytest.fixture(scope="session")
def halfway(authority: Authority) -> bytes:
    """Certified and signed by the first signatory only."""
    return makers.sign_field(makers.certified(authority, level="B-LT"), authority, "Signatory1", level="B-LT")
