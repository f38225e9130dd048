"""LibreOffice in its box: what it can reach, when it is stopped, and what it makes of a text we cannot draw."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mou_service.core.errors import EngineFailed
from mou_service.documents.faithful import differences
from mou_service.documents.pdf.fonts import load
from mou_service.documents.word.reading.blocks import read
from mou_service.documents.word.revising.still import still
from mou_service.engines.office import Office, find
from mou_service.settings import Settings
from tests.documents.word import making
from tests.documents.word.making import paragraph, word
from tests.patience import PATIENCE

INSTALLED = find("auto", covered=Path("/nonexistent"), fonts=(), unboxed=False)
NO_BOX = not shutil.which("unshare") or Office(Path("/bin/true"), covered=Path("/nonexistent")).box is None


def script(tmp_path: Path, text: str, **how: object) -> Office:
    """A program that is no LibreOffice and tells what it could reach."""
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\n{text}\n")
    program.chmod(0o755)
    covered = tmp_path / "instance"
    covered.mkdir()
    (covered / "key").write_text("a private key")
    return Office(program, covered=covered, **how)  # type: ignore[arg-type]


def until(happened: Callable[[], bool]) -> None:
    """Wait for something another process does."""
    last = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < last
        time.sleep(0.02)


@pytest.mark.skipif(NO_BOX, reason="this machine permits no box")
def test_in_the_box_there_is_no_network_and_nothing_of_ours(tmp_path: Path) -> None:
    office = script(
        tmp_path, f'cat "{tmp_path}/instance/key"; tail -n +3 /proc/self/net/dev | cut -d: -f1; echo "home $HOME"'
    )
    with pytest.raises(EngineFailed) as told:
        office.pdf(b"")
    said = str(told.value)
    assert "a private key" not in said
    assert "No such file" in said
    assert [line.strip() for line in said.splitlines() if line.strip() in ("lo", "eth0")] in ([], ["lo"])
    assert "home /tmp" in said or "home " + str(Path(said.rpartition("home ")[2]).parent) in said


@pytest.mark.skipif(NO_BOX, reason="this machine permits no box")
def test_in_the_box_nothing_is_uncovered_and_nothing_written_outside(tmp_path: Path) -> None:
    key, outside = tmp_path / "instance" / "key", tmp_path / "outside"
    uncovering = f'umount "{key.parent}"; unshare --user --map-root-user --mount umount "{key.parent}"; cat "{key}"'
    office = script(tmp_path, f'{uncovering}; mount -o remount,rw,bind /; echo written > "{outside}"')
    with pytest.raises(EngineFailed) as told:
        office.pdf(b"")
    assert "a private key" not in str(told.value)
    assert not outside.exists()


def test_it_ends_even_where_the_worker_was_killed_that_waits_for_it(tmp_path: Path) -> None:
    office = script(
        tmp_path, f'echo $PPID > "{tmp_path}/beside"; mv "{tmp_path}/beside" "{tmp_path}/pid"; exec sleep 600'
    )
    worker = (
        "from pathlib import Path; from mou_service.engines import office; office._GRACE, office._BOXES = 1.0, (); "
        f"office.Office(Path({str(office.program)!r}), Path('/nonexistent'), unboxed=True, patience=0.5).pdf(b'')"
    )
    running = subprocess.Popen([sys.executable, "-c", worker])
    until(lambda: (tmp_path / "pid").exists())
    running.send_signal(signal.SIGKILL)
    running.wait()
    outermost = int((tmp_path / "pid").read_text())
    until(lambda: not Path(f"/proc/{outermost}").exists())


def test_however_much_it_tells_only_the_end_is_read(tmp_path: Path) -> None:
    office = script(tmp_path, "yes | head -c 30000000; echo the end", unboxed=True)
    with pytest.raises(EngineFailed, match="the end") as told:
        office.pdf(b"")
    assert len(str(told.value)) < 300


def test_what_a_killed_worker_left_behind_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    old, fresh = tmp_path / "mou-office-old", tmp_path / "mou-office-fresh"
    old.mkdir()
    fresh.mkdir()
    os.utime(old, (0, 0))
    with pytest.raises(EngineFailed):
        script(tmp_path, "true", unboxed=True).pdf(b"")
    assert not old.exists()
    assert fresh.exists()


def test_without_a_box_nothing_runs_unless_the_setting_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mou_service.engines.office._BOXES", (("false",),))
    office = script(tmp_path, "echo ran")
    with pytest.raises(EngineFailed, match="permits no box") as refused:
        office.pdf(b"")
    assert not refused.value.permanent
    with pytest.raises(EngineFailed, match="ran"):
        Office(office.program, covered=office.covered, unboxed=True).pdf(b"")


def test_what_takes_too_long_is_stopped_with_all_it_started(tmp_path: Path) -> None:
    left = tmp_path / "left"
    office = script(tmp_path, f'(sleep 600; touch "{left}") & echo $! ; wait', unboxed=True, patience=0.3)
    with pytest.raises(EngineFailed, match="was stopped") as stopped:
        office.pdf(b"")
    assert stopped.value.permanent


def test_none_and_a_program_that_is_not_there_are_no_office() -> None:
    assert find("none", covered=Path("/"), fonts=(), unboxed=True) is None
    assert find("/nowhere/soffice", covered=Path("/"), fonts=(), unboxed=True) is None


@pytest.mark.skipif(INSTALLED is None or INSTALLED.box is None, reason="LibreOffice is not installed")
def test_libreoffice_draws_what_we_cannot_and_says_the_same(tmp_path: Path) -> None:
    columns = making.SECTION.replace("</w:sectPr>", '<w:cols w:num="2"/></w:sectPr>')
    content = word("合作备忘录 Memorandum", paragraph("第一条 合作。"), section=columns)
    assert not read(content).drawable
    covered = tmp_path / "instance"
    covered.mkdir()
    office = find("auto", covered=covered, fonts=load(Settings().fonts).folders, unboxed=False)
    assert office is not None
    copy = still(content)
    assert differences(office.pdf(copy), copy) == []
    assert office.version.startswith("LibreOffice")
