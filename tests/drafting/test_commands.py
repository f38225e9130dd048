"""Documents from a terminal: filled, checked, drawn; and what the exit status says."""

from __future__ import annotations

import json
from pathlib import Path

import docx
import pytest
from click.testing import Result
from flask import Flask

from mou_service.documents.word.revising.revisions import reject_all
from mou_service.documents.word.text import plain_text
from mou_service.drafting.commands import COMMANDS
from mou_service.settings import ROOT


def _run(app: Flask, name: str, *arguments: object) -> Result:
    command = next(each for each in COMMANDS if each.name == name)
    return app.test_cli_runner().invoke(command, [str(argument) for argument in arguments])


@pytest.mark.parametrize("template", ["letter-of-intent", "university-company", "university-university"])
def test_an_example_is_shown_filled_and_drawn(app: Flask, tmp_path: Path, template: str) -> None:
    values, out, pdf = tmp_path / "values.json", tmp_path / "out.docx", tmp_path / "out.pdf"
    shown = _run(app, "template", "show", template)
    values.write_text(shown.output, "utf-8")
    assert _run(app, "draft", template, values, out).exit_code == 0
    assert json.loads(shown.output)["partner"]["name"]["en"] in "\n".join(plain_text(out.read_bytes()))
    drawn = _run(app, "render", out, pdf)
    assert drawn.exit_code == 0, drawn.output
    assert pdf.read_bytes().startswith(b"%PDF-")


def test_values_that_lack_something_are_refused_with_a_list(app: Flask, tmp_path: Path) -> None:
    values, out = tmp_path / "values.json", tmp_path / "out.docx"
    values.write_text("{}", "utf-8")
    refused = _run(app, "draft", "letter-of-intent", values, out)
    assert refused.exit_code == 1
    assert "partner: The party “partner” is missing." in refused.output
    assert not out.exists()


def test_an_unknown_template_is_wrong_use(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "v.json").write_text("{}", "utf-8")
    refused = _run(app, "draft", "nothing", tmp_path / "v.json", tmp_path / "o.docx")
    assert refused.exit_code == 2
    assert "university-company" in refused.output


def test_what_cannot_be_drawn_is_listed_and_nothing_is_written(app: Flask, tmp_path: Path) -> None:
    source, out = tmp_path / "source.docx", tmp_path / "out.pdf"
    document = docx.Document()
    document.add_paragraph("A sign no font has: \U0001f9ff")
    document.save(str(source))
    refused = _run(app, "render", source, out)
    assert refused.exit_code == 1
    assert "NAZAR AMULET" in refused.output
    assert not out.exists()


def test_a_template_is_checked(app: Flask, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.docx", tmp_path / "bad.docx"
    for path, text in ((good, "{{ own.name.en }}"), (bad, "{{ own.__class__ }}")):
        document = docx.Document()
        document.add_paragraph(text)
        document.save(str(path))
    assert _run(app, "template", "check", good).exit_code == 0
    refused = _run(app, "template", "check", bad)
    assert refused.exit_code == 1
    assert "__class__" in refused.output
    ours = _run(app, "template", "check", ROOT / "document_templates" / "letter-of-intent.docx")
    assert ours.output.endswith("usable as “letter-of-intent”\n")
    strange = _run(app, "template", "check", good, "--for", "letter-of-intent")
    assert strange.exit_code == 0 and "stands in the text in use and not in this file" in strange.output
    (tmp_path / "no.docx").write_bytes(b"%PDF-1.7")
    assert _run(app, "template", "check", tmp_path / "no.docx").exit_code == 1


def test_two_files_are_compared_and_written_with_tracked_changes(app: Flask, tmp_path: Path) -> None:
    old, new, out = (tmp_path / f"{name}.docx" for name in ("old", "new", "out"))
    for path, text in ((old, "It holds for three years."), (new, "It holds for five years.")):
        document = docx.Document()
        document.add_heading("Article 1 Term")
        document.add_paragraph(text)
        document.save(str(path))
    said = _run(app, "compare", old, new, "--out", out)
    assert said.exit_code == 0, said.output
    assert "Article 1 Term\n  changed: It holds for [-three-]{+five+} years." in said.output
    assert plain_text(reject_all(out.read_bytes())) == plain_text(old.read_bytes())
    (tmp_path / "none.docx").write_bytes(b"no Word file")
    refused = _run(app, "compare", old, tmp_path / "none.docx")
    assert refused.exit_code == 1
    assert "cannot be used" in refused.output
