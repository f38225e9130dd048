"""What somebody may do to a document that this service archived, and by which name /verify tells it."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from mou_service.agreements.queries import get
from mou_service.archive import queries, verification
from mou_service.archive.roots import accepted_today
from mou_service.engines import Engines
from mou_service.trust.authority import Authority, open_authority
from tests import cast as casting
from tests import makers
from tests.trust import attacks
from tests.trust import makers as trusted

Change = Callable[[bytes], bytes]


@pytest.fixture
def ref(app: Flask, engines: Engines) -> str:
    return makers.an_agreement(casting.people(), engines, at="archived").ref


@pytest.fixture
def final(ref: str, engines: Engines) -> bytes:
    return engines.files.get(queries.record_of(ref).final)


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    folder: Path = tmp_path_factory.mktemp("stranger")
    return open_authority(
        folder, b"other", institution="Shanghai Polytechnic University", country="CN", at=trusted.START
    )


def asked(content: bytes, engines: Engines) -> verification.Answer:
    return verification.of_upload(content, roots=accepted_today(engines), files=engines.files)


def _cut(share: float) -> Change:
    return lambda pdf: pdf[: int(len(pdf) * share)]


CHANGES: list[tuple[str, Change, str]] = [
    ("a byte", attacks.flip_in_first_page, "byte_changed"),
    ("a page replaced", attacks.replace_page, "page_replaced"),
    ("its drawing replaced", attacks.replace_content_stream, "page_replaced"),
    ("a page appended", attacks.append_page, "page_appended"),
    ("a page removed", attacks.remove_page, "page_removed"),
    ("an overlay", attacks.overlay, "annotation_or_overlay_added"),
    ("a form field", attacks.add_text_field, "annotation_or_overlay_added"),
    ("a stamp swapped", attacks.swap_stamp, "stamp_swapped"),
    ("its drawing swapped", attacks.swap_stamp_drawing, "stamp_swapped"),
    ("a font swapped", attacks.swap_font, "content_hidden_or_font_swapped"),
    ("its letters swapped", attacks.swap_font_program, "content_hidden_or_font_swapped"),
    ("content hidden", attacks.swap_resources, "content_hidden_or_font_swapped"),
    ("layers", attacks.add_layers, "content_hidden_or_font_swapped"),
    ("a byte range emptied", lambda pdf: attacks.change_byte_range(pdf, to=lambda _: b"0 0 0 0", number=1), "byte_range_game"),
    ("a byte range removed", attacks.remove_byte_range, "byte_range_game"),
    ("padding filled", attacks.fill_padding, "byte_range_game"),
    ("a signature wrapped", attacks.wrap_signature, "signature_wrapping"),
    ("the title", attacks.change_title, "metadata_changed"),
    ("the properties", attacks.change_xmp, "metadata_changed"),
    ("an action", attacks.add_action, "document_changed"),
    ("validation data removed", attacks.remove_validation_data, "validation_data_removed"),
    ("a signature taken out", attacks.remove_signature_value, "signature_replaced"),
    ("bytes behind the end", lambda pdf: pdf + b"\n% one line more\n", "trailing_bytes"),
    ("a tenth of it cut off", _cut(0.9), "truncated"),
    ("its last byte but a few", _cut(0.999), "truncated"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "code"), [each[1:] for each in CHANGES], ids=[each[0] for each in CHANGES])
def test_a_change_of_an_archived_document_is_named(
    change: Change, code: str, final: bytes, ref: str, engines: Engines
) -> None:
    found = asked(change(final), engines)
    assert (found.verdict.outcome, found.archived) == ("not_valid", False)
    assert code in found.verdict.codes
    if found.verdict.signatures:
        assert found.agreement is not None and found.agreement.ref == ref


@pytest.mark.parametrize("visible", [True, False])
def test_a_foreign_signature_is_named(visible: bool, final: bytes, stranger: Authority, engines: Engines) -> None:
    found = asked(attacks.add_foreign_field(final, stranger, visible=visible), engines)
    assert found.verdict.outcome == "not_valid"
    assert "foreign_signature_added" in found.verdict.codes


def test_every_earlier_state_is_named(final: bytes, ref: str, engines: Engines) -> None:
    ends = [end for end in attacks.revisions(final)[:-1] if b"/ByteRange" in final[:end]]
    assert len(ends) == len(queries.record_of(ref).fields) - 1
    for end in ends:
        found = asked(final[:end], engines)
        assert found.verdict.outcome == "not_valid"
        assert "revision_rolled_back" in found.verdict.codes
        assert found.agreement is not None and found.agreement.ref == ref


def test_a_missing_signature_is_named(ref: str, engines: Engines) -> None:
    package = get(ref).package
    assert package is not None and package.slots[0].revision is not None
    found = asked(engines.files.get(package.slots[0].revision), engines)
    missing = next(finding for finding in found.verdict.errors if finding.code == "incomplete")
    assert {"Signatory2", "Seal"} <= set(missing.facts["fields"])


def test_a_document_of_others_is_named(ref: str, engines: Engines, stranger: Authority) -> None:
    found = asked(trusted.final_file(stranger), engines)
    assert (found.verdict.outcome, found.agreement) == ("not_valid", None)
    assert "not_ours" in found.verdict.codes


def test_nothing_random_passes_and_nothing_random_is_too_much(final: bytes, engines: Engines) -> None:
    """A short run of what was run at length by hand: flips, cuts and insertions never give a valid file."""
    chance = random.Random(20240327)
    for _ in range(12):
        changed, place, length = bytearray(final), chance.randrange(len(final)), chance.choice((1, 1, 2, 20, 300))
        kind = chance.choice(("flip", "cut", "insert", "space"))
        if kind == "flip":
            changed[place] ^= 1 << chance.randrange(8)
        elif kind == "cut":
            del changed[place : place + length]
        else:
            changed[place:place] = chance.randbytes(length) if kind == "insert" else b" " * length
        assert asked(bytes(changed), engines).verdict.outcome not in ("valid", "lapsed"), (kind, place, length)
