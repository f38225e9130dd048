"""Files made to keep the examiner busy: each ends because something was counted, never because a test waited."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta

import pytest

from mou_service.trust import bounds, certificates, keys, names, sign
from mou_service.trust.authority import Authority
from mou_service.trust.bounds import Limits
from mou_service.trust.keys import Credential, KeySigner
from mou_service.trust.names import Subject
from mou_service.trust.verify import verify
from tests.trust import makers
from tests.trust.test_verify import _a_file

FOR_EVER = 10.0**9


def _ending(body: bytes, at: int = 9) -> bytes:
    return body + b"\nstartxref\n%d\n%%%%EOF\n" % at


def white_space(_: Authority) -> bytes:
    return _ending(b"%PDF-1.7\n" + b" " * 200_000)


def zeros(_: Authority) -> bytes:
    return _ending(b"%PDF-1.7\n" + bytes(200_000))


def comments(_: Authority) -> bytes:
    return _ending(b"%PDF-1.7\n1 0 obj\n" + b"%\n" * 100_000)


def a_long_string(_: Authority) -> bytes:
    return _a_file(b"<</Type /Catalog /Pages 2 0 R /X <" + b"30" * 200_000 + b">>>", b"<<>>")


def a_long_table(_: Authority) -> bytes:
    lines = b"0000000000 00000 n \n" * 60_000
    return _ending(b"%PDF-1.7\nxref\n0 60000\n" + lines + b"trailer\n<</Size 60000/Root 1 0 R>>\n")


@pytest.mark.parametrize("made", [white_space, zeros, comments, a_long_string, a_long_table])
def test_reads_are_counted(made: Callable[[Authority], bytes], authority: Authority) -> None:
    verdict = verify(made(authority), roots=authority.roots, limits=Limits(seconds=FOR_EVER, reads=50_000))
    assert (verdict.outcome, verdict.codes) == ("unreadable", {"too_complex"})


def test_a_finished_file_is_far_from_the_limit(final: bytes, authority: Authority) -> None:
    limits = Limits(seconds=FOR_EVER, reads=Limits().reads // 10)
    assert verify(final, roots=authority.roots, at=makers.LATER, limits=limits).outcome == "valid"


def _sections(*, count: int, entries: bytes = b"", size: int = 1) -> bytes:
    out, before = b"%PDF-1.7\n", 0
    for _ in range(count):
        at, pointer = len(out), b"/Prev %d" % before if before else b"/Root 1 0 R"
        out += b"xref\n" + (entries or b"0 0\n") + b"trailer\n<</Size %d%s>>\n" % (size, pointer)
        before = at
    return _ending(out, before)


def test_the_chain_of_sections_is_counted_before_they_are_compared(authority: Authority) -> None:
    limits = Limits(seconds=FOR_EVER)
    for pdf in (
        _sections(count=limits.revisions + 1),
        # Few, but each of these free objects would be looked for in all the other sections.
        _sections(count=300, entries=b"1 100\n" + b"0000000000 00001 f \n" * 100, size=200),
    ):
        assert verify(pdf, roots=authority.roots, limits=limits).codes == {"too_complex"}


def a_deep_page_tree(_: Authority) -> bytes:
    return _a_file(
        b"<</Type /Catalog /Pages 2 0 R>>", *[b"<</Kids [%d 0 R]>>" % (n + 3) for n in range(5_000)], b"<<>>"
    )


def many_revisions(authority: Authority) -> bytes:
    """An honest beginning and three hundred updates that add an object each."""
    pdf = makers.certified(authority)
    trailer = pdf[pdf.rindex(b"trailer") :]
    root = trailer[trailer.index(b"/Root") :].split()[1]
    for number in range(1_000, 1_300):
        before, at = int(pdf[pdf.rindex(b"startxref") + 9 :].split()[0]), len(pdf)
        added = b"%d 0 obj\n<<>>\nendobj\n" % number
        table = b"xref\n%d 1\n%010d 00000 n \n" % (number, at)
        end = b"trailer\n<</Size %d/Root %s 0 R/Prev %d>>" % (number + 1, root, before)
        pdf = _ending(pdf + added + table + end, at + len(added))
    return pdf


def certificates_that_issued_each_other(authority: Authority) -> bytes:
    """Fourteen of one name and one key: there are more ways through them than seconds since the pyramids."""
    key, subject = keys.new_key(), names.write(Subject(name="Loop", organisation="Nowhere"))
    lasting = {"valid_from": makers.START, "valid_to": makers.START + timedelta(days=900), "issuer_key": key}
    profile = certificates.Profile(frozenset({"key_cert_sign"}), is_authority=True)
    loop = [certificates.issue(subject=subject, key=key, profile=profile, issuer=None, **lasting)]
    loop += [
        certificates.issue(subject=subject, key=key, profile=profile, issuer=loop[0], **lasting) for _ in range(13)
    ]
    leaf = certificates.issue(
        subject=names.write(Subject(name="Mallory", organisation="Nowhere")), key=key,
        profile=certificates.PERSON_PROFILE, issuer=loop[1], **lasting,
    )  # fmt: skip
    signer = KeySigner(key, leaf, ())
    signer.cert_registry.register_multiple(loop[1:])
    return sign.sign(
        makers.certified(authority), field="Signatory1", credential=Credential(signer, ()), stamp=makers.a_stamp(),
        reason="", location="", at=makers.START,
    ).pdf  # fmt: skip


@pytest.mark.parametrize("made", [a_deep_page_tree, many_revisions, certificates_that_issued_each_other])
def test_the_time_is_asked_all_along(
    made: Callable[[Authority], bytes], authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clock that moves on by one whenever it is asked: what asks a thousand times is over."""
    pdf = made(authority)
    asked = itertools.count()
    monkeypatch.setattr(bounds.time, "thread_time", lambda: next(asked))
    verdict = verify(pdf, roots=authority.roots, at=makers.LATER, limits=Limits(seconds=3_000))
    assert verdict.codes == {"too_complex"}
