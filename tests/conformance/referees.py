"""Programs by others and what each says about the files; an objection is a sentence."""

from __future__ import annotations

import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from mou_service.trust.evidence import signatures
from tests.conformance.files import Judged
from tests.conformance.maven import HERE, Unavailable, classes, said

PASSED = "TOTAL_PASSED"
VALID, UNKNOWN = "Signature is Valid.", "Signature has not yet been verified."
FLAVOURS = {"2a": "PDF/A-2a", "2b": "PDF/A-2b", "ua1": "PDF/UA-1"}


def dss(files: Sequence[Judged], roots: Sequence[Path]) -> Iterator[str]:
    """The EU's DSS library: level and verdict of every signature, with our roots trusted and no network."""
    asked = [each for each in files if each.level is not None]
    command = ["java", "-cp", classes("dss.xml"), str(HERE / "Referee.java"), *map(str, roots), "--"]
    found = defaultdict(list)
    for line in said(*command, *(str(each.path) for each in asked)).splitlines():
        path, *told = line.split("\t")
        found[path].append(told)
    for each in asked:
        told = found[str(each.path)]
        counted = Counter((level, verdict) for _signer, level, verdict, *_ in told)
        answer = ", ".join(f"{number} × {level} {verdict}" for (level, verdict), number in counted.items())
        print(f"DSS      {each.name}: {answer or 'no signature'}")
        for signer, level, verdict, *why in told:
            if level != each.level or (each.passes and verdict != PASSED):
                yield f"DSS objects to {each.name}: {signer}: {level} {verdict} {' '.join(why)}"
        if not told:
            yield f"DSS finds no signature in {each.name}"


def verapdf(files: Sequence[Judged], _roots: Sequence[Path]) -> Iterator[str]:
    """veraPDF: is it what it claims to be, PDF/A-2a and PDF/UA-1 or PDF/A-2b?"""
    command = ["java", "-cp", classes("verapdf.xml"), "org.verapdf.apps.GreenfieldCliWrapper", "--format", "text"]
    for flavour, name in FLAVOURS.items():
        asked = [each for each in files if flavour in each.flavours]
        answer = said(*command, "-f", flavour, *(str(each.path) for each in asked)).splitlines()
        passed = {each for each in asked if any(line.startswith(f"PASS {each.path} ") for line in answer)}
        print(f"veraPDF  {name}: {len(passed)} of {len(asked)} files pass")
        for each in asked:
            if each not in passed:
                told = next((line for line in answer if str(each.path) in line), "no answer")
                yield f"veraPDF objects to {each.name} as {name}: {told}"


def pdfsig(files: Sequence[Judged], _roots: Sequence[Path]) -> Iterator[str]:
    """poppler's pdfsig: is the cryptography of each signature right? It knows no document time-stamps."""
    if not shutil.which("pdfsig"):
        raise Unavailable("there is no pdfsig here")
    for each in files:
        parts = signatures(each.path.read_bytes())
        if not parts and each.level is None:
            continue  # nobody has signed it yet
        stamps = sum(part.is_timestamp for part in parts)
        answer = said("pdfsig", "-nocert", str(each.path)).splitlines()
        verdicts = Counter(line.partition("Validation: ")[2] for line in answer if "Signature Validation:" in line)
        valid = verdicts.pop(VALID, 0)
        # What it does not know it calls unverified: as many as there are time-stamps, and no more.
        unknown = verdicts.pop(UNKNOWN, 0)
        print(f"pdfsig   {each.name}: {valid} valid{f', {unknown} time-stamps not looked at' if unknown else ''}")
        if not valid or verdicts or unknown != stamps:
            yield f"pdfsig objects to {each.name}: {dict(verdicts)}, {unknown} not verified of {stamps} time-stamps"


REFEREES = {"the EU's DSS library": dss, "veraPDF": verapdf, "poppler's pdfsig": pdfsig}
