"""`flask mou draft`, `render`, `compare` and `template …`: documents from a terminal, without the database."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from mou_service import engines, migrations
from mou_service.core.clock import now
from mou_service.documents import findings
from mou_service.documents.pdf.layout import Options, render
from mou_service.documents.word.findings import Finding, TemplateFailed, UnsafeFile
from mou_service.documents.word.gate.check import check
from mou_service.documents.word.gate.handout import hand_out
from mou_service.documents.word.revising.compare import compare
from mou_service.documents.word.revising.redline import RedlineFailed, redline
from mou_service.documents.word.templates.manifest import Manifest
from mou_service.documents.word.templates.merge import inspect
from mou_service.library import queries as library
from mou_service.library.examining import examine

from . import texts

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW = click.Path(dir_okay=False, path_type=Path)
_MARKED = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}


class Hindered(click.ClickException):
    """What was asked cannot be done; every reason has its line. Exit status 1."""

    exit_code = 1

    def __init__(self, title: str, reasons: Sequence[str]) -> None:
        super().__init__("\n".join([title, *(f"  {reason}" for reason in reasons)]))


@click.command()
@click.argument("template")
@click.argument("values", type=FILE)
@click.argument("out", type=NEW)
@with_appcontext
def draft(template: str, values: Path, out: Path) -> None:
    """Fill TEMPLATE with the values of a JSON file and write OUT.docx.

    `flask mou template show TEMPLATE` prints an example of the values.
    Exit status: 0 written, 1 the values or the template do not allow it, 2 wrong use.
    """
    manifest = _manifest(template)
    given = _json(values)
    if problems := manifest.validate(given):
        raise Hindered(f"{values} cannot become a document:", [f"{p.field}: {p.message}" for p in problems])
    try:
        out.write_bytes(texts.filled(manifest, given))
    except TemplateFailed as error:
        raise Hindered(f"{manifest.document} could not be filled:", _sentences(error.findings)) from error
    click.echo(out)


@click.command("render")
@click.argument("source", type=FILE)
@click.argument("out", type=NEW)
@with_appcontext
def render_(source: Path, out: Path) -> None:
    """Draw a Word file as an archivable PDF, with the renderer the service uses.

    What cannot be drawn faithfully is listed, and nothing is written.
    Exit status: 0 written, 1 refused with a list, 2 wrong use.
    """
    try:
        document = texts.blocks_of(check(source.read_bytes()).clean)
        rendered = render(document, fonts=engines.current().fonts, options=Options())
    except findings.Hindered as error:
        raise Hindered(f"{source} cannot be drawn faithfully:", _sentences(error.findings)) from error
    out.write_bytes(rendered.pdf)
    click.echo(f"{out}: {rendered.pages} pages")


@click.command("compare")
@click.argument("old", type=FILE)
@click.argument("new", type=FILE)
@click.option("--out", type=NEW, help="Write the later file here, with the differences as tracked changes.")
@click.option("--author", default="Comparison", show_default=True, help="Whose changes they are.")
@with_appcontext
def compare_(old: Path, new: Path, out: Path | None, author: str) -> None:
    """Say what differs between two Word files, clause by clause: [-taken out-] and {+put in+}.

    Exit status: 0 compared, 1 a file cannot be used or its changes cannot be shown in Word, 2 wrong use.
    """
    before, after = _checked(old), _checked(new)
    for clause, changes in compare(before, after).by_clause().items():
        click.echo(clause or "-")
        for change in changes:
            click.echo(f"  {change.kind}: " + "".join(_MARKED[part.kind].format(part.text) for part in change.inline))
    if out is None:
        return
    try:
        out.write_bytes(
            redline(*(hand_out(each, author=author) for each in (before, after)), author=author, date=now())
        )
    except RedlineFailed as error:
        raise Hindered(f"{out} is not written:", [str(error)]) from error
    click.echo(out)


def _checked(path: Path) -> bytes:
    try:
        return check(path.read_bytes()).clean
    except findings.Hindered as error:
        raise Hindered(f"{path} cannot be used:", _sentences(error.findings)) from error


@click.group()
def template() -> None:
    """The templates of documents."""


@template.command("list")
@with_appcontext
def list_() -> None:
    """Name the templates that are offered."""
    for manifest in _manifests().values():
        click.echo(f"{manifest.type}\t{manifest.title.get('en', '')}\t{', '.join(manifest.languages)}")


@template.command("show")
@click.argument("name")
@with_appcontext
def show(name: str) -> None:
    """Print an example of the values a template asks for, as JSON."""
    click.echo(json.dumps(_manifest(name).example(), ensure_ascii=False, indent=2))


@template.command("check")
@click.argument("file", type=FILE)
@click.option("--for", "name", help="The template it is to become; otherwise the name of the file says so.")
@with_appcontext
def check_(file: Path, name: str | None) -> None:
    """Look through a Word file that is to become a template, as the page does, and say what was found and where.

    Beside a template it is also filled with the example, drawn and compared with the file in use.
    Exit status: 0 usable, 1 not usable, 2 wrong use.
    """
    known = _manifest(name) if name else _manifests().get(file.stem)
    content = file.read_bytes()
    try:
        found = examine(content, known, fonts=engines.current().fonts).findings if known else inspect(content).findings
    except UnsafeFile as error:
        raise Hindered(f"{file} cannot be used:", _sentences(error.findings)) from error
    if any(each.outcome == "refuse" for each in found):
        raise Hindered(f"{file} cannot be used:", _sentences(found))
    for each in found:
        click.echo(f"{each.outcome}: {each}")
    click.echo(f"{file}: usable" + (f" as “{known.type}”" if known else ", as far as can be told without its template"))


def _manifests() -> Mapping[str, Manifest]:
    """Those in use; before there is a database, those that came with the service."""
    return engines.current().manifests if migrations.is_untouched() else library.manifests()


def _manifest(name: str) -> Manifest:
    manifests = _manifests()
    if name not in manifests:
        raise click.UsageError(f"There is no template “{name}”. There are: {', '.join(manifests)}.")
    return manifests[name]


def _json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text("utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise Hindered(f"{path} is not readable JSON:", [str(error)]) from error
    if not isinstance(content, dict):
        raise Hindered(f"{path} holds no values:", ["The file must hold one object, {…}."])
    return content


def _sentences(findings: Sequence[Finding]) -> list[str]:
    return [str(finding) for finding in findings]


COMMANDS = [draft, render_, compare_, template]
