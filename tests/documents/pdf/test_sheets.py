"""The certificate says all it was told, in both languages, and hides no reservation."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pikepdf

from mou_service.documents.pdf.fonts import Fonts
from mou_service.documents.pdf.previews import page_texts
from mou_service.documents.pdf.sheets import Act, CompletionFacts, Occurrence, certificate
from tests.documents.pdf.making import opened

SHA = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
SSPU = {"en": "Shanghai Polytechnic University", "zh": "上海第二工业大学"}
PERSON = {"name": {"en": "Li Ming", "zh": "李明"}, "title": {"en": "President", "zh": "校长"}, "organisation": SSPU}
FACTS = CompletionFacts(
    title={"en": "Certificate of Completion", "zh": "签署完成证明"},
    reference="REF-2024-0001",
    document_titles={"en": "Memorandum", "zh": "谅解备忘录"},
    parties=[SSPU, {"en": "Technical University of Sofia"}],
    introduction={"en": "This certificate records the signing.", "zh": "本证明记载签署情况。"},
    acts=[
        Act(
            kind={"en": "Signed", "zh": "签署"},
            as_shown=PERSON,
            at="27 March 2024, 15:02 (UTC+08:00)",
            method={"en": "Drawn by hand"},
            identification={"en": "In person", "zh": "当面核验"},
            certificate_serial="7A3F00C1D2E4B596",
        ),
        Act(
            kind={"en": "Witnessed", "zh": "见证"},
            as_shown=PERSON,
            at="27 March 2024, 15:04 (UTC+08:00)",
            statement={"en": "I saw them sign."},
        ),
    ],
    occurrences=[
        Occurrence(at="27 March 2024, 15:02", what={"en": "Signature placed", "zh": "完成签署"}, who="Li Ming")
    ],
    fingerprints=[({"en": "Final document", "zh": "归档文本"}, SHA)],
    log_head=SHA[::-1],
    archived="27 March 2024, 15:10 (UTC+08:00)",
    level={"en": "PAdES B-LTA"},
    reservations=[
        {"en": "Time-stamp: local placeholder, no evidential value.", "zh": "时间戳：本地占位，不具证据效力。"}
    ],
    notes=[{"en": "Issued by this service."}],
    verification_url="https://mou.example.org/v/AB",
    issuer=SSPU,
    demonstration=True,
    created=datetime(2024, 3, 27, 7, 10, tzinfo=UTC),
)


def squeezed(pdf: bytes) -> str:
    return "".join("".join(page_texts(pdf)).split())


def test_every_fact_is_on_the_certificate(fonts: Fonts) -> None:
    text = squeezed(certificate(FACTS, fonts))
    for part in (
        "Certificate of Completion",
        "签署完成证明",
        "REF-2024-0001",
        "谅解备忘录",
        "Technical University of Sofia",
        "李明",
        "President",
        "Drawn by hand",
        "当面核验",
        "7A3F00C1D2E4B596",
        "I saw them sign.",
        SHA,
        SHA[::-1],
        "PAdES B-LTA",
        "Signature placed",
        "完成签署",
        "Issued by this service.",
        "https://mou.example.org/v/AB",
    ):
        assert "".join(part.split()) in text, part


def test_reservations_and_the_demonstration_are_plain_to_see(fonts: Fonts) -> None:
    pdf = certificate(FACTS, fonts)
    assert "localplaceholder,noevidentialvalue" in squeezed(pdf) and "不具证据效力" in squeezed(pdf)
    assert all(text.count("nobody named here signed") == 2 for text in page_texts(pdf))
    real = certificate(replace(FACTS, demonstration=False), fonts)
    assert "DEMONSTRATION" not in squeezed(real)


def test_the_same_facts_give_the_same_archivable_bytes(fonts: Fonts) -> None:
    pdf = certificate(FACTS, fonts)
    assert certificate(FACTS, fonts) == pdf
    with opened(pdf) as made:
        assert b"<pdfaid:conformance>A<" in made.Root.Metadata.read_bytes()
        assert str(made.docinfo.Title) == "Certificate of Completion 签署完成证明"
        rows = [row for row in _elements(made.Root.StructTreeRoot.K) if row.S == pikepdf.Name.TR]
        assert rows


def test_long_lists_go_on_over_pages_with_their_heading(fonts: Fonts) -> None:
    many = replace(FACTS, acts=[FACTS.acts[0]] * 14)
    pages = page_texts(certificate(many, fonts))
    assert sum("Who, on whose behalf" in text for text in pages) >= 2
    assert sum(text.count("7A3F00C1 D2E4B596") for text in pages) == 14


def test_what_is_empty_is_not_printed(fonts: Fonts) -> None:
    bare = CompletionFacts(
        title={"en": "Witness certificate"},
        reference="R-1",
        document_titles={"en": "Letter"},
        parties=[],
        languages=("en",),
    )
    text = squeezed(certificate(bare, fonts))
    assert "Witnesscertificate" in text
    for heading in ("Signatures", "Fingerprints", "Course", "Verification", "Please", "Archived"):
        assert heading not in text


def _elements(element: pikepdf.Object) -> list[pikepdf.Object]:
    found = [element]
    for kid in element.get("/K", []):
        if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == pikepdf.Name.StructElem:
            found += _elements(kid)
    return found
