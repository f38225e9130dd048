"""Signing: one revision per act, earlier signatures stay valid, and the level is what was asked for or an error."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko_certvalidator import ValidationContext

from mou_service.core.errors import EngineFailed, Missing, Refused, Stale
from mou_service.trust import evidence, sign
from mou_service.trust.authority import Authority
from mou_service.trust.chains import load_roots
from mou_service.trust.keys import Credential, KeySigner
from mou_service.trust.verify import verify
from tests.trust import makers


def _person(authority: Authority) -> Credential:
    return authority.issue_person("Ann Example", "Somewhere", "Rector", at=makers.START)


def _sign(pdf: sign.PDF, authority: Authority, field: str, **options: object) -> sign.Signed[sign.PDF]:
    given = {"reason": "I sign", "location": "Shanghai", "at": makers.START, "stamp": makers.a_stamp(), **options}
    return sign.sign(pdf, field=field, credential=_person(authority), **given)  # type: ignore[arg-type]


def test_every_act_only_adds_to_the_file(authority: Authority) -> None:
    before = makers.a_frozen_document()
    for step in range(len(makers.FIELDS) + 1):
        after = (
            sign.certify(before, credential=authority.platform, at=makers.START).pdf
            if step == 0
            else makers.sign_field(before, authority, makers.FIELDS[step - 1])
        )
        assert after.startswith(before)
        verdict = verify(after, roots=authority.roots, at=makers.LATER)
        assert len(verdict.signatures) == step + 1
        assert all(signature.valid for signature in verdict.signatures)
        assert verdict.signatures[-1].covers_whole_file
        before = after


class _InPieces(io.BytesIO):
    """A file that is too large to be read at once."""

    def read(self, size: int | None = -1) -> bytes:
        assert size is not None and 0 <= size <= 8192
        return super().read(size)


def test_a_file_is_signed_where_it_lies(authority: Authority) -> None:
    """With the same parts a file gets what bytes get; only the signatures themselves differ."""
    file = _InPieces(makers.a_frozen_document(pages=40))
    at = makers.START
    assert sign.certify(file, credential=authority.platform, at=at).pdf is file
    for field in makers.FIELDS[:-1]:
        _sign(file, authority, field)
    sign.seal(
        file, field="Seal", credential=authority.seal, stamp=makers.a_stamp(), reason="Sealed", location="", at=at
    )
    sign.timestamp(file, source=authority.timestamps, evidence=authority.validation_data(at), at=at)
    verdict = verify(file.getvalue(), roots=authority.roots, at=makers.LATER)
    assert verdict.outcome == "valid"
    assert [signature.field for signature in verdict.signatures[1:-1]] == list(makers.FIELDS)


def test_another_verifier_agrees(validated: bytes, authority: Authority) -> None:
    """pyHanko's own policy, which looks at every pair of revisions, finds nothing to object to."""
    reader = PdfFileReader(io.BytesIO(validated))
    assert len(reader.embedded_signatures) == 7
    trust = ValidationContext(trust_roots=load_roots(authority.roots), moment=makers.LATER, allow_fetching=False)
    for signature in reader.embedded_signatures:
        if signature.sig_object_type == "/DocTimeStamp":
            stamp = validate_pdf_timestamp(signature, trust)
            assert stamp.intact and stamp.valid and stamp.trusted
        else:
            assert validate_pdf_signature(signature, trust).bottom_line


def test_the_signature_dictionary_tells_what_was_given(halfway: bytes, authority: Authority) -> None:
    long_name = "Professor Doctor " * 6 + "Ann Example"
    person = authority.issue_person(long_name, "Somewhere", at=makers.START)
    signed = sign.sign(
        halfway,
        field="Signatory2",
        credential=person,
        stamp=makers.a_stamp(),
        reason="Unterschrift für die Universität",
        location="上海",
        contact="ann@example.org",
        name=long_name,
        at=makers.START,
    )
    written = PdfFileReader(io.BytesIO(signed.pdf)).embedded_signatures[-1].sig_object
    assert written["/SubFilter"] == "/ETSI.CAdES.detached"
    assert (written["/Reason"], written["/Location"]) == ("Unterschrift für die Universität", "上海")
    assert written["/M"].startswith("D:20260327023000")
    described = verify(signed.pdf, roots=authority.roots, at=makers.LATER).signatures[-1]
    assert described.name == long_name
    assert described.location == "上海"


def test_a_name_that_the_certificate_does_not_carry_is_not_believed(halfway: bytes, authority: Authority) -> None:
    signed = _sign(halfway, authority, "Signatory2", name="Somebody Else")
    assert verify(signed.pdf, roots=authority.roots, at=makers.LATER).signatures[-1].name == "Ann Example"


def test_the_stamp_is_drawn_and_nothing_unembedded_comes_with_it(halfway: bytes, authority: Authority) -> None:
    signed = _sign(halfway, authority, "Signatory2")
    field = PdfFileReader(io.BytesIO(signed.pdf)).embedded_signatures[-1].sig_field
    drawn = field["/AP"]["/N"]["/Resources"]["/XObject"]["/Stamp"]
    assert b"signed" in drawn.data
    assert b"Courier" not in signed.pdf[len(halfway) :]


def test_a_field_that_is_not_there(halfway: bytes, authority: Authority) -> None:
    with pytest.raises(Missing, match="Signatory9"):
        _sign(halfway, authority, "Signatory9")


def test_a_field_that_is_signed_already(halfway: bytes, authority: Authority) -> None:
    with pytest.raises(Stale, match="Signatory1"):
        _sign(halfway, authority, "Signatory1")


def test_certifying_comes_first(halfway: bytes, authority: Authority) -> None:
    with pytest.raises(Refused, match="before the first signature"):
        sign.certify(halfway, credential=authority.platform)


def test_after_the_seal_nobody_signs(authority: Authority) -> None:
    pdf = makers.sign_field(makers.certified(authority), authority, "Seal")
    with pytest.raises(Refused, match="locked the document"):
        _sign(pdf, authority, "Signatory1")


@pytest.mark.parametrize("content", [b"", b"no pdf", b"%PDF-1.7\nbroken\n%%EOF"])
def test_what_is_no_pdf(content: bytes, authority: Authority) -> None:
    with pytest.raises(EngineFailed, match="not a PDF") as caught:
        sign.certify(content, credential=authority.platform)
    assert caught.value.permanent


@pytest.mark.parametrize("level", ["B-B", "B-T", "B-LT"])
def test_the_level_that_was_reached(level: sign.Level, authority: Authority) -> None:
    signed = _sign(makers.certified(authority), authority, "Signatory1", level=level, timestamps=authority.timestamps)
    assert signed.level == level
    assert signed.placeholder is (level != "B-B")
    seen = verify(signed.pdf, roots=authority.roots, at=makers.LATER).signatures[-1]
    assert (seen.level, seen.time_source) == (level, "claimed" if level == "B-B" else "placeholder")


def test_without_revocation_data_the_level_is_lower_and_said_so(authority: Authority) -> None:
    mine = _person(authority)
    assert isinstance(mine.signer, KeySigner)
    signed = sign.sign(
        makers.certified(authority),
        field="Signatory1",
        credential=Credential(mine.signer, mine.chain),
        stamp=makers.a_stamp(),
        reason="",
        location="",
        level="B-LT",
        timestamps=authority.timestamps,
        at=makers.START,
    )
    assert signed.level == "B-T"


def test_a_level_with_time_needs_a_source(authority: Authority) -> None:
    with pytest.raises(ValueError, match="time-stamps"):
        _sign(makers.certified(authority), authority, "Signatory1", level="B-T")


def test_the_archive_level(final: bytes, authority: Authority) -> None:
    verdict = verify(final, roots=authority.roots, at=makers.LATER)
    assert {signature.level for signature in verdict.signatures[:-1]} == {"B-LTA"}
    at = makers.START + timedelta(days=1)
    again = sign.timestamp(final, source=authority.timestamps, evidence=authority.validation_data(at), at=at)
    assert (again.level, again.placeholder) == ("B-LTA", True)
    assert again.pdf.startswith(final)
    renewed = verify(again.pdf, roots=authority.roots, at=makers.LATER)
    assert renewed.outcome == "valid"
    assert [signature.kind for signature in renewed.signatures[-2:]] == ["timestamp", "timestamp"]


def test_a_revocation_list_is_carried_once(validated: bytes) -> None:
    carried = evidence.validation_data(validated)
    assert len(carried.revocation_lists) == len(set(carried.revocation_lists)) <= 8
    assert len(carried.certificates) == 3


def test_a_whole_ceremony_stays_small(final: bytes, validated: bytes) -> None:
    frozen = len(makers.a_frozen_document())
    assert len(final) - frozen < 60_000
    assert len(validated) - frozen < 90_000


def test_time_stamps_have_names_of_their_own(final: bytes, authority: Authority) -> None:
    twice = sign.timestamp(final, source=authority.timestamps, at=makers.LATER).pdf
    stamps = [part.field for part in evidence.signatures(twice) if part.is_timestamp]
    assert len(set(stamps)) == 2
