"""A table of partners: what is taken in, what is known, what is rejected with its line."""

from pathlib import Path

import pytest
from flask import Flask

from mou_service.core.actors import SERVICE
from mou_service.core.db import db
from mou_service.partners import commands, importing, queries

TABLE = """name_en,name_zh,country,kind,ror,person_en,title_en,signs,authority
University of Ruse,鲁塞大学,BG,university,,Galina Ivanova,Vice Rector,yes,statute
TechProtect GmbH,,Germany,company,,,,,
"A name
over two lines",,DE,,05jb9pq58,,,,
Nowhere College,,XX,,,,,,
University of Ruse,,BG,,,Another Person,Rector,yes,
,香港某大学,中国香港,university,,,,,
"""


def _run(app: Flask, file: Path, *options: str):  # type: ignore[no-untyped-def]
    return app.test_cli_runner().invoke(commands.partners, ["import", str(file), *options])


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "partners.csv"
    file.write_text(TABLE, "utf-8")
    return file


def test_good_rows_are_taken_in_and_bad_ones_named_with_their_line(app: Flask, table: Path) -> None:
    done = _run(app, table)
    assert done.exit_code == 1
    assert "Added: 3 organisations, 1 people" in done.output
    assert [line.split(":")[0] for line in done.output.splitlines() if line.startswith("line ")] == [
        "line 4",
        "line 6",
        "line 7",
    ]
    assert {o.country for o in queries.listed(SERVICE)} == {"BG", "DE", "HK"}


def test_a_rejected_row_leaves_no_trace(app: Flask, table: Path) -> None:
    _run(app, table)
    (ruse,) = queries.listed(SERVICE, words="ruse")
    assert [p.person.called()["en"] for p in ruse.positions] == ["Galina Ivanova"]


def test_running_it_again_adds_nothing(app: Flask, table: Path) -> None:
    _run(app, table)
    again = _run(app, table)
    assert "Added: 0 organisations, 0 people. Known already: 3" in again.output
    assert len(queries.listed(SERVICE)) == 3


def test_a_dry_run_changes_nothing(app: Flask, table: Path) -> None:
    assert "Would add: 3" in _run(app, table, "--dry-run").output
    assert queries.listed(SERVICE) == []


def test_a_table_without_faults_ends_with_0(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "good.csv"
    file.write_bytes("name_zh;country\n鲁塞大学;保加利亚\n".encode("gb18030"))
    assert _run(app, file).exit_code == 0
    assert queries.listed(SERVICE)[0].called() == {"zh": "鲁塞大学"}


@pytest.mark.parametrize("header", ["nome,country", "name_en,name_en,country", "name_en", ""])
def test_a_header_that_says_nothing_ends_with_2(app: Flask, tmp_path: Path, header: str) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(f"{header}\nx,BG\n", "utf-8")
    assert _run(app, file).exit_code == 2


def test_the_same_number_is_the_same_house(app: Flask) -> None:
    for name in ("University of Ruse", "Another name"):
        rows = importing.lines(f"name_en,country,ror\n{name},BG,05jb9pq57\n".encode())
        list(importing.take_in(rows, actor=SERVICE))
    db.session.flush()
    assert len(queries.listed(SERVICE)) == 1
