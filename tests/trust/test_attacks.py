"""Every known attack on a signed file is refused, and told by its name."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Callable

import pytest

from mou_service.trust.authority import Authority
from mou_service.trust.verify import Expected, Verdict, verify
from tests.trust import attacks, makers


def judge(pdf: bytes, authority: Authority, expected: Expected | None = None) -> Verdict:
    return verify(pdf, roots=authority.roots, expected=expected, at=makers.LATER)


def known(final: bytes) -> Expected:
    ends = attacks.revisions(final)
    hashes = tuple(hashlib.sha256(final[:end]).hexdigest() for end in ends)
    fields = ("Certification", *makers.FIELDS)
    return Expected(hashlib.sha256(final).hexdigest(), revisions=len(ends), fields=fields, revision_sha256=hashes)


CHANGES: list[tuple[attacks.Attack, str]] = [
    (attacks.replace_page, "page_replaced"),
    (attacks.replace_content_stream, "page_replaced"),
    (attacks.swap_pages, "page_replaced"),
    (attacks.turn_page, "page_replaced"),
    (attacks.append_page, "page_appended"),
    (attacks.remove_page, "page_removed"),
    (attacks.overlay, "annotation_or_overlay_added"),
    (attacks.add_text_field, "annotation_or_overlay_added"),
    (attacks.swap_stamp, "stamp_swapped"),
    (attacks.swap_stamp_drawing, "stamp_swapped"),
    (attacks.move_stamp, "stamp_swapped"),
    (attacks.remove_signature_value, "signature_replaced"),
    (attacks.hide_drawing, "content_hidden_or_font_swapped"),
    (attacks.swap_font, "content_hidden_or_font_swapped"),
    (attacks.swap_resources, "content_hidden_or_font_swapped"),
    (attacks.add_layers, "content_hidden_or_font_swapped"),
    (attacks.free_an_object, "content_hidden_or_font_swapped"),
    (attacks.change_title, "metadata_changed"),
    (attacks.change_xmp, "metadata_changed"),
    (attacks.add_action, "document_changed"),
    (attacks.remove_validation_data, "validation_data_removed"),
]


@pytest.mark.parametrize(("attack", "code"), CHANGES)
def test_a_change_after_signing_is_named(
    attack: attacks.Attack, code: str, halfway: bytes, authority: Authority
) -> None:
    verdict = judge(attack(halfway), authority)
    assert verdict.outcome == "not_valid"
    assert code in verdict.codes
    assert all(signature.later_changes == "not_allowed" for signature in verdict.signatures)


@pytest.mark.parametrize(("attack", "code"), CHANGES[::3])
def test_a_change_after_the_seal_is_named(
    attack: attacks.Attack, code: str, final: bytes, authority: Authority
) -> None:
    verdict = judge(attack(final), authority)
    assert verdict.outcome == "not_valid"
    assert code in verdict.codes
    assert not any(signature.valid for signature in verdict.signatures)


def test_a_change_names_the_page_and_the_revision(final: bytes, authority: Authority) -> None:
    verdict = judge(attacks.replace_page(final), authority)
    finding = next(finding for finding in verdict.findings if finding.code == "page_replaced")
    assert finding.facts == {"page": 2, "revision": len(attacks.revisions(final)) + 1}
    assert finding.sentence == "The content of page 2 was replaced after signing."


def test_a_drawing_in_an_empty_field_is_no_signature(halfway: bytes, authority: Authority) -> None:
    verdict = judge(attacks.draw_into_empty_field(halfway), authority)
    assert verdict.outcome == "not_valid"
    assert {"annotation_or_overlay_added", "incomplete"} <= verdict.codes


def test_a_changed_byte_is_found(final: bytes, authority: Authority) -> None:
    verdict = judge(attacks.flip_in_first_page(final), authority)
    assert verdict.outcome == "not_valid"
    assert "byte_changed" in verdict.codes
    assert not any(signature.intact for signature in verdict.signatures)


def test_no_changed_byte_anywhere_stays_unnoticed(final: bytes, authority: Authority) -> None:
    chance = random.Random(20240327)
    places = [chance.randrange(len(final)) for _ in range(20)]
    outcomes = {place: judge(attacks.flip(final, place), authority).outcome for place in places}
    assert {place for place, outcome in outcomes.items() if outcome == "valid"} == set()


def test_a_letter_of_a_signature_written_small(final: bytes, authority: Authority) -> None:
    """It changes a byte and no value: only a verifier that looks at the bytes can see it."""
    last = list(re.finditer(rb"/Contents <[0-9]*[A-F]", final))[-1].end() - 1
    verdict = judge(attacks.flip(final, last), authority)
    assert verdict.outcome == "not_valid"
    assert [finding.code for finding in verdict.errors] == ["byte_changed"]


def test_a_last_revision_that_cannot_be_read(final: bytes, authority: Authority) -> None:
    end = list(re.finditer(rb"/Contents <", final))[-1].end()
    verdict = judge(final[:end] + b"!" + final[end + 1 :], authority)
    assert verdict.outcome == "not_valid"
    assert "end_damaged" in verdict.codes
    assert {signature.field for signature in verdict.signatures} >= set(makers.FIELDS)


def test_a_changed_byte_that_makes_the_file_unreadable_is_still_named(final: bytes, authority: Authority) -> None:
    start = int(re.findall(rb"startxref\s+(\d+)", final)[0])
    verdict = judge(attacks.flip(final, start), authority)
    assert verdict.outcome == "not_valid"
    assert "byte_changed" in verdict.codes


BYTE_RANGES: list[Callable[[list[int]], bytes]] = [
    lambda numbers: b"0 0 0 0",
    lambda numbers: b"0 %d" % numbers[1],
    lambda numbers: b"",
    lambda numbers: b"0 -%d %d 1" % (numbers[1] % 1000, numbers[2] % 1000),
    lambda numbers: b"1 %d %d %d" % (numbers[1] - 1, numbers[2], numbers[3]),
    lambda numbers: b"0 %d %d 9" % (numbers[1], numbers[2]),
    lambda numbers: b"0 9 %d %d" % (numbers[2], numbers[3]),
]


@pytest.mark.parametrize("game", BYTE_RANGES)
def test_games_with_the_byte_range(game: Callable[[list[int]], bytes], final: bytes, authority: Authority) -> None:
    verdict = judge(attacks.change_byte_range(final, to=game, number=1), authority)
    assert verdict.outcome == "not_valid"
    assert {"byte_range_game", "signature_wrapping"} & verdict.codes


def test_a_removed_byte_range(final: bytes, authority: Authority) -> None:
    verdict = judge(attacks.remove_byte_range(final), authority)
    assert verdict.outcome == "not_valid"
    assert "byte_range_game" in verdict.codes


def test_bytes_hidden_behind_a_signature(final: bytes, authority: Authority) -> None:
    verdict = judge(attacks.fill_padding(final), authority)
    assert verdict.outcome == "not_valid"
    assert "byte_range_game" in verdict.codes


def test_signature_wrapping(final: bytes, authority: Authority) -> None:
    begun = makers.sign_field(makers.certified(authority), authority, "Signatory1")
    for good in (begun, final):
        verdict = judge(attacks.wrap_signature(good), authority)
        assert verdict.outcome == "not_valid"
        assert "signature_wrapping" in verdict.codes


def test_a_stranger_signs_for_someone_else(halfway: bytes, authority: Authority, stranger: Authority) -> None:
    verdict = judge(attacks.sign_as_stranger(halfway, stranger, field="Signatory2"), authority)
    assert verdict.outcome == "not_valid"
    assert "foreign_signature_added" in verdict.codes
    theirs = next(signature for signature in verdict.signatures if signature.field == "Signatory2")
    assert theirs.intact and not theirs.trusted and not theirs.valid


@pytest.mark.parametrize("visible", [True, False])
def test_a_stranger_adds_a_signature(visible: bool, final: bytes, authority: Authority, stranger: Authority) -> None:
    verdict = judge(attacks.add_foreign_field(final, stranger, visible=visible), authority)
    assert verdict.outcome == "not_valid"
    assert "foreign_signature_added" in verdict.codes


def test_our_own_signature_after_the_seal_is_refused(authority: Authority) -> None:
    pdf = makers.certified(authority)
    for field in ("Signatory1", "Seal"):
        pdf = makers.sign_field(pdf, authority, field)
    verdict = judge(attacks.sign_by_force(pdf, authority, field="Signatory2"), authority)
    assert verdict.outcome == "not_valid"
    assert "signed_after_lock" in verdict.codes


def test_an_earlier_state_is_found_when_the_archive_knows_better(final: bytes, authority: Authority) -> None:
    expected = known(final)
    for end in attacks.revisions(final)[2:-1]:
        verdict = judge(final[:end], authority, expected)
        assert verdict.outcome == "not_valid"
        assert {"archived_bytes_different", "revision_rolled_back"} <= verdict.codes


def test_the_archived_bytes(final: bytes, authority: Authority) -> None:
    verdict = judge(final, authority, known(final))
    assert verdict.outcome == "valid"
    assert "archived_bytes_equal" in verdict.codes


def test_another_valid_file_is_not_the_archived_one(final: bytes, authority: Authority) -> None:
    other = makers.final_file(authority)
    verdict = judge(other, authority, known(final))
    assert verdict.outcome == "not_valid"
    assert verdict.codes >= {"archived_bytes_different"}
    assert "revision_rolled_back" not in verdict.codes


@pytest.mark.parametrize("junk", [b"junk", b"\n\n%%EOF", b"\x00" * 5000, b"  \n"])
def test_bytes_behind_the_end(junk: bytes, final: bytes, authority: Authority) -> None:
    verdict = judge(final + junk, authority)
    assert verdict.outcome == "not_valid"


def test_trailing_bytes_are_counted(final: bytes, authority: Authority) -> None:
    verdict = judge(final + b"hello", authority)
    assert {finding.code: finding.facts for finding in verdict.errors} == {"trailing_bytes": {"count": 5}}


@pytest.mark.parametrize("share", [0.3, 0.5, 0.8, 0.95, 0.999])
def test_a_truncated_file(share: float, final: bytes, authority: Authority) -> None:
    verdict = judge(final[: int(len(final) * share)], authority)
    assert verdict.outcome == "not_valid"
    assert "truncated" in verdict.codes


def test_a_witness_who_did_not_sign_before_the_seal(authority: Authority) -> None:
    pdf = makers.certified(authority, level="B-B")
    for field in ("Signatory1", "Signatory2", "Witness1", "Seal"):
        pdf = makers.sign_field(pdf, authority, field, level="B-B")
    verdict = judge(pdf, authority)
    assert verdict.outcome == "valid"
    assert {finding.code: finding.facts for finding in verdict.findings} == {"left_empty": {"fields": ["Witness2"]}}
    demanding = Expected(sha256="", revisions=0, fields=("Witness2",))
    assert "incomplete" in judge(pdf, authority, demanding).codes


def test_a_signatory_who_did_not_sign_before_the_seal(authority: Authority) -> None:
    pdf = makers.sign_field(makers.certified(authority, level="B-B"), authority, "Seal", level="B-B")
    verdict = judge(pdf, authority)
    assert verdict.outcome == "not_valid"
    assert {finding.code: finding.facts for finding in verdict.errors} == {
        "incomplete": {"fields": ["Signatory1", "Signatory2"]}
    }


def test_an_incomplete_file(halfway: bytes, authority: Authority) -> None:
    verdict = judge(halfway, authority)
    assert verdict.outcome == "not_valid"
    assert [finding.code for finding in verdict.errors] == ["incomplete"]
    assert verdict.errors[0].facts == {"fields": ["Signatory2", "Witness1", "Witness2", "Seal"]}
    assert all(signature.valid for signature in verdict.signatures)


def test_a_file_that_is_not_ours(authority: Authority, stranger: Authority) -> None:
    verdict = judge(makers.final_file(stranger), authority)
    assert verdict.outcome == "not_valid"
    assert [finding.code for finding in verdict.errors] == ["not_ours"]


def test_a_file_without_signatures(authority: Authority) -> None:
    verdict = judge(makers.a_frozen_document(), authority)
    assert verdict.outcome == "not_valid"
    assert [finding.code for finding in verdict.errors] == ["unsigned"]


def test_a_changed_certificate_inside_the_last_signature(final: bytes, authority: Authority) -> None:
    """Nothing covers it and nothing needs it: other programs do not notice."""
    start = list(re.finditer(rb"/Contents <", final))[-1].end()
    inside = bytes.fromhex(final[start : final.index(b">", start)].decode())
    issuer = start + 2 * inside.index(authority.issuer.dump())
    for place in (issuer + 40, issuer + 300, issuer + 700):
        digit = b"1" if final[place : place + 1] != b"1" else b"2"
        verdict = judge(final[:place] + digit + final[place + 1 :], authority)
        assert (verdict.outcome, "signature_damaged" in verdict.codes) == ("not_valid", True)
