"""The parts of the documentation that are tables in the code: settings, acts, permissions, what follows what."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from flask_babel import force_locale

from mou_service import reactions
from mou_service.agreements import lifecycle, permissions, states
from mou_service.agreements.rules import Rule
from mou_service.agreements.states import State
from mou_service.review import policy
from mou_service.settings import ROOT, Settings

#: The rules about people, as the documentation calls them.
_PEOPLE = {
    "drafter": "legal staff", "asked": "whoever was asked for an opinion or an approval", "service": "the service itself",
    "partner": "the partner's contact", "reviewer": "a reviewer who was asked", "organiser": "a ceremony organiser",
    "leader": "a leader", "auditor": "an auditor", "archivist": "an archivist",
}  # fmt: skip
DOCS = ROOT / "docs"
NOTE = "<!-- Written by `make docs` from the code; change the code instead. -->\n"


def pages() -> dict[Path, str]:
    """Every generated page with its text."""
    with force_locale("en"):
        return {
            DOCS / "settings.md": "\n".join([NOTE, *_settings(), ""]),
            DOCS / "lifecycle.md": "\n".join([NOTE, *_lifecycle(), ""]),
        }


def stale() -> list[Path]:
    """The pages that no longer say what the code does."""
    return [path for path, text in pages().items() if not path.exists() or path.read_text(encoding="utf-8") != text]


def write() -> list[Path]:
    """Bring the pages up to date; gives those that changed."""
    changed = stale()
    for path in changed:
        path.write_text(pages()[path], encoding="utf-8")
    return changed


def _settings() -> Iterator[str]:
    yield "# Settings\n"
    yield "Environment variables, or lines `NAME=value` in `instance/settings.env`. What is not set has the default.\n"
    yield "| Name | Default | What it is for |"
    yield "|---|---|---|"
    for name, field in Settings.model_fields.items():
        default = (
            "the project's `instance/`" if name == "instance" else f"`{field.default}`" if field.default != "" else "–"
        )
        yield f"| `{name.upper()}` | {default} | {field.description} |"


def _lifecycle() -> Iterator[str]:
    yield "# The life of an agreement\n"
    yield "```mermaid"
    yield lifecycle.diagram()
    yield "```\n"
    yield "## What can happen\n"
    yield "| Act | From | To | Who | Refused while |"
    yield "|---|---|---|---|---|"
    for step in lifecycle.STEPS.values():
        start = ", ".join(str(states.LABELS[s]) for s in step.start)
        needs = " ".join(str(rule.otherwise) for rule in step.needs) or "–"
        yield f"| `{step.name}` {step.label} | {start} | {states.LABELS[State(step.end)]} | {_people(step.who)} | {needs} |"
    yield "\n## Who may look\n"
    yield "| Permission | Who |"
    yield "|---|---|"
    for name, rule in permissions.PERMISSIONS.items():
        yield f"| `{name}` | {_people(rule)} |"
    yield "\n## Who is asked for an opinion or an approval, and why\n"
    yield "| Office | Phase | Because |"
    yield "|---|---|---|"
    for line in policy.POLICY:
        yield f"| {policy.FUNCTIONS[line.function]} | {line.phase} | {line.why} |"
    yield "\n## What follows what\n"
    yield "| Event | Jobs |"
    yield "|---|---|"
    for event, following in reactions.REACTIONS.items():
        yield f"| `{event}` | {', '.join(f'`{job}`' for job in following)} |"


def _people(rule: Rule) -> str:
    """Who a rule lets in, from the names it is made of."""
    said = rule.name.replace("_and_executed", " once everybody has signed").replace(
        "_and_out_to_sign", " once it is out to sign"
    )
    return ", ".join(_PEOPLE.get(name, name) + after for name, after in (_apart(part) for part in said.split("_or_")))


def _apart(part: str) -> tuple[str, str]:
    name, blank, after = part.partition(" ")
    return name, blank + after
