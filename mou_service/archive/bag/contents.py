"""What goes into a bag, read from the record, the file store and the trail."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from mou_service.agreements.models import Agreement, Ending
from mou_service.core.events import Event
from mou_service.core.ports import FileStore
from mou_service.partners.evidence import ENDINGS

from .. import witness_certificates
from . import description, evidence, readme, writing
from . import trail as trails
from .description import About, Kept
from .evidence import Evidence, Trusted

#: The script that goes into every bag, and that everybody can get from us alone.
SCRIPT = Path(__file__).with_name("check.py")
HOW = Path(__file__).with_name("trail.txt")
#: The role of what shows that an agreement was ended: somebody else's file, signed or not.
PAPER = "shows the end"


@dataclass(frozen=True)
class Contents:
    """Everything a bag is made of; the files themselves are read one after the other while it is written."""

    about: About
    kept: Sequence[Kept]
    trail: Sequence[Event]
    trusted: Trusted
    #: What became of the agreement, as far as the audience may know.
    life: dict[str, Any] = field(default_factory=dict)
    #: Whether the other side may read e-mail addresses.
    addresses: bool = False


def write(out: IO[bytes], contents: Contents, *, files: FileStore) -> None:
    """Write the bag; the same record gives the same bytes. Raises `EngineFailed` when a file is not what it was."""
    about = contents.about
    paths: list[str] = []
    found = Evidence()

    def payload() -> Iterator[tuple[str, bytes]]:
        for path, content in _payload(contents, found, files=files):
            paths.append(path)
            yield path, content

    def tags() -> Iterator[tuple[str, bytes]]:
        yield "check.py", SCRIPT.read_bytes()
        yield from readme.letters(about, paths).items()

    writing.write(out, top=about.agreement.ref, payload=payload(), tags=tags(), about=description.bag_info(about))


def _payload(contents: Contents, found: Evidence, *, files: FileStore) -> Iterator[tuple[str, bytes]]:
    about, objects, states = contents.about, [], []
    for kept in contents.kept:
        content = files.get(kept.key)
        assert hashlib.sha256(content).hexdigest() == kept.key
        objects.append(description.as_object(kept, size=len(content)))
        if kept.path.endswith(".pdf") and kept.role != PAPER:
            found.read(kept.path, content)
        if kept.role == "final":
            states = evidence.states(content)
        yield kept.path, content
    found.close(contents.trusted)
    yield from sorted(found.files.items())
    yield "signatures/index.json", description.index_json(found.index, states)
    trail = trails.lasting(contents.trail)
    yield "trail/trail.jsonl", trails.lines(trail, audience=about.audience, addresses=contents.addresses)
    yield "trail/how-it-is-computed.txt", HOW.read_bytes()
    yield "metadata/dublin-core.xml", description.dublin_core(about)
    yield "metadata/record.json", description.record_json(about, objects=objects, events=len(trail), life=contents.life)


def kept_files(agreement: Agreement, *, audience: trails.Audience) -> list[Kept]:
    """The files of the archive that belong to an agreement, in the order of the bag."""
    record = agreement.record
    assert record is not None, agreement.ref
    kept = [
        Kept("documents/final.pdf", record.final, "final"),
        Kept("documents/certificate.pdf", record.certificate, "certificate"),
    ]
    for each in witness_certificates.of_agreement(agreement):
        number = each.slot.field.removeprefix("Witness")
        kept.append(Kept(f"documents/witness-{number}-edition-{each.edition}.pdf", each.file, "witness certificate"))
    for count, renewal in enumerate(record.renewals, 1):
        kept.append(Kept(evidence.renewed_name(count), renewal.file, "renewed"))
    if audience == "house":
        kept.append(Kept("documents/approved.docx", record.draft, "approved", description.WORD))
        kept += [_paper(number, each) for number, each in enumerate(agreement.endings, 1)]
    return kept


def _paper(number: int, ending: Ending) -> Kept:
    path = f"documents/ending-{number}{ENDINGS[ending.evidence_type]}"
    return Kept(path, ending.evidence, PAPER, ending.evidence_type)
