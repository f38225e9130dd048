"""A real PKCS#11 token in software: SoftHSM with a folder and a token of its own for each test."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from mou_service.trust import tokens
from mou_service.trust.tokens import Token

MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)
MODULE = os.environ.get("SOFTHSM_MODULE") or next((each for each in MODULES if Path(each).exists()), "")
PIN, OFFICER = "482913", "7391846"


@dataclass(frozen=True)
class SoftToken:
    """A token that is in its slot, until it is pulled out."""

    name: str
    folder: Path
    keys: Path

    def token(self, *, pin: str = PIN, name: str = "") -> Token:
        return Token(MODULE, name or self.name, pin, self.keys, b"secret")

    def start_again(self) -> None:
        """As the service does when its settings change."""
        _forget()

    def pull_out(self) -> None:
        for each in list(self.folder.iterdir()):
            each.rename(self.folder.with_name(f"out-{each.name}"))
        _forget()

    def put_in(self) -> None:
        for each in self.folder.parent.glob("out-*"):
            each.rename(self.folder / each.name.removeprefix("out-"))
        _forget()


@pytest.fixture
def soft_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SoftToken]:
    """Skipped without SoftHSM (apt-get install softhsm2), unless REQUIRE_SOFTHSM says that it has to be there."""
    if not MODULE:
        if os.environ.get("REQUIRE_SOFTHSM"):
            pytest.fail("SoftHSM is required and missing: apt-get install softhsm2")
        pytest.skip("SoftHSM is not installed: apt-get install softhsm2")
    folder, keys, name = tmp_path / "tokens", tmp_path / "keys", f"mou-{os.getpid()}-{tmp_path.name[-20:]}"[:32]
    folder.mkdir()
    keys.mkdir()
    configuration = tmp_path / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {folder}\nobjectstore.backend = file\nlog.level = ERROR\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(configuration))
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", name, "--pin", PIN, "--so-pin", OFFICER],
        check=True, capture_output=True,
    )  # fmt: skip
    _forget()
    yield SoftToken(name, folder, keys)
    _forget()


def _forget() -> None:
    """SoftHSM reads its folder and its tokens when it is started: begin anew, as after a start of the service."""
    import pkcs11

    tokens._open.clear()
    pkcs11.lib(MODULE).reinitialize()
