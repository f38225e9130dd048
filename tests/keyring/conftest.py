"""An installation of its own for each test: keys change here, and those of the run are everybody's."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from mou_service.partners import institution
from mou_service.settings import Settings
from mou_service.trust.authority import Authority
from tests import cast
from tests.cast import Cast
from tests.signers import Authorities


@pytest.fixture
def settings(tmp_path: Path, shared_instance: Path, elsewhere: Authorities) -> Settings:
    (tmp_path / "fonts").symlink_to(shared_instance / "fonts")
    roots = tmp_path / "signer-roots.pem"
    roots.write_bytes(elsewhere.pem())
    return Settings(
        _env_file=None, instance=tmp_path, database_url="sqlite://", demo=True, rate_limits=False, signer_roots=str(roots),
        key_secret="a secret for tests", secret_key="a session key for tests",
    )  # fmt: skip


@pytest.fixture
def everybody(app: Flask) -> Cast:
    return cast.people()


@pytest.fixture
def authority(everybody: Cast) -> Authority:
    return institution.authority()
