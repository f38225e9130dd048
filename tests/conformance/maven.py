"""The referees written in Java, fetched by Maven."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent
#: A registry that does not answer now may do so in a moment.
PAUSES = (0, 5, 20)


class Unavailable(Exception):
    """Why a referee cannot be asked, as the end of a sentence."""


@cache
def classes(project: str) -> str:
    """The class path of what `project` (a pom) stands on. Raises `Unavailable`."""
    if why := _lacking():
        raise Unavailable(why)
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder, "classpath")
        fetch = [
            "mvn", "-q", "-B", "-U", "-Dstyle.color=never", "-f", str(HERE / project), "dependency:build-classpath", f"-Dmdep.outputFile={found}"
        ]  # fmt: skip
        for pause in PAUSES:
            time.sleep(pause)
            told = subprocess.run(fetch, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
            if told.returncode == 0:
                return found.read_text().strip()
    problems = [line for line in told.stdout.splitlines() if "ERROR" in line]
    raise Unavailable(f"Maven could not fetch it: {problems[0] if problems else told.stdout[-300:]}")


def _lacking() -> str:
    for program in ("java", "mvn"):
        if not shutil.which(program):
            return f"there is no {program} here"
    return "" if "jdk.compiler" in said("java", "--list-modules") else "this Java has no compiler: a JDK is needed"


def said(*command: str) -> str:
    """What a program answers. That counts, not its status: a referee that objects may end with one of its own."""
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False).stdout
