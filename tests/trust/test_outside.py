"""A file that was signed elsewhere: taken when it is that signature and nothing else, and refused by name otherwise."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.stamp import StaticStampStyle, TextStampStyle

from mou_service.core.clock import now
from mou_service.documents.blocks import Document, Paragraph, Run, Section
from mou_service.documents.pdf import fonts as faces
from mou_service.documents.pdf.archive import Metadata
from mou_service.documents.pdf.layout import Options, render
from mou_service.documents.pdf.signature_page import SlotBox, signature_page
from mou_service.trust import outside, sign
from mou_service.trust.authority import Authority
from mou_service.trust.outside import Handed, NotThatSignatureError, Trusted
from mou_service.trust.timestamps import HttpTimestamps
from mou_service.trust.verify import verify
from tests.signers import Authorities, signed
from tests.trust import makers
from tests.tsa import TimestampService

FIELD = "Signatory1"
PADES = {"subfilter": SigSeedSubFilter.PADES}
#: Draws nothing of its own: a program without a font of the document's.
BLANK = StaticStampStyle(border_width=0)


@pytest.fixture(scope="module")
def frozen(authority: Authority) -> bytes:
    """What the service really freezes: tagged, archival, with metadata, and a place for each field."""
    fonts, text = (
        faces.load(),
        [Paragraph([Run("The parties cooperate. 双方在平等互利的基础上开展合作。")]) for _ in range(30)],
    )
    boxes = [_place(field) for field in makers.FIELDS]
    rendered = render(
        Document([Section(list(text))], title="Memorandum"), fonts=fonts,
        options=Options(
            metadata=Metadata("Memorandum", reference="X-1", languages=("en", "zh"), created=makers.START),
            appendices=[signature_page(boxes, languages=("en", "zh"))],
        ),
    )  # fmt: skip
    return sign.certify(rendered.pdf, credential=authority.platform, at=now()).pdf


def _place(field: str) -> SlotBox:
    kind = "seal" if field == "Seal" else "witness" if field.startswith("Witness") else "signatory"
    shown = {"name": {"en": "Somebody"}, "title": {"en": "President"}, "organisation": {"en": "Own University"}}
    return SlotBox(field=field, kind=kind, as_shown=shown, languages=("en", "zh"), party={"en": "Own University"})


@pytest.fixture
def trusted(authority: Authority, elsewhere: Authorities) -> Trusted:
    return Trusted(authority.roots, (), (elsewhere.pem(),))


def handed(pdf: bytes, *, since: datetime | None = None) -> Handed:
    return Handed(pdf=pdf, frozen=pdf, field=FIELD, since=since or now() - timedelta(minutes=5))


def refused(content: bytes, out: Handed, trusted: Trusted) -> dict[str, dict[str, Any]]:
    with pytest.raises(NotThatSignatureError) as caught:
        outside.examine(content, handed=out, trusted=trusted, at=now())
    return {each.code: each.facts for each in caught.value.refusals}


@pytest.mark.parametrize("form", [None, SigSeedSubFilter.PADES], ids=["as Acrobat", "PAdES"])
def test_a_signature_of_another_program_is_the_next_revision(
    form: SigSeedSubFilter | None, frozen: bytes, elsewhere: Authorities, trusted: Trusted
) -> None:
    content = signed(frozen, FIELD, elsewhere.signer(), stamp=BLANK, subfilter=form, reason="I sign")
    brought = outside.examine(content, handed=handed(frozen), trusted=trusted, at=now())
    assert brought.pdf == content and brought.left_out == 0
    assert [each.subject.native["common_name"] for each in brought.path] == [
        "Trusted Root", "Trusted Qualified Certificates", "Galina Ivanova Ivanova",
    ]  # fmt: skip
    assert brought.pades is (form is not None) and not brought.timestamped and not brought.covered
    verdict = verify(content, roots=trusted.roots, signer_roots=trusted.signer_roots)
    mine = next(each for each in verdict.signatures if each.field == FIELD)
    assert mine.valid and mine.own_certificate and mine.covers_whole_file
    assert (mine.issuer, mine.trusted_by) == ("Trusted Qualified Certificates", "Trusted Root")
    assert mine.level == ("B-B" if form else "")
    assert verdict.codes == {"incomplete"}


def test_everybody_signs_on_and_the_seal_closes_it(
    frozen: bytes, elsewhere: Authorities, trusted: Trusted, authority: Authority
) -> None:
    pdf = outside.examine(
        signed(frozen, FIELD, elsewhere.signer(), stamp=BLANK, **PADES),
        handed=handed(frozen),
        trusted=trusted,
        at=now(),
    ).pdf
    for field in makers.FIELDS[1:]:
        pdf = makers.sign_field(pdf, authority, field, minutes=0)
    verdict = verify(pdf, roots=trusted.roots, signer_roots=trusted.signer_roots)
    assert verdict.outcome == "valid", verdict.findings
    # Nobody else's word counts without the setting, and it counts in a document of ours only.
    assert "foreign_signature_added" in verify(pdf, roots=trusted.roots).codes


def test_an_authority_of_signatories_makes_no_document_ours(elsewhere: Authorities, trusted: Trusted) -> None:
    """Anybody can have such a certificate: with it alone everything is signed, sealed and locked, and still not ours."""
    pdf = makers.a_frozen_document()
    for field in makers.FIELDS:
        pdf = signed(pdf, field, elsewhere.signer(), stamp=BLANK, **PADES)
    verdict = verify(pdf, roots=trusted.roots, signer_roots=trusted.signer_roots)
    assert verdict.outcome == "not_valid" and "not_ours" in verdict.codes


def test_the_seal_is_ours_whoever_else_has_a_certificate(
    frozen: bytes, elsewhere: Authorities, trusted: Trusted, authority: Authority
) -> None:
    pdf = frozen
    for field in makers.FIELDS[:-1]:
        pdf = makers.sign_field(pdf, authority, field, minutes=0)
    pdf = signed(pdf, "Seal", elsewhere.signer(), stamp=BLANK, **PADES)
    verdict = verify(pdf, roots=trusted.roots, signer_roots=trusted.signer_roots)
    assert verdict.outcome == "not_valid" and "foreign_signature_added" in verdict.codes


def test_a_time_stamp_and_validation_data_belong_to_the_signature(
    frozen: bytes, elsewhere: Authorities, trusted: Trusted, service: TimestampService
) -> None:
    """B-LT: pyHanko writes the validation data behind its signature; they are read, and left out of the document."""
    times = HttpTimestamps(service.url(), roots=[service.certificate()])
    content = signed(
        frozen, FIELD, elsewhere.signer(), stamp=BLANK, timestamper=times, embed_validation_info=True,
        validation_context=elsewhere.context([service.certificate()]), **PADES,
    )  # fmt: skip
    with_time = Trusted(trusted.roots, (service.certificate(),), trusted.signer_roots)
    brought = outside.examine(content, handed=handed(frozen), trusted=with_time, at=now())
    assert brought.timestamped and brought.covered
    assert brought.left_out > 0 and brought.pdf == content[: -brought.left_out]
    # A time-stamp service that we know nothing of takes nothing from the signature.
    assert not outside.examine(content, handed=handed(frozen), trusted=trusted, at=now()).timestamped


# --- what else comes back ----------------------------------------------------------------------------------------


def test_other_bytes_are_refused_by_what_they_are(frozen: bytes, elsewhere: Authorities, trusted: Trusted) -> None:
    out, good = handed(frozen), signed(frozen, FIELD, elsewhere.signer(), stamp=BLANK, **PADES)
    assert refused(b"GIF89a", out, trusted).keys() == {"not_a_pdf"}
    assert refused(frozen, out, trusted).keys() == {"not_signed"}
    assert refused(good[:-400], out, trusted).keys() <= {"truncated", "unreadable", "not_signed"}
    assert refused(good + b"%more", out, trusted).keys() == {"trailing_bytes"}
    assert refused(good[:900] + b"?" + good[901:], out, trusted).keys() == {"rewritten"}
    assert refused(frozen[: len(frozen) // 2], out, trusted).keys() == {"another_state"}
    assert refused(good + b"%" * outside.LARGEST_ADDITION, out, trusted).keys() == {"too_large"}
    changed = bytearray(good)
    changed[len(frozen) + 40] ^= 1
    assert refused(bytes(changed), out, trusted)


def test_a_signature_on_an_earlier_state_is_refused(
    frozen: bytes, elsewhere: Authorities, trusted: Trusted, authority: Authority
) -> None:
    now_current = makers.sign_field(frozen, authority, "Witness1", minutes=0)
    out = Handed(pdf=now_current, frozen=frozen, field=FIELD, since=now() - timedelta(minutes=5))
    assert refused(signed(frozen, FIELD, elsewhere.signer(), stamp=BLANK), out, trusted).keys() == {"another_state"}


def _with_comment(pdf: bytes) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    _comment(writer)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def _comment(writer: IncrementalPdfFileWriter) -> None:
    page = writer.find_page_for_modification(0)[0].get_object()
    note = {"/Type": "/Annot", "/Subtype": "/Text"}
    annotation = generic.DictionaryObject({generic.NameObject(k): generic.NameObject(v) for k, v in note.items()})
    annotation[generic.NameObject("/Rect")] = generic.ArrayObject(map(generic.NumberObject, (10, 10, 40, 40)))
    others = list.__iter__(page["/Annots"]) if "/Annots" in page else ()
    page[generic.NameObject("/Annots")] = generic.ArrayObject([*others, writer.add_object(annotation)])
    writer.update_container(page)


def _lock(writer: IncrementalPdfFileWriter) -> None:
    """What Acrobat's “lock the document after signing” writes."""
    fields = writer.root["/AcroForm"]["/Fields"]
    place = next(each.get_object() for each in list.__iter__(fields) if each.get_object()["/T"] == FIELD)
    place[generic.NameObject("/Lock")] = FieldMDPSpec(FieldMDPAction.ALL).as_sig_field_lock()
    writer.update_container(place)


def _flags(flags: int) -> Callable[[IncrementalPdfFileWriter], None]:
    def write(writer: IncrementalPdfFileWriter) -> None:
        fields = writer.root["/AcroForm"]["/Fields"]
        place = next(each.get_object() for each in list.__iter__(fields) if each.get_object()["/T"] == FIELD)
        place[generic.NameObject("/F")] = generic.NumberObject(flags)
        writer.update_container(place)

    return write


def _defaults(writer: IncrementalPdfFileWriter) -> None:
    """What PDFBox and OpenPDF add to every form."""
    form = writer.root["/AcroForm"]
    form[generic.NameObject("/DA")] = generic.pdf_string("/Helv 0 Tf 0 g")
    form[generic.NameObject("/DR")] = generic.DictionaryObject()
    writer.update_container(form)


def _new_place(writer: IncrementalPdfFileWriter) -> None:
    append_signature_field(writer, SigFieldSpec("Mine", on_page=0, box=(10, 10, 60, 40)))


def _with_title(pdf: bytes) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    info = writer.trailer["/Info"]
    info[generic.NameObject("/Title")] = generic.pdf_string("Another title")
    writer.update_container(info)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


#: What somebody did beside signing → the codes it is refused with, any of which is enough.
Act = Callable[[bytes, Authorities], bytes]
BESIDE: dict[str, tuple[Act, set[str]]] = {
    "another place": (lambda pdf, a: signed(pdf, "Signatory2", a.signer(), stamp=BLANK), {"wrong_field"}),
    "a second place as well": (
        lambda pdf, a: signed(signed(pdf, FIELD, a.signer(), stamp=BLANK), "Witness1", a.signer(), stamp=BLANK),
        {"second_signature"},
    ),
    "a comment before": (
        lambda pdf, a: signed(_with_comment(pdf), FIELD, a.signer(), stamp=BLANK), {"several_revisions"},
    ),
    "a comment after": (
        lambda pdf, a: _with_comment(signed(pdf, FIELD, a.signer(), stamp=BLANK)), {"annotation_or_overlay_added"},
    ),
    "a comment with it": (
        lambda pdf, a: signed(pdf, FIELD, a.signer(), stamp=BLANK, before=_comment), {"annotation_or_overlay_added"},
    ),
    "a lock on the document": (lambda pdf, a: signed(pdf, FIELD, a.signer(), stamp=BLANK, before=_lock), {"locks"}),
    "the place hidden": (
        lambda pdf, a: signed(pdf, FIELD, a.signer(), stamp=BLANK, before=_flags(2)), {"document_changed"},
    ),
    "a new place with it": (
        lambda pdf, a: signed(pdf, FIELD, a.signer(), stamp=BLANK, before=_new_place), {"foreign_signature_added"},
    ),
    "another title after": (
        lambda pdf, a: _with_title(signed(pdf, FIELD, a.signer(), stamp=BLANK)), {"metadata_changed"},
    ),
    "nobody known": (lambda pdf, a: signed(pdf, FIELD, a.signer(of="unheard"), stamp=BLANK), {"authority"}),
    "expired": (lambda pdf, a: signed(pdf, FIELD, a.signer("expired"), stamp=BLANK), {"expired"}),
    "not valid yet": (lambda pdf, a: signed(pdf, FIELD, a.signer("early"), stamp=BLANK), {"not_yet_valid"}),
    "for the web only": (lambda pdf, a: signed(pdf, FIELD, a.signer("web"), stamp=BLANK), {"not_for_signing"}),
}  # fmt: skip


@pytest.mark.parametrize("what", BESIDE)
def test_more_or_other_than_the_signature_is_refused_by_name(
    what: str, frozen: bytes, elsewhere: Authorities, trusted: Trusted
) -> None:
    act, codes = BESIDE[what]
    assert refused(act(frozen, elsewhere), handed(frozen), trusted).keys() == codes


@pytest.mark.parametrize("habit", [_flags(132), _defaults], ids=["locks the field", "form defaults"])
def test_habits_of_programs_are_no_change_of_the_document(
    habit: Callable[[IncrementalPdfFileWriter], None], frozen: bytes, elsewhere: Authorities, trusted: Trusted
) -> None:
    content = signed(frozen, FIELD, elsewhere.signer(), stamp=BLANK, before=habit)
    brought = outside.examine(content, handed=handed(frozen), trusted=trusted, at=now())
    assert "document_changed" not in verify(brought.pdf, roots=trusted.roots, signer_roots=trusted.signer_roots).codes


def test_an_unknown_authority_is_named_with_what_an_administrator_compares(
    frozen: bytes, elsewhere: Authorities, trusted: Trusted
) -> None:
    content = signed(frozen, FIELD, elsewhere.signer(of="unheard"), stamp=BLANK)
    facts = refused(content, handed(frozen), trusted)["authority"]
    assert "Unheard Root" in facts["authority"] and "Unheard Qualified" in facts["issuer"]


def test_a_time_that_cannot_be_is_refused(frozen: bytes, elsewhere: Authorities, trusted: Trusted) -> None:
    content = signed(frozen, FIELD, elsewhere.signer(), stamp=BLANK)
    tomorrow = handed(frozen, since=now() + timedelta(hours=2))
    assert refused(content, tomorrow, trusted).keys() == {"time"}


def test_a_drawing_says_what_it_lacks(frozen: bytes, elsewhere: Authorities, trusted: Trusted) -> None:
    content = signed(frozen, FIELD, elsewhere.signer(), stamp=TextStampStyle(stamp_text="%(signer)s"))
    brought = outside.examine(content, handed=handed(frozen), trusted=trusted, at=now())
    assert brought.drawn and any("Courier" in lack for lack in brought.lacks)
