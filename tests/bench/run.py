"""`make bench`: how fast and how large, as ratios measured in one run. It reports and never fails."""

from __future__ import annotations

import argparse
import json
import logging
import os
import platform
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench import large, signing, typing, words
from tests.bench.measuring import Figure

PARTS: dict[str, Callable[[argparse.Namespace], Iterator[Figure]]] = {
    "signing": lambda asked: signing.figures(rounds=asked.rounds),
    "large": lambda _asked: large.figures(),
    "typing": lambda asked: typing.figures(rounds=asked.rounds),
    "words": lambda asked: words.figures(rounds=asked.rounds, folder=asked.dir, files=asked.files),
}


def main() -> None:
    asked = _asked()
    logging.disable(logging.WARNING)
    # A table that goes into a file or a log keeps its lines.
    console = Console(stderr=asked.json, width=None if sys.stdout.isatty() else 220)
    console.print(_machine(), highlight=False, soft_wrap=True)
    found = []
    for name in asked.parts or PARTS:
        with console.status(f"Measuring: {name} …"):
            found += list(PARTS[name](asked))
    if asked.json:
        json.dump({"machine": _machine(), "figures": [each.facts() for each in found]}, sys.stdout, indent=1)
    elif asked.markdown:
        print("\n".join(_markdown(found)))
    else:
        console.print(_table(found))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"some of {', '.join(PARTS)}; all when none is named")
    parser.add_argument("--rounds", type=int, default=9, help="how often each way is measured")
    parser.add_argument("--dir", type=Path, help="a folder of Word files by others")
    parser.add_argument("--files", type=int, default=8, help="how many of them are rendered")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--markdown", action="store_true")
    asked = parser.parse_args()
    if unknown := set(asked.parts) - set(PARTS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    return asked


def _machine() -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in ("pyHanko", "reportlab", "docxtpl"))
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    return f"Python {platform.python_version()}, {os.cpu_count()} cores, load {load}; {packages}"


HEAD = ("What", "Ours", "Median", "Processor", "Against", "Theirs", "Processor", "Ratio", "Target", "Met")


def _row(each: Figure) -> tuple[str, ...]:
    return (
        each.what,
        _number(each.ours, each.unit) if not each.missing else "not measured",
        _number(each.middle, each.unit),
        _number(each.work, each.unit),
        each.against + (f" ({each.missing})" if each.missing else ""),
        _number(each.theirs, each.unit),
        _number(each.their_work, each.unit),
        f"{each.ratio:.2f}" if each.ratio is not None else "",
        _target(each),
        {True: "yes", False: "NO", None: ""}[each.met],
    )


def _target(each: Figure) -> str:
    if each.target is None:
        return ""
    return f"≤ {_number(each.target, each.unit)}" if each.of_ours else f"≤ {each.target:.2f} ×"


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    return f"{value:,.0f} {unit}" if value >= 10 else f"{value:.1f} {unit}"


def _table(found: list[Figure]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in HEAD:
        words = name in ("What", "Against")
        table.add_column(name, justify="left" if words else "right", overflow="fold", no_wrap=not words)
    for each in found:
        table.add_row(*_row(each), style="red" if each.met is False else None)
    return table


def _markdown(found: list[Figure]) -> Iterator[str]:
    yield f"| {' | '.join(HEAD)} |"
    yield f"|{'|'.join('---' if name in ('What', 'Against') else '--:' for name in HEAD)}|"
    yield from (f"| {' | '.join(_row(each))} |" for each in found)


if __name__ == "__main__":
    main()
