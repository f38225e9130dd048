"""Word files filled, rendered and compared, beside docxtpl and LibreOffice."""

from __future__ import annotations

import copy
import io
import itertools
import shutil
import socket
import subprocess
import tempfile
import xmlrpc.client
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import docx
from docxtpl import DocxTemplate

from mou_service.core.errors import MouError
from mou_service.documents.pdf.layout import render
from mou_service.documents.word.gate.check import check
from mou_service.documents.word.reading.blocks import read
from mou_service.documents.word.revising.compare import compare
from mou_service.documents.word.revising.redline import redline
from mou_service.documents.word.templates.merge import merge
from tests.bench import document
from tests.bench.measuring import Figure, Times, compared, interleaved, missing

LIBREOFFICE, UNOSERVER = "LibreOffice, a process per file", "unoserver, warm"
#: A LibreOffice takes seconds; its rounds are few.
SLOW_ROUNDS = 3


def figures(*, rounds: int, folder: Path | None, files: int) -> Iterator[Figure]:
    yield _filled(rounds)
    with tempfile.TemporaryDirectory(prefix="mou-bench-") as work:
        yield from _own(Path(work), rounds)
        yield _others(Path(work), folder, files)
    yield from _compared(rounds)


def _filled(rounds: int) -> Figure:
    template, values = document.template(), document.manifest().complete(document.manifest().example())
    took = interleaved(
        {"ours": lambda: merge(template, values), "plain": lambda: _plainly(template, values)}, rounds=rounds
    )
    what = f"A bilingual template of {document.frozen().pages - 1} pages filled, warm limited worker"
    # What the worker does is done in another process: this one's share of it says nothing.
    ours = Times(took["ours"].wall, ())
    return compared(what, ours, against="docxtpl as it comes", theirs=took["plain"], target=0.6)


def _plainly(template: bytes, values: dict[str, object]) -> bytes:
    made, output = DocxTemplate(io.BytesIO(template)), io.BytesIO()
    made.render(values, autoescape=True)
    made.save(output)
    return output.getvalue()


# --- rendering ---------------------------------------------------------------------------------------------------


def _own(work: Path, rounds: int) -> Iterator[Figure]:
    what = f"Our own template rendered ({document.frozen().pages - 1} pages, warm)"
    source = work / "own.docx"
    source.write_bytes(document.filled())
    if office := shutil.which("soffice"):
        took = interleaved({"ours": _ours, "theirs": lambda: _converted(office, source, work)}, rounds=SLOW_ROUNDS)
        yield _by_clock(what, took, against=LIBREOFFICE, target=1 / 8)
    else:
        yield missing(what, against=LIBREOFFICE, target=1 / 8, why="not installed")
    with _unoserver(work) as convert:
        if convert is not None:
            took = interleaved({"ours": _ours, "theirs": lambda: convert(source, work / "uno.pdf")}, rounds=rounds)
            yield _by_clock(what, took, against=UNOSERVER, target=1 / 2)
        else:
            yield missing(what, against=UNOSERVER, target=1 / 2, why="not installed")


def _by_clock(what: str, took: dict[str, Times], *, against: str, target: float) -> Figure:
    """LibreOffice works in processes of its own: this one's processor knows nothing of it."""
    return compared(what, took["ours"], against=against, theirs=Times(took["theirs"].wall, ()), target=target)


def _ours() -> bytes:
    return render(read(document.filled()).document, fonts=document.fonts()).pdf


def _others(work: Path, folder: Path | None, files: int) -> Figure:
    what, office = "Files by others rendered, each", shutil.which("soffice")
    if folder is None or not office:
        why = "not installed" if folder is not None else "DIR names no folder of Word files"
        return missing(what, against=LIBREOFFICE, target=1 / 3, why=why)
    sources = _drawable(folder, files)
    if not sources:
        return missing(what, against=LIBREOFFICE, target=1 / 3, why=f"no file we draw in {folder}")
    contents = [path.read_bytes() for path in sources]
    took = interleaved(
        {
            "ours": lambda: [_rendered(content) for content in contents],
            "office": lambda: _all_converted(office, sources, work),
        },
        rounds=1,
    )
    ours, theirs = (Times((each.least / len(sources),), ()) for each in (took["ours"], took["office"]))
    what = f"{len(sources)} files by others rendered, each"
    return compared(what, ours, against=LIBREOFFICE, theirs=theirs, target=1 / 3)


def _drawable(folder: Path, files: int) -> list[Path]:
    """So many files that we draw, from all over the folder."""
    paths, found = sorted(folder.rglob("*.docx")), list[Path]()
    for path in itertools.chain.from_iterable(paths[start::8] for start in range(8)):
        if len(found) == files:
            break
        try:
            _rendered(path.read_bytes())
        except (MouError, ValueError):
            continue
        found.append(path)
    return found


def _rendered(content: bytes) -> bytes:
    """A stranger's file, as an upload comes in: made safe, read, drawn."""
    found = read(check(content).clean)
    if not found.drawable:
        raise ValueError("a file that is refused takes no time")
    return render(found.document, fonts=document.fonts()).pdf


def _all_converted(office: str, sources: list[Path], work: Path) -> None:
    for path in sources:
        _converted(office, path, work)


def _converted(office: str, source: Path, work: Path) -> None:
    profile = f"-env:UserInstallation={(work / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(work / "pdf"), str(source)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300)


@contextmanager
def _unoserver(work: Path) -> Iterator[Callable[[Path, Path], object] | None]:
    """A LibreOffice that is up already; None where there is none."""
    if (program := shutil.which("unoserver")) is None:
        yield None
        return
    port, inner = _free_port(), _free_port()
    command = [program, "--port", str(port), "--uno-port", str(inner), "--user-installation", str(work / "uno")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    server = xmlrpc.client.ServerProxy(f"http://127.0.0.1:{port}", allow_none=True)
    try:
        yield _answering(process, server)
    finally:
        process.terminate()
        process.wait()


def _answering(
    process: subprocess.Popen[bytes], server: xmlrpc.client.ServerProxy
) -> Callable[[Path, Path], object] | None:
    while process.poll() is None:
        try:
            server.info()
        except ConnectionError:
            continue
        return lambda source, target: server.convert(str(source), None, str(target), "pdf")
    return None


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


# --- comparing ---------------------------------------------------------------------------------------------------

PAGES = 14


def _compared(rounds: int) -> Iterator[Figure]:
    old = _longer(document.filled())
    new = _reworded(old)
    pages = render(read(old).document, fonts=document.fonts()).pages
    changes = len(compare(old, new).changes)
    assert pages >= PAGES and changes > 20, (pages, changes)
    took = interleaved(
        {
            "compare": lambda: compare(old, new),
            "redline": lambda: redline(old, new, author="A reader", date=datetime(2026, 3, 27, tzinfo=UTC)),
        },
        rounds=rounds,
    )
    for name, what in (
        ("compare", "compared"),
        ("redline", "compared and written as tracked changes, checked both ways"),
    ):
        mine = took[name]
        yield Figure(
            f"Two agreements of {pages} pages with {changes} changes {what}", "ms", mine.least, middle=mine.middle,
            work=mine.work, target=150 if name == "compare" else None, of_ours=True,
        )  # fmt: skip


def _longer(content: bytes) -> bytes:
    """The same agreement with its articles twice and a half."""
    made = docx.Document(io.BytesIO(content))
    table = max(made.tables, key=lambda each: len(each.rows))
    rows = [row._tr for row in table.rows[1:]]
    for row in (*rows, *rows[: len(rows) // 2]):
        table._tbl.append(copy.deepcopy(row))
    return _saved(made)


def _reworded(content: bytes) -> bytes:
    """As it comes back from a negotiation: a word here and there, a row gone, a row more."""
    made = docx.Document(io.BytesIO(content))
    table = max(made.tables, key=lambda each: len(each.rows))
    for number, row in enumerate(table.rows):
        if number % 4 == 3:
            run = next((run for each in row.cells[0].paragraphs for run in each.runs if " " in run.text), None)
            if run is not None:
                run.text = run.text.replace(" the ", " this ").rstrip(".") + ", as both sides agree."
    rows = [row._tr for row in table.rows]
    rows[20].addnext(copy.deepcopy(rows[40]))
    table._tbl.remove(rows[60])
    return _saved(made)


def _saved(made: docx.document.Document) -> bytes:
    output = io.BytesIO()
    made.save(output)
    return output.getvalue()
