"""`make conformance`: asks programs by others about files the service makes in this run."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from pathlib import Path

from tests.conformance.files import made
from tests.conformance.maven import Unavailable
from tests.conformance.referees import REFEREES


def main() -> int:
    """0 when nobody objects. Who cannot be asked is named; with REQUIRE_JAVA=1 that counts as an objection."""
    # A path that is tried and leads nowhere is no news.
    logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    with tempfile.TemporaryDirectory(prefix="mou-conformance-") as folder:
        evidence = made(Path(folder))
        objections, absent = [], []
        for name, referee in REFEREES.items():
            try:
                objections += referee(evidence.files, evidence.roots)
            except Unavailable as problem:
                absent.append(f"not checked: {name} ({problem})")
    for line in (*objections, *absent):
        print(line)
    if not objections:
        print("No referee objects." if not absent else "No referee who could be asked objects.")
    return 1 if objections or (absent and os.environ.get("REQUIRE_JAVA") == "1") else 0


if __name__ == "__main__":
    sys.exit(main())
