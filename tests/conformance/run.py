"""Asks programs by others about finished files: the EU's DSS library, veraPDF, pdfsig. Run by `make conformance`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from mou_service.archive.words import pem
from mou_service.engines import from_settings
from mou_service.settings import Settings
from mou_service.trust.chains import load_roots
from tests.tsa import TimestampService

HERE = Path(__file__).resolve().parent
LEVEL, PASSED = "PAdES-BASELINE-LTA", "TOTAL_PASSED"
VERAPDF = "org.verapdf.apps.GreenfieldCliWrapper"


def main() -> int:
    """0 when nobody objects; a referee that is not installed is named, and objects to nothing."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        files, roots = _finished(work)
        unhappy = [*_dss(work, files, roots), *_verapdf(work, files), *_pdfsig(files)]
    print("\n".join(unhappy) if unhappy else "No referee objects.")
    return 1 if unhappy else 0


def _finished(work: Path) -> tuple[list[Path], list[Path]]:
    """The files of a demonstration that was stamped by a real time-stamp service, and whom to trust for them."""
    (work / "service").mkdir()
    service = TimestampService(work / "service")
    (work / "roots.pem").write_text(pem(service.certificate()))
    instance = work / "instance"
    environment = {"INSTANCE": str(instance), "TSA_URL": service.url(), "TSA_ROOTS": str(work / "roots.pem")}
    make = [sys.executable, "-m", "flask", "mou", "demo", "--out", str(work / "demo")]
    subprocess.run(make, check=True, env={**os.environ, **environment})
    service.close()
    settings = Settings(_env_file=None, instance=instance)
    roots = load_roots(from_settings(settings).known_roots())
    paths = []
    for number, content in enumerate([*(root.dump() for root in roots), service.certificate()]):
        paths.append(work / f"root{number}.der")
        paths[-1].write_bytes(content)
    return sorted((work / "demo").glob("*/final.pdf")), paths


def _dss(work: Path, files: list[Path], roots: list[Path]) -> list[str]:
    if not _java():
        print("not checked: the EU's DSS library (no Java with Maven here)")
        return []
    classes, unhappy = _classes("dss.xml", work), []
    for file in files:
        answer = _said("java", "-cp", classes, str(HERE / "Referee.java"), str(file), *map(str, roots))
        for line in answer.splitlines():
            signer, level, verdict, *_why = line.split("\t")
            print(f"DSS      {file.parent.name}  {signer}: {level} {verdict}")
            if (level, verdict) != (LEVEL, PASSED):
                unhappy.append(f"DSS objects to {file}: {line}")
        if not answer:
            unhappy.append(f"DSS finds no signature in {file}")
    return unhappy


def _verapdf(work: Path, files: list[Path]) -> list[str]:
    if not _java():
        print("not checked: veraPDF (no Java with Maven here)")
        return []
    classes, unhappy = _classes("verapdf.xml", work), []
    certificates = [file.with_name("certificate.pdf") for file in files]
    for flavour in ("2a", "ua1"):
        ask = [VERAPDF, "--format", "text", "-f", flavour, *map(str, [*files, *certificates])]
        verdicts = [line for line in _said("java", "-cp", classes, *ask).splitlines() if line[:4] in ("PASS", "FAIL")]
        passed = [line for line in verdicts if line.startswith("PASS")]
        print(f"veraPDF  {flavour}: {len(passed)} of {2 * len(files)} files pass")
        if len(passed) != 2 * len(files):
            unhappy += [f"veraPDF objects: {line}" for line in verdicts if line not in passed] or [
                "veraPDF said nothing"
            ]
    return unhappy


def _java() -> bool:
    return bool(shutil.which("java") and shutil.which("mvn"))


def _classes(project: str, work: Path) -> str:
    found = work / f"{project}.classpath"
    build = ["mvn", "-q", "-B", "-f", str(HERE / project), "dependency:build-classpath", f"-Dmdep.outputFile={found}"]
    subprocess.run(build, check=True)
    return found.read_text().strip()


def _said(*command: str) -> str:
    # The answer counts, not the status: a referee that objects may end with one of its own.
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False).stdout


def _pdfsig(files: list[Path]) -> list[str]:
    if not shutil.which("pdfsig"):
        print("not checked: poppler's pdfsig")
        return []
    unhappy = []
    for file in files:
        answer = subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=False).stdout
        said = [line.partition("Signature Validation: ")[2] for line in answer.splitlines() if "Validation: S" in line]
        print(
            f"pdfsig  {file.parent.name}  {said.count('Signature is Valid.')} valid; of the time-stamp it says: {said[-1]}"
        )
        # The last is the document time-stamp, a kind of signature that pdfsig does not know.
        if len(said) < 2 or set(said[:-1]) != {"Signature is Valid."}:
            unhappy.append(f"pdfsig objects to {file}")
    return unhappy


if __name__ == "__main__":
    sys.exit(main())
