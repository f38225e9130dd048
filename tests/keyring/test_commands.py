"""`flask mou keys …` and what the doctor says of keys, on an installation of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from mou_service import app as application
from mou_service.core import clock
from mou_service.core.errors import EngineFailed
from mou_service.engines import Engines
from mou_service.keyring import queries
from mou_service.partners import institution
from mou_service.running import doctor
from mou_service.settings import Settings
from mou_service.trust.authority import KEY_FILE, Authority
from mou_service.trust.keyfile import KeyFile
from tests.cast import Cast
from tests.signers import Authorities
from tests.softhsm import MODULE, PIN, SoftToken
from tests.trust.test_imported import PASSPHRASE, a_file


def run(app: Flask, *arguments: str, typed: str = "") -> Result:
    return app.test_cli_runner().invoke(args=["mou", "keys", *arguments], input=typed)


def said(engines: Engines, level: str) -> str:
    return "\n".join(f"{each.subject}: {each.text}" for each in doctor.examine(engines) if each.level == level)


def test_rotated_and_listed_from_a_terminal(app: Flask, authority: Authority) -> None:
    done = run(app, "rotate", "issuer", "--reason", "stolen", "--revoke", "key_compromise")
    assert (done.exit_code, done.output.count("new: "), done.output.count("retired: ")) == (0, 4, 4)
    assert queries.history()[0].actor == "terminal"
    listed = run(app, "list").output
    assert "taken back" in listed
    assert run(app, "rotate", "root", "--reason", "x", "--revoke", "key_compromise").exit_code == 1
    assert run(app, "rotate", "seal", "--reason", "x", "--where", "token").exit_code == 1
    assert run(app, "rotate", "seal").exit_code == 2, "a reason is not optional"
    serial = institution.authority().platform.serial
    assert run(app, "revoke", serial, "--code", "superseded", "--reason", "test").exit_code == 0
    assert run(app, "revoke", "0A0B", "--code", "superseded", "--reason", "test").exit_code == 1


def test_a_seal_from_a_file(app: Flask, authority: Authority, elsewhere: Authorities, tmp_path: Path) -> None:
    path = tmp_path / "seal.p12"
    path.write_bytes(a_file(elsewhere))
    wrong = run(app, "import-seal", str(path), "--reason", "licensed", typed="wrong\n")
    assert (wrong.exit_code, "does not open" in wrong.output) == (1, True)
    done = run(app, "import-seal", str(path), "--reason", "licensed", typed=f"{PASSPHRASE.decode()}\n")
    assert done.exit_code == 0, done.output
    assert PASSPHRASE.decode().strip() not in done.output
    assert institution.authority().seal.name == "Galina Ivanova Ivanova"


def test_the_secret_is_changed(app: Flask, settings: Settings, authority: Authority, everybody: Cast) -> None:
    folder = settings.demo_keys
    # As an installation begins: with a secret beside the keys.
    KeyFile(folder / KEY_FILE, settings.key_secret.encode()).change_secret(b"kept beside")
    (folder / "key-secret").write_bytes(b"kept beside")
    (folder / "key-secret").chmod(0o644)
    engines = Engines(settings, application.engines.MemoryFiles(), None)
    found = said(engines, "error")
    assert "does not open with KEY_SECRET" in found
    assert "Others can read key-secret" in found
    with pytest.raises(EngineFailed, match="not the secret"):
        engines.authority(institution="", country="", demonstration=True)
    for words in ("encrypted anew", "opens with KEY_SECRET"):
        done = run(app, "re-encrypt")
        assert (done.exit_code, words in done.output) == (0, True), done.output
    assert not (folder / "key-secret").exists()
    assert engines.authority(institution="", country="", demonstration=True).roots == authority.roots
    assert "keys" not in said(engines, "error")
    assert queries.history()[0].name == "keys.re_encrypt"


def test_the_doctor_says_what_ends(engines: Engines, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "certificates: 6; the first ends on" in said(engines, "ok")
    assert "revocation lists: 2" in said(engines, "ok")
    ends = authority.seal.expires
    monkeypatch.setattr(queries, "days_to", lambda moment: (moment - ends).days + 6)
    assert "Electronic seal" in said(engines, "warning")
    monkeypatch.setattr(queries, "days_to", lambda moment: (moment - ends).days - 1)
    assert "ended on" in said(engines, "error")
    assert clock.now() < ends


def test_an_installation_with_a_token(
    app: Flask, settings: Settings, soft_token: SoftToken, everybody: Cast, elsewhere: Authorities
) -> None:
    pin = soft_token.keys / "pin"
    pin.write_text(f"{PIN}\n")
    update = {"pkcs11_module": MODULE, "pkcs11_token": soft_token.name, "pkcs11_pin_file": str(pin)}
    used = Engines(settings.model_copy(update=update), application.engines.MemoryFiles(), None)
    app.extensions["engines"] = used
    done = run(app, "rotate", "seal", "--reason", "into the token", "--where", "token")
    assert done.exit_code == 0, done.output
    assert f"PKCS11_TOKEN: {soft_token.name}" in said(used, "ok")
    seal = institution.authority().ring.current["seal"]
    assert "mou-seal-2" in run(app, "list").output
    assert institution.authority().seal.der == seal.certificate
    pin.write_text("000000")
    soft_token.start_again()
    assert "refused the PIN" in said(used, "error")
    assert "not tried again" in said(used, "error")
