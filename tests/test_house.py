"""What must hold of the whole house: tables that fit each other, pages that can be drawn, words for everything."""

from __future__ import annotations

import re

from flask import Flask

from mou_service.agreements import lifecycle, states
from mou_service.agreements.states import State
from mou_service.core.jobs import HANDLERS
from mou_service.notifications.notices import NOTICES
from mou_service.reactions import REACTIONS
from mou_service.running import reference
from mou_service.settings import ROOT, Settings
from mou_service.web import catalogues


def test_every_reaction_has_a_handler(app: Flask) -> None:
    wanted = {handler for handlers in REACTIONS.values() for handler in handlers}
    assert wanted <= set(HANDLERS)


def test_every_handler_is_asked_by_an_event_or_by_the_clock(app: Flask) -> None:
    by_events = {handler for handlers in REACTIONS.values() for handler in handlers}
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "mou_service").rglob("*.py"))
    for name in set(HANDLERS) - by_events:
        assert len(re.findall(f'"{re.escape(name)}"', source)) > 1, f"nothing starts {name}"


def test_what_is_reacted_to_does_happen() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "mou_service").rglob("operations.py"))
    source += "".join(path.read_text(encoding="utf-8") for path in (ROOT / "mou_service" / "signing").rglob("*.py"))
    for name in ("partners/granting.py", "agreements/after.py", "library/clause_operations.py"):
        source += (ROOT / "mou_service" / name).read_text(encoding="utf-8")
    written = set(re.findall(r'record\(\s*"([a-z_.]+)"', source))
    written |= {step.event for step in lifecycle.STEPS.values()}
    assert REACTIONS.keys() - written == set()


def test_a_message_is_told_when_and_only_when_its_event_asks_for_it() -> None:
    told = {event for event, handlers in REACTIONS.items() if "notifications.tell" in handlers}
    assert told == NOTICES.keys()


def test_every_act_is_taken_by_some_operation() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "mou_service").rglob("*.py"))
    taken = set(re.findall(r'\btake\(\s*"([a-z_]+)"', source))
    assert taken == lifecycle.STEPS.keys()


def test_the_tables_of_the_documentation_are_fresh(app: Flask) -> None:
    with app.test_request_context():
        assert reference.stale() == []


def test_every_state_has_a_way_in_and_unless_final_a_way_out() -> None:
    starts = {state for step in lifecycle.STEPS.values() for state in step.start}
    ends = {step.end for step in lifecycle.STEPS.values()}
    assert set(State) - ends <= {State.DRAFTING}
    assert starts == set(State) - states.FINAL


def test_every_state_has_a_word_and_a_tone() -> None:
    assert set(states.LABELS) == set(states.TONES) == set(State)


def test_every_setting_is_described() -> None:
    silent = [name for name, field in Settings.model_fields.items() if not field.description]
    assert silent == []


def test_every_template_can_be_read(app: Flask) -> None:
    names = app.jinja_env.list_templates(extensions=["html", "txt"])
    assert len(names) > 100
    for name in names:
        app.jinja_env.get_template(name)


def test_packages_share_a_message_only_with_one_translation() -> None:
    seen: dict[str, tuple[str, str]] = {}
    differing = []
    for language in catalogues.TRANSLATED:
        for source in sorted((catalogues.FOLDER / language).glob("*.po")):
            with source.open("rb") as file:
                for message in catalogues.read_po(file):
                    text = str(message.string)
                    if message.id and seen.setdefault(str(message.id), (text, source.name))[0] != text:
                        differing.append((message.id, seen[str(message.id)], (text, source.name)))
    assert differing == []
