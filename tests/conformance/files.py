"""The files that are judged, made by the service in this run, with a real time-stamp service behind it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from mou_service import app as application
from mou_service.archive.words import pem
from mou_service.core import clock
from mou_service.core.db import Model, db
from mou_service.engines import from_settings
from mou_service.settings import Settings
from mou_service.trust import evidence, sign
from mou_service.trust.authority import Authority
from mou_service.trust.chains import load_roots
from mou_service.trust.sign import Level
from mou_service.trust.timestamps import HttpTimestamps
from tests.conformance import others, own, scripts
from tests.signers import Authorities
from tests.tsa import TimestampService

ARCHIVE = "PAdES-BASELINE-LTA"


@dataclass(frozen=True)
class Judged:
    """A file, and what is asked about it. `level`: what DSS has to find of every signature, None to ask nothing.

    Below B-LT a file does not carry what validates it, and DSS, which asks nobody here, can come to no verdict.
    """

    path: Path
    level: str | None = None
    #: What it claims to be; a file with pages by other programs claims less.
    flavours: tuple[str, ...] = ("2a", "ua1")

    @property
    def name(self) -> str:
        return f"{self.path.parent.name}/{self.path.stem}"

    @property
    def passes(self) -> bool:
        return self.level is not None and self.level.endswith(("-LT", "-LTA"))


@dataclass(frozen=True)
class Evidence:
    """Everything the referees are given."""

    files: tuple[Judged, ...]
    #: Whom to trust (DER): our roots, the time-stamp service's, and that of the authority elsewhere.
    roots: tuple[Path, ...]


def made(work: Path) -> Evidence:
    """The demonstration as `flask mou demo` makes it, and what it has not: another language, many scripts, each level."""
    for folder in ("service", "elsewhere"):
        (work / folder).mkdir()
    service, elsewhere = TimestampService(work / "service"), Authorities(work / "elsewhere")
    try:
        (work / "roots.pem").write_text(pem(service.certificate()))
        (work / "signers.pem").write_bytes(elsewhere.pem())
        settings = Settings(
            _env_file=None, instance=work / "instance", database_url="sqlite://", demo=True, tsa_url=service.url(),
            tsa_roots=str(work / "roots.pem"), signer_roots=str(work / "signers.pem"), key_secret="a secret for one run", secret_key="a key for one run",
        )  # fmt: skip
        files = [
            *_demonstration(work, service),
            *_english(work, settings, elsewhere),
            *_levels(work, settings, service),
            *_with_pages_of_others(work, settings),
        ]
        roots = [root.dump() for root in load_roots(from_settings(settings).known_roots())]
        roots += [service.certificate(), elsewhere.certificate().dump()]
        return Evidence(tuple(files), tuple(_written(work / "roots", roots)))
    finally:
        service.close()
        elsewhere.close()


def _demonstration(work: Path, service: TimestampService) -> Iterator[Judged]:
    environment = {
        "INSTANCE": str(work / "instance"), "TSA_URL": service.url(), "TSA_ROOTS": str(work / "roots.pem"),
        "KEY_SECRET": "a secret for one run",
    }  # fmt: skip
    make = [sys.executable, "-m", "flask", "mou", "demo", "--out", str(work / "demo")]
    subprocess.run(make, check=True, env={**os.environ, **environment})
    for final in sorted((work / "demo").glob("*/final.pdf")):
        yield Judged(final, ARCHIVE)
        yield Judged(final.with_name("certificate.pdf"))
        yield Judged(_frozen(final))


def _frozen(final: Path) -> Path:
    """What people were shown before the first of them signed: the first revision that carries a signature."""
    content = final.read_bytes()
    first = next(each for each in evidence.revisions(content) if each.signed)
    path = final.with_name("frozen.pdf")
    path.write_bytes(content[: first.length])
    return path


def _english(work: Path, settings: Settings, elsewhere: Authorities) -> Iterator[Judged]:
    """An agreement in English alone, one of whose signatories has an own certificate.

    Everything that the archive keeps of it as PDF is judged, down to the file after each single act.
    """
    engines = from_settings(settings)
    folder = work / "demo" / "english"
    folder.mkdir()
    with application.create_app(settings, with_engines=engines).app_context():
        Model.metadata.create_all(db.engine)
        final = own.archived(engines, elsewhere, template="university-university-en")
        db.close()
    for key in engines.files.keys():
        content = engines.files.get(key)
        if content.startswith(b"%PDF-"):
            path = folder / ("final.pdf" if key == final else f"{key[:8]}.pdf")
            path.write_bytes(content)
            yield Judged(path, ARCHIVE if key == final else None)


LEVELS: dict[Level, str] = {
    "B-B": "PAdES-BASELINE-B", "B-T": "PAdES-BASELINE-T", "B-LT": "PAdES-BASELINE-LT", "B-LTA": ARCHIVE,
}  # fmt: skip


def _levels(work: Path, settings: Settings, service: TimestampService) -> Iterator[Judged]:
    """People of many scripts, on a file of each level; and the last one with a second archive time-stamp."""
    authority = from_settings(settings).authority(institution="Own University", country="CN", demonstration=True)
    source = HttpTimestamps(service.url(), roots=(service.certificate(),))
    for level, found in LEVELS.items():
        content = _signed(authority, source, level)
        (path,) = _written(work / "demo" / "scripts", [content], name=f"{level}.pdf")
        yield Judged(path, found)
    again = sign.timestamp(content, source=source, evidence=authority.validation_data(clock.now())).pdf
    (path,) = _written(work / "demo" / "scripts", [again], name="renewed.pdf")
    yield Judged(path, ARCHIVE)


def _with_pages_of_others(work: Path, settings: Settings) -> Iterator[Judged]:
    folder = work / "demo" / "others"
    for name, content, ours in others.documents(from_settings(settings)):
        (path,) = _written(folder, [content], name=f"{name}.pdf")
        yield Judged(path, flavours=("2a", "ua1") if ours else ("2b",))


def _signed(authority: Authority, source: HttpTimestamps, level: Level) -> bytes:
    common = {"level": level, "timestamps": source}
    began = clock.now() - timedelta(minutes=1)
    pdf = sign.certify(scripts.frozen().pdf, credential=authority.platform, **common).pdf
    for person in scripts.PEOPLE:
        credential = authority.issue_person(person.name["en"], person.organisation["en"], at=began)
        pdf = sign.sign(
            pdf, field=person.field, credential=credential, stamp=scripts.stamp(person), reason="I sign",
            location="Shanghai", **common,
        ).pdf  # fmt: skip
    if level != "B-LTA":
        return pdf
    return sign.timestamp(pdf, source=source, evidence=authority.validation_data(clock.now())).pdf


def _written(folder: Path, contents: list[bytes], name: str = "{}.der") -> list[Path]:
    folder.mkdir(exist_ok=True)
    paths = [folder / name.format(number) for number in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    return paths
