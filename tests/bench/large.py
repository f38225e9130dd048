"""A document of 40 MB: how much memory its signatures take, measured in a process that does nothing else."""

from __future__ import annotations

import io
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from mou_service.engines.files import LocalFiles
from mou_service.settings import ROOT
from mou_service.trust import sign
from mou_service.trust.authority import Authority, open_authority
from mou_service.trust.verify import verify
from tests.bench.measuring import Figure
from tests.trust import makers

PAGES, PICTURE = 53, (1000, 1000)


@dataclass(frozen=True)
class Spent:
    """What a ceremony took beyond what the process needed before: megabytes at the highest point, milliseconds."""

    memory: float
    took: float


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="mou-bench-") as folder:
        document = Path(folder, "large.pdf")
        document.write_bytes(a_large_document())
        size = document.stat().st_size / 1_000_000
        found = {way: _apart(way, document) for way in WAYS}
    what = f"{size:.0f} MB certified, signed, sealed, time-stamped"
    yield Figure(
        f"{what}: memory beside the process", "MB", found["file"].memory, against="the same on bytes in memory",
        theirs=found["bytes"].memory, target=round(size), of_ours=True,
    )  # fmt: skip
    yield Figure(
        f"{what}: time", "ms", found["file"].took, against="the same on bytes in memory", theirs=found["bytes"].took
    )
    yield Figure(
        f"{size:.0f} MB verified: memory beside the process", "MB", found["verify"].memory, against="size of the file",
        theirs=size,
    )  # fmt: skip


def a_large_document() -> bytes:
    """Pages that are pictures of noise, as a scanner makes them: nothing can be packed any smaller."""
    chance, output = random.Random(1), io.BytesIO()
    canvas = Canvas(output, pagesize=(595, 842), invariant=1)
    for _ in range(PAGES):
        picture = io.BytesIO()
        Image.frombytes("RGB", PICTURE, chance.randbytes(PICTURE[0] * PICTURE[1] * 3)).save(picture, "JPEG", quality=75)
        canvas.drawImage(ImageReader(picture), 0, 0, 595, 842)
        canvas.showPage()
    canvas.save()
    return makers.with_fields(output.getvalue(), page=PAGES - 1, fields=makers.FIELDS)


def _apart(way: str, document: Path) -> Spent:
    command = [sys.executable, "-m", "tests.bench.large", way, str(document)]
    answer = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT)
    return Spent(**json.loads(answer.stdout))


def _main(way: str, document: Path) -> None:
    with tempfile.TemporaryDirectory(dir=document.parent) as folder:
        authority = open_authority(Path(folder), b"secret", institution="Own", country="CN", at=makers.START)
        files = LocalFiles(Path(folder) / "files")
        small = files.put(makers.a_frozen_document())
        WAYS[way](files, small, authority)  # what is loaded and cached once is no matter of size
        with files.draft() as draft:
            with document.open("rb") as source:
                while piece := source.read(1_000_000):
                    draft.write(piece)
            large = files.keep(draft)
        _forget_the_peak()
        before, began = _memory("VmRSS"), time.perf_counter()
        WAYS[way](files, large, authority)
        took = (time.perf_counter() - began) * 1000
    print(json.dumps(asdict(Spent(_memory("VmHWM") - before, took))))


def _forget_the_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def _memory(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) * 1024 / 1_000_000


def _on_files(files: LocalFiles, key: str, authority: Authority) -> None:
    """As the service does it: each act on a copy that lies in the store."""
    for act in _acts(authority):
        with files.draft(key) as draft:
            act(draft)
            key = files.keep(draft)


def _on_bytes(files: LocalFiles, key: str, authority: Authority) -> None:
    for act in _acts(authority):
        key = files.put(act(files.get(key)).pdf)


def _verified(files: LocalFiles, key: str, authority: Authority) -> None:
    verify(files.get(key), roots=authority.roots, at=makers.LATER)


def _acts(authority: Authority) -> Iterator[Callable[..., sign.Signed[bytes]]]:
    at = makers.START
    yield lambda pdf: sign.certify(pdf, credential=authority.platform, at=at)
    for field in makers.FIELDS[:-1]:
        person = authority.issue_person(*makers.PEOPLE[field], at=at)
        yield lambda pdf, field=field, person=person: sign.sign(
            pdf, field=field, credential=person, stamp=makers.a_stamp(field), reason="I sign", location="", at=at
        )
    yield lambda pdf: sign.seal(
        pdf, field="Seal", credential=authority.seal, stamp=makers.a_stamp(), reason="Sealed", location="", at=at
    )
    yield lambda pdf: sign.timestamp(pdf, source=authority.timestamps, evidence=authority.validation_data(at), at=at)


WAYS = {"file": _on_files, "bytes": _on_bytes, "verify": _verified}

if __name__ == "__main__":
    _main(sys.argv[1], Path(sys.argv[2]))
