"""Signing what the service really freezes: tagged pages, a signature page, and stamps with embedded fonts."""

from __future__ import annotations

import io
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from mou_service.documents.blocks import Document, Paragraph, Run, Section
from mou_service.documents.pdf import fonts as faces
from mou_service.documents.pdf.archive import Metadata
from mou_service.documents.pdf.layout import Options, render
from mou_service.documents.pdf.marks import TypedMark
from mou_service.documents.pdf.signature_page import SlotBox, signature_page
from mou_service.documents.pdf.stamps import stamp
from mou_service.trust import sign
from mou_service.trust.authority import Authority
from mou_service.trust.chains import load_roots
from mou_service.trust.verify import verify
from tests.trust import attacks, makers

LANGUAGES = ("en", "zh")


def _slot(field: str) -> SlotBox:
    kind = "seal" if field == "Seal" else "witness" if field.startswith("Witness") else "signatory"
    name = makers.PEOPLE.get(field, ("", "", ""))[0]
    shown = {
        "name": {"en": name, "zh": "谢华清"} if name else {},
        "title": {"en": "President", "zh": "校长"} if name else {},
        "organisation": {"en": "Own University", "zh": "本校"},
    }
    return SlotBox(field=field, kind=kind, as_shown=shown, languages=LANGUAGES, party={"en": "Own University"})


@pytest.fixture(scope="module")
def signed(authority: Authority) -> bytes:
    fonts = faces.load()
    fields = ("Signatory1", "Witness1", "Seal")
    text = [Paragraph([Run("The parties cooperate. 双方在平等互利的基础上开展合作。")]) for _ in range(40)]
    metadata = Metadata("Memorandum", reference="X-1", languages=LANGUAGES, created=makers.START)
    page = signature_page([_slot(field) for field in fields], languages=LANGUAGES)
    rendered = render(
        Document([Section(list(text))], title="Memorandum"),
        fonts=fonts,
        options=Options(metadata=metadata, appendices=[page]),
    )
    pdf = sign.certify(rendered.pdf, credential=authority.platform, at=makers.START).pdf
    for minutes, field in enumerate(fields, start=1):
        _, (left, bottom, right, top) = rendered.placements[field]
        slot = _slot(field)
        drawn = stamp(
            right - left,
            top - bottom,
            kind=slot.kind,
            as_shown=slot.as_shown,
            languages=LANGUAGES,
            local_time="27 March 2026 10:30 +08:00",
            mark=None if field == "Seal" else TypedMark("Xie"),
            verification="ABCD",
            fonts=fonts,
        )
        at = makers.START + timedelta(minutes=minutes)
        person = authority.seal if field == "Seal" else authority.issue_person("谢华清", "本校", "校长", at=at)
        act = {"field": field, "credential": person, "stamp": drawn, "reason": "", "location": "上海", "at": at}
        pdf = sign.sign(pdf, **act).pdf  # type: ignore[arg-type]
    evidence = authority.validation_data(makers.LATER)
    return sign.timestamp(pdf, source=authority.timestamps, evidence=evidence, at=makers.LATER).pdf


def test_it_is_valid(signed: bytes, authority: Authority) -> None:
    verdict = verify(signed, roots=authority.roots, at=makers.LATER)
    assert verdict.outcome == "valid"
    assert [each.kind for each in verdict.signatures] == ["certification", "signatory", "witness", "seal", "timestamp"]


def test_another_verifier_agrees_although_it_is_tagged(signed: bytes, authority: Authority) -> None:
    for signature in PdfFileReader(io.BytesIO(signed)).embedded_regular_signatures:
        trust = ValidationContext(trust_roots=load_roots(authority.roots), moment=makers.LATER, allow_fetching=False)
        assert validate_pdf_signature(signature, trust).bottom_line


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="poppler-utils are not installed")
def test_poppler_agrees(signed: bytes, tmp_path: Path) -> None:
    path = tmp_path / "signed.pdf"
    path.write_bytes(signed)
    answer = subprocess.run(["pdfsig", path], capture_output=True, text=True, check=False).stdout
    assert answer.count("Signature is Valid.") == 4


@pytest.mark.parametrize(
    ("attack", "code"),
    [
        (attacks.replace_page, "page_replaced"),
        (attacks.append_page, "page_appended"),
        (attacks.overlay, "annotation_or_overlay_added"),
        (attacks.swap_stamp, "stamp_swapped"),
        (attacks.swap_stamp_drawing, "stamp_swapped"),
        (attacks.swap_font, "content_hidden_or_font_swapped"),
        (attacks.swap_font_program, "content_hidden_or_font_swapped"),
        (attacks.change_title, "metadata_changed"),
        (attacks.change_xmp, "metadata_changed"),
    ],
)
def test_attacks_on_it_are_named(attack: attacks.Attack, code: str, signed: bytes, authority: Authority) -> None:
    verdict = verify(attack(signed), roots=authority.roots, at=makers.LATER)
    assert verdict.outcome == "not_valid"
    assert code in verdict.codes


def test_no_changed_byte_stays_unnoticed(signed: bytes, authority: Authority) -> None:
    for place in range(200, len(signed), len(signed) // 6):
        assert verify(attacks.flip(signed, place), roots=authority.roots, at=makers.LATER).outcome != "valid"
