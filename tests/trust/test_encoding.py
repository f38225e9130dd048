"""The correction to the ASN.1 library: bytes stay what they are, and nothing is encoded twice."""

from __future__ import annotations

import pytest
from asn1crypto import core

from mou_service.trust import encoding, names  # noqa: F401  (whoever reads names has the correction)


class Inner(core.Sequence):
    _fields = [("text", core.OctetString)]


class Outer(core.Sequence):
    _fields = [("inner", Inner), ("padding", core.OctetString)]


def of_length(size: int) -> bytes:
    """An `Outer` whose contents have just that many octets."""
    for padding in range(size):
        made = Outer({"inner": {"text": b"x" * 20}, "padding": b"p" * padding})
        if len(made.contents or made.dump()[4:]) == size:
            return bytes(made.dump())
    raise AssertionError(size)


@pytest.mark.parametrize("size", [127, 128, 255, 256, 384, 640, 896])
def test_what_was_read_is_written_as_it_was_and_not_encoded_again(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    der = of_length(size)
    value = Outer.load(der)
    assert len(value.native["inner"]["text"]) == 20
    encoded: list[object] = []
    original = core.Sequence._set_contents
    monkeypatch.setattr(core.Sequence, "_set_contents", lambda s, force=False: (encoded.append(s), original(s, force)))
    assert value.dump() == der
    assert encoded == []


def test_a_value_of_indefinite_length_is_still_made_definite() -> None:
    der = Inner({"text": b"abc"}).dump()
    indefinite = b"\x30\x80" + der[2:] + b"\x00\x00"
    assert Inner.load(indefinite).dump(force=True) == der
    assert Inner.load(indefinite).dump() == der


def test_the_correction_is_in_its_place_once() -> None:
    before = core.Sequence.dump
    encoding.keep_definite_lengths()
    assert core.Sequence.dump is before
    assert hasattr(before, "keeps_definite_lengths")
