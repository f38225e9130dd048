"""The verdict on good files, on unusual ones, and on files made to harm the one who looks at them."""

from __future__ import annotations

import io
import json
import random
import zlib
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import pem

from mou_service.trust import sign
from mou_service.trust.authority import Authority, open_authority
from mou_service.trust.verdict import WORDS, Finding
from mou_service.trust.verify import Limits, Verdict, verify
from tests.trust import attacks, makers


def judge(pdf: bytes, authority: Authority, **options: object) -> Verdict:
    given = {"roots": authority.roots, "at": makers.LATER, **options}
    return verify(pdf, **given)  # type: ignore[arg-type]


def test_a_finished_file(final: bytes, authority: Authority) -> None:
    verdict = judge(final, authority)
    assert verdict.outcome == "valid"
    assert verdict.pages == 3
    kinds = [signature.kind for signature in verdict.signatures]
    assert kinds == ["certification", "signatory", "signatory", "witness", "witness", "seal", "timestamp"]
    assert verdict.codes == {"placeholder_time"}
    first = verdict.signatures[1]
    assert (first.name, first.organisation, first.title) == makers.PEOPLE["Signatory1"]
    assert first.at == makers.START + timedelta(minutes=1)
    assert first.trusted_by == "Own University MoU Root"
    assert [signature.later_changes for signature in verdict.signatures] == ["allowed"] * 6 + ["none"]


def test_every_name_survives(final: bytes, authority: Authority) -> None:
    shown = {signature.name for signature in judge(final, authority).signatures}
    assert shown >= {name for name, _, _ in makers.PEOPLE.values()}


def test_the_verdict_is_plain_data(final: bytes, halfway: bytes, authority: Authority) -> None:
    for pdf in (final, halfway, attacks.replace_page(final), b"", final[:20000]):
        verdict = judge(pdf, authority)
        data = json.loads(json.dumps(verdict.as_json(), ensure_ascii=False))
        assert data["outcome"] == verdict.outcome
        assert data["size"] == len(pdf)
        assert [each["code"] for each in data["findings"]] == [finding.code for finding in verdict.findings]
        assert all(each["sentence"].endswith(".") and "{" not in each["sentence"] for each in data["findings"])
        assert [each["valid"] for each in data["signatures"]] == [each.valid for each in verdict.signatures]


def test_every_sentence_can_be_said() -> None:
    facts = dict.fromkeys(
        ("field", "page", "count", "part", "fields", "limit", "found", "expected", "since", "signer"), "x"
    )
    for code, (severity, _) in WORDS.items():
        sentence = Finding(code, facts).sentence
        assert sentence.endswith(".") and "{" not in sentence
        assert severity in ("error", "warning", "information")


def test_a_root_in_pem_is_as_good(final: bytes, authority: Authority) -> None:
    armoured = pem.armor("CERTIFICATE", authority.roots[0])
    assert verify(final, roots=[armoured], at=makers.LATER).outcome == "valid"


def test_without_roots_nothing_is_trusted(final: bytes) -> None:
    verdict = verify(final, roots=[], at=makers.LATER)
    assert verdict.outcome == "not_valid"
    assert [finding.code for finding in verdict.errors] == ["not_ours"]


def _one_signature(authority: Authority, *, level: sign.Level = "B-B") -> bytes:
    pdf = makers.certified(authority, level=level, fields=("Signatory1",))
    return makers.sign_field(pdf, authority, "Signatory1", level=level)


def test_years_later_the_file_is_valid_if_it_was_stamped_again(authority: Authority) -> None:
    stamped = sign.timestamp(_one_signature(authority), source=authority.timestamps, at=makers.LATER).pdf
    again = makers.START + timedelta(days=9 * 365)
    renewed = sign.timestamp(stamped, source=authority.timestamps, evidence=authority.validation_data(again), at=again)
    assert judge(renewed.pdf, authority, at=again + timedelta(days=30)).outcome == "valid"
    forgotten = judge(stamped, authority, at=makers.START + timedelta(days=12 * 365))
    assert forgotten.outcome == "lapsed"
    assert forgotten.codes == {"protection_ended", "placeholder_time"}


def test_a_certificate_taken_back(tmp_path: Path) -> None:
    authority = open_authority(tmp_path, b"secret", institution="Own", country="CN", at=makers.START)
    signed = _one_signature(authority)
    assert judge(signed, authority).outcome == "valid"
    serial = judge(signed, authority).signatures[1].serial
    authority.revoke(serial, reason="not she", at=makers.START)
    newest = [authority.revocation_list(makers.LATER)]
    verdict = verify(signed, roots=authority.roots, revocation_lists=newest, at=makers.LATER)
    assert verdict.outcome == "not_valid"
    assert "certificate_revoked" in verdict.codes


def test_taken_back_after_signing_does_not_undo_it(tmp_path: Path) -> None:
    authority = open_authority(tmp_path, b"secret", institution="Own", country="CN", at=makers.START)
    pdf = _one_signature(authority, level="B-LT")
    authority.revoke(judge(pdf, authority).signatures[1].serial, reason="left", at=makers.START + timedelta(days=1))
    newest = [authority.revocation_list(makers.LATER)]
    assert judge(pdf, authority, revocation_lists=newest).outcome == "valid"


# --- files that are none, or that want to harm -------------------------------------------------------------------


def test_what_is_no_pdf(authority: Authority) -> None:
    for content in (b"", b"hello", b"PK\x03\x04" + bytes(100), b"\x00" * 1000):
        verdict = judge(content, authority)
        assert verdict.outcome == "unreadable"
        assert verdict.codes == {"not_a_pdf"}


def test_a_protected_file(authority: Authority) -> None:
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(makers.a_frozen_document())) as pdf:
        pdf.save(output, encryption=pikepdf.Encryption(owner="x", user="y"))
    verdict = judge(output.getvalue(), authority)
    assert (verdict.outcome, verdict.codes) == ("unreadable", {"encrypted"})


def test_a_file_that_is_too_large(final: bytes, authority: Authority) -> None:
    verdict = judge(final, authority, limits=Limits(bytes=1000))
    assert (verdict.outcome, verdict.codes) == ("unreadable", {"too_large"})


def test_a_file_that_takes_too_long(final: bytes, authority: Authority) -> None:
    verdict = judge(final, authority, limits=Limits(seconds=0.001))
    assert (verdict.outcome, verdict.codes) == ("unreadable", {"too_complex"})


def test_too_many_signatures_or_revisions(final: bytes, authority: Authority) -> None:
    for limits in (Limits(signatures=3), Limits(revisions=3)):
        assert judge(final, authority, limits=limits).codes == {"too_complex"}


def _a_file(*objects: bytes, root: int = 1) -> bytes:
    """A PDF of these objects, numbered from 1."""
    out, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer\n<</Size %d /Root %d 0 R>>\n" % (len(objects) + 1, root)
    start = len(out)
    return (
        out
        + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
        + table
        + trailer
        + b"startxref\n%d\n%%%%EOF\n" % start
    )


def _field(value: bytes) -> tuple[bytes, ...]:
    return (
        b"<</Type /Catalog /Pages 2 0 R /AcroForm <</Fields [4 0 R]>> >>",
        b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
        b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 9 9]>>",
        b"<</FT /Sig /T (A) /V 5 0 R>>",
        value,
    )


HOSTILE = {
    "nested arrays": _a_file(b"<</Type /Catalog /Pages 2 0 R /X " + b"[" * 50_000 + b"]" * 50_000 + b">>", b"<<>>"),
    "a page tree in circles": _a_file(b"<</Type /Catalog /Pages 2 0 R>>", b"<</Type /Pages /Kids [2 0 R 2 0 R]>>"),
    "fields in circles": _a_file(
        b"<</Type /Catalog /Pages 2 0 R /AcroForm <</Fields [3 0 R]>> >>",
        b"<</Type /Pages /Kids []>>",
        b"<</T (A) /Kids [3 0 R]>>",
    ),
    "a root that is not there": _a_file(b"<<>>", root=9),
    "a root that is a number": _a_file(b"7"),
    "no pages": _a_file(b"<</Type /Catalog>>"),
    "a signature of nothing": _a_file(*_field(b"<<>>")),
    "a signature that is a number": _a_file(*_field(b"42")),
    "a signature without end": _a_file(*_field(b"<</ByteRange [0 99999999999 999999999999 9] /Contents <30> >>")),
    "a signature of words": _a_file(*_field(b"<</ByteRange [/A /B /C /D] /Contents <3080> >>")),
    "a signature of rubbish": _a_file(
        *_field(b"<</SubFilter /ETSI.CAdES.detached /ByteRange [0 10 20 30] /Contents <" + b"30" * 400 + b">>>")
    ),
    "a certificate store of rubbish": _a_file(
        b"<</Type /Catalog /Pages 2 0 R /DSS <</Certs 7 /CRLs [2 0 R] /OCSPs (x)>> /AcroForm <</Fields [4 0 R]>> >>",
        *_field(b"<<>>")[1:],
    ),
    "only an end": b"%PDF-1.7\n%%EOF\n",
    "a table far away": b"%PDF-1.7\nstartxref\n99999999\n%%EOF\n",
    "a table in circles": b"%PDF-1.7\nxref\n0 0\ntrailer\n<</Size 1 /Root 1 0 R /Prev 9>>\nstartxref\n9\n%%EOF\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_answered(name: str, authority: Authority) -> None:
    verdict = judge(HOSTILE[name], authority)
    assert verdict.outcome != "valid"
    assert verdict.findings


def test_a_bomb_in_an_object_stream(authority: Authority) -> None:
    packed = zlib.compress(zlib.compress(bytes(60_000_000), 9), 9)
    stream = b"<</Type /XRef /W [1 2 1] /Size 4 /Root 1 0 R /Filter [/FlateDecode /FlateDecode] /Length %d>>\nstream\n"
    head = b"%PDF-1.7\n"
    body = b"1 0 obj\n" + stream % len(packed) + packed + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(head)
    assert judge(head + body, authority).outcome == "unreadable"


def test_a_web_of_references_does_not_explode(authority: Authority, halfway: bytes) -> None:
    """Forty layers of pairs have a million million ways through; each object is looked at once."""
    editor = attacks.Editor(halfway)
    lower = editor.writer.add_object(attacks.generic.DictionaryObject())
    for _ in range(40):
        pair = attacks.generic.ArrayObject([lower, lower])
        lower = editor.writer.add_object(pair)
    page = editor.page(0)
    page["/Web"] = lower
    editor.touch(page)
    editor2 = attacks.Editor(editor.done())
    drawings = editor2.page(0)["/Resources"]["/XObject"]
    editor2.override(drawings.raw_get(next(iter(drawings))), attacks.generic.StreamObject(stream_data=b""))
    assert "content_hidden_or_font_swapped" in judge(editor2.done(), authority).codes


def test_a_thousand_promises_of_a_signature_do_not_take_long(authority: Authority) -> None:
    promise = b"/ByteRange [0 100 200 9999999]\n"
    assert (
        judge(b"%PDF-1.7\n" + promise * 1000 + bytes(10_000_000) + b"\n%%EOF\n" * 50, authority).outcome == "unreadable"
    )


def test_shuffled_rubbish_never_passes_and_never_raises(halfway: bytes, authority: Authority) -> None:
    chance = random.Random(1)
    for _ in range(15):
        pdf = bytearray(halfway)
        for _ in range(chance.randrange(1, 30)):
            start, length = chance.randrange(len(pdf)), chance.randrange(200)
            if chance.random() < 0.5:
                del pdf[start : start + length]
            else:
                pdf[start:start] = chance.randbytes(length)
        assert judge(bytes(pdf), authority).outcome != "valid"


def test_the_network_is_never_asked(final: bytes, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("verification opened a connection")

    monkeypatch.setattr("socket.socket.connect", forbidden)
    monkeypatch.setattr("socket.getaddrinfo", forbidden)
    assert judge(final, authority).outcome == "valid"


@pytest.mark.parametrize("tail", [b"%%EOF", b"startxref\n9\n%%EOF", b"\n%%EOF\n" * 9])
def test_nothing_but_zeros_before_the_end_is_answered_at_once(tail: bytes, authority: Authority) -> None:
    assert verify(b"%PDF-1.7\n" + bytes(4_000_000) + tail, roots=authority.roots).outcome == "unreadable"
