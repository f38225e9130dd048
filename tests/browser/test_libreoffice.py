"""Another program opens what is handed out as Word files; skipped where LibreOffice is not installed."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mou_service.documents.word.revising.redline import redline
from tests.documents.word.test_redline import PAIRS

OFFICE = shutil.which("soffice")


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
def test_every_redline_opens_in_libreoffice(tmp_path: Path) -> None:
    for name, (old, new) in PAIRS.items():
        made = redline(old, new, author="Legal office", date=datetime(2027, 3, 1, tzinfo=UTC))
        (tmp_path / f"{name}.docx").write_bytes(made)
    files = sorted(tmp_path.glob("*.docx"))
    home = (tmp_path / "home").as_uri()
    subprocess.run(
        [str(OFFICE), f"-env:UserInstallation={home}", "--headless", "--convert-to", "pdf", "--outdir", tmp_path, *files],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    assert [path.stem for path in sorted(tmp_path.glob("*.pdf"))] == [path.stem for path in files]
