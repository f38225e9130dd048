"""`flask mou corpus`: measure a folder of Word files by others."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from mou_service import engines

from .gold import Answer, answers
from .measuring import Measured, measure

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_SUFFIXES = (".docx", ".docm")


@click.command("corpus")
@click.argument("folder", type=FOLDER)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a table.")
@click.option("--pages", type=click.Path(file_okay=False, path_type=Path), help="Write the PDFs here, to look at.")
@click.option("--no-office", is_flag=True, help="Measure what becomes of the files where there is no LibreOffice.")
@with_appcontext
def corpus(folder: Path, *, as_json: bool, pages: Path | None, no_office: bool) -> None:
    """Measure every Word file of FOLDER (and of FOLDER/docx), and the questions of FOLDER/gold.

    A MANIFEST.tsv with columns "name" and "agreement" says which files are agreements.
    Exit status: 0 when no result is wrong and at most one agreement in ten is refused, else 1.
    """
    used = engines.current()
    agreements = _agreements(folder)
    files = [
        measure(path, fonts=used.fonts, office=None if no_office else used.office, agreement=path.name in agreements)
        for path in _files(folder)
    ]
    if pages is not None:
        pages.mkdir(parents=True, exist_ok=True)
        for each in files:
            if each.pdf:
                (pages / f"{Path(each.name).stem}.pdf").write_bytes(each.pdf)
    asked = list(answers(folder / "gold"))
    click.echo(json.dumps(_plain(files, asked), ensure_ascii=False, indent=2) if as_json else _table(files, asked))
    if any(each.outcome == "wrong" for each in files) or _refused_agreements(files) > 0.1:
        raise SystemExit(1)


def _files(folder: Path) -> list[Path]:
    found = [path for place in (folder, folder / "docx") if place.is_dir() for path in place.iterdir()]
    return sorted(path for path in found if path.suffix.lower() in _SUFFIXES and path.is_file())


def _agreements(folder: Path) -> set[str]:
    for place in (folder, folder.parent):
        manifest = place / "MANIFEST.tsv"
        if manifest.is_file():
            head, *lines = (line.split("\t") for line in manifest.read_text("utf-8").splitlines())
            name, mark = head.index("name"), head.index("agreement")
            return {line[name] for line in lines if len(line) > mark and line[mark].strip() == "yes"}
    return set()


def _refused_agreements(files: Sequence[Measured]) -> float:
    agreements = [each for each in files if each.agreement]
    return sum(not each.usable for each in agreements) / len(agreements) if agreements else 0.0


def _plain(files: Sequence[Measured], asked: Sequence[Answer]) -> dict[str, Any]:
    return {
        "files": [
            {
                "name": each.name, "outcome": each.outcome, "agreement": each.agreement, "pages": each.pages,
                "milliseconds": round(each.milliseconds), "recall": round(each.recall, 5), "reasons": each.reasons,
                "instead": each.instead,
            }
            for each in files
        ],
        "gold": [vars(each) for each in asked],
        "summary": _summary(files, asked),
    }  # fmt: skip


def _summary(files: Sequence[Measured], asked: Sequence[Answer]) -> dict[str, Any]:
    made = [each for each in files if each.usable]
    agreements = [each for each in files if each.agreement]
    return {
        "files": len(files),
        **Counter(each.outcome for each in files),
        "agreements": len(agreements),
        "agreements_refused": sum(not each.usable for each in agreements),
        "lowest_recall": round(min((each.recall for each in made), default=1.0), 5),
        "gold": {kind: f"{right} of {count}" for kind, (right, count) in _by_kind(asked).items()},
    }


def _by_kind(asked: Sequence[Answer]) -> dict[str, tuple[int, int]]:
    kinds = dict.fromkeys(each.kind for each in asked)
    return {kind: (sum(a.right for a in asked if a.kind == kind), sum(a.kind == kind for a in asked)) for kind in kinds}


def _table(files: Sequence[Measured], asked: Sequence[Answer]) -> str:
    lines = []
    for each in files:
        mark = "*" if each.agreement else " "
        figures = f"{each.pages:4} p {each.milliseconds:7.0f} ms {each.recall:8.2%}" if each.pages else " " * 24
        lines.append(f"{each.outcome:8}{mark} {figures}  {each.name}")
        lines += [f"{'':12}{reason}" for reason in (*each.reasons, *(f"not by us: {one}" for one in each.instead))]
    lines += [f"wrong     {each.kind}: {each.name}: {each.detail}" for each in asked if not each.right]
    summary = _summary(files, asked)
    lines += ["", *(f"{name.replace('_', ' ')}: {told}" for name, told in summary.items() if told != {})]
    return "\n".join([*lines, "* an agreement" if summary["agreements"] else ""]).rstrip()


COMMANDS = [corpus]
