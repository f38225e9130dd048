"""Keys in a token: made there, used there, and what is said when the token does not do what was asked."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from mou_service.core.errors import EngineFailed, Refused
from mou_service.trust import tokens
from mou_service.trust.authority import Authority, open_authority
from mou_service.trust.ring import TokenPlace
from mou_service.trust.tokens import Token
from mou_service.trust.verify import verify
from tests.softhsm import PIN, SoftToken
from tests.trust import makers


def opened(soft_token: SoftToken, token: Token | None) -> Authority:
    return open_authority(soft_token.keys, b"secret", institution="Own", country="CN", at=makers.START, token=token)


def test_a_ceremony_whose_keys_lie_in_a_token(soft_token: SoftToken) -> None:
    token = soft_token.token()
    for name in ("issuer", "platform", "seal"):
        opened(soft_token, token).rotate(name, reason="into the token", where="token", at=makers.START)
    authority = opened(soft_token, token)
    # The issuer brought new ones for what it issues, so each of the three went in last.
    in_token = {name for name, each in authority.ring.current.items() if isinstance(each.key, TokenPlace)}
    assert in_token == {"issuer", "platform", "seal"}
    verdict = verify(makers.final_file(authority), roots=authority.roots)
    assert verdict.outcome == "valid"
    # A rotation stays in the token, and clears away there what it replaced.
    before = authority.ring.current["seal"].key
    opened(soft_token, token).rotate("seal", reason="yearly")
    after = opened(soft_token, token).ring.current["seal"].key
    assert isinstance(before, TokenPlace) and isinstance(after, TokenPlace)
    assert before.label != after.label
    with pytest.raises(EngineFailed, match="does not hold the key"):
        token.public_key(before.label)


def test_an_rsa_key_that_was_in_the_token_already(soft_token: SoftToken) -> None:
    import pkcs11

    lib = pkcs11.lib(soft_token.token().module)
    with lib.get_token(token_label=soft_token.name).open(rw=True, user_pin=PIN) as session:
        session.generate_keypair(pkcs11.KeyType.RSA, 2048, id=b"\x01", label="institution", store=True)
    token = soft_token.token()
    place, public = token.public_key("institution")
    assert not place.made
    signature = token.sign(place, b"data", "sha256", public=public)
    assert len(signature) == tokens.TokenKey(token, place, public).longest == 256
    token.destroy(place)
    assert token.public_key("institution")[1] == public
    _other, wrong = token.make_key("another")
    with pytest.raises(EngineFailed, match="not the one of its certificate"):
        token.sign(place, b"data", "sha256", public=wrong)


def test_a_token_that_is_pulled_out_is_told_and_works_again_when_it_is_back(soft_token: SoftToken) -> None:
    token = soft_token.token()
    place, public = token.make_key("mine")
    soft_token.pull_out()
    with pytest.raises(EngineFailed, match="is not there") as caught:
        token.sign(place, b"data", "sha256", public=public)
    assert not caught.value.permanent
    soft_token.put_in()
    assert token.sign(place, b"data", "sha256", public=public)


# The library asks the dead session to end its operation, when the object is collected.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_session_that_was_lost_is_opened_again_without_a_word(soft_token: SoftToken) -> None:
    token = soft_token.token()
    place, public = token.make_key("mine")
    assert token.sign(place, b"data", "sha256", public=public)
    tokens._open[token.module, token.name].close()
    assert token.sign(place, b"data", "sha256", public=public)


def test_a_pin_that_was_refused_is_offered_once_and_by_nobody_again(
    soft_token: SoftToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = soft_token.token(pin="000000")
    with pytest.raises(EngineFailed, match="refused the PIN") as caught:
        wrong.check()
    assert not caught.value.permanent
    assert PIN not in (soft_token.keys / tokens.REFUSED_FILE).read_text()
    with monkeypatch.context() as patch:
        patch.setattr(tokens, "_library", lambda _module: pytest.fail("the token was asked again"))
        for _ in range(5):
            with pytest.raises(EngineFailed, match="not tried again"):
                soft_token.token(pin="000000").check()
    soft_token.token().check()
    assert not (soft_token.keys / tokens.REFUSED_FILE).exists()


def test_a_key_in_a_token_without_the_token(soft_token: SoftToken) -> None:
    opened(soft_token, soft_token.token()).rotate("seal", reason="into the token", where="token")
    authority = opened(soft_token, None)
    assert authority.platform.certificate
    with pytest.raises(EngineFailed, match="no token is set"):
        _ = authority.seal
    with pytest.raises(Refused, match="No token is set"):
        authority.rotate("platform", reason="into the token", where="token")
    with pytest.raises(Refused, match="not kept in a token"):
        authority.rotate("root", reason="into the token", where="token")
    # Back into the file: the token is no more needed.
    authority.rotate("seal", reason="the token is broken", where="file")
    assert opened(soft_token, None).seal.certificate


def test_a_library_that_is_none(tmp_path: Path, soft_token: SoftToken) -> None:
    (tmp_path / "library.so").write_bytes(b"no library")
    for module in (str(tmp_path / "library.so"), "/nowhere/library.so"):
        with pytest.raises(EngineFailed, match="PKCS11_MODULE"):
            Token(module, "mou", PIN, soft_token.keys, b"secret").check()
    with pytest.raises(EngineFailed, match="is not there"):
        soft_token.token(name="another").check()


def test_the_private_key_cannot_be_taken_out(soft_token: SoftToken) -> None:
    soft_token.token().make_key("mine")
    listed = subprocess.run(["softhsm2-util", "--show-slots"], check=True, capture_output=True, text=True).stdout
    assert soft_token.name in listed
    assert b"PRIVATE KEY" not in b"".join(path.read_bytes() for path in soft_token.folder.rglob("*") if path.is_file())
