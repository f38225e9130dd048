"""Every route, asked by everybody: a stranger, each role, the partner's contact, the contact of another institution.

The table says who gets in, at three points of an agreement's life; everybody else is turned away. A new route fails
here until it has its line. Nothing a request does is kept, so that one answer does not change the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jinja2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import orm
from werkzeug.routing import Rule

from mou_service.agreements.queries import get
from mou_service.ceremonies import operations as ceremonies
from mou_service.ceremonies.operations import CeremonyFacts
from mou_service.core import clock
from mou_service.core.db import db
from mou_service.engines import Engines
from mou_service.web.routing import DECLARED
from tests import cast, makers
from tests.cast import Cast

PEOPLE = {
    "a": "administrator", "d": "drafter", "r": "reviewer", "l": "leader", "o": "organiser", "v": "archivist",
    "u": "auditor", "p": "partner", "x": "outsider", "s": "stranger",
}  # fmt: skip


def answered(client: FlaskClient, method: str, path: str) -> str:
    """In one word: in, sign-in, no, missing."""
    answer = client.open(path, method=method, headers={"Accept": "text/html"})
    if answer.status_code == 401 or (answer.location or "").startswith("/sign-in"):
        return "sign-in"
    return {403: "no", 404: "missing"}.get(
        answer.status_code, "in" if answer.status_code < 500 else str(answer.status_code)
    )


STAGES = ("in_review", "signing", "archived")
ALL = "adrlovupxs"
SIGNED_IN = "adrlovupx"
STAFF = "adrlovu"

#: Endpoint → who gets in; for what is about an agreement: in review | out to be signed | archived.
#: "!" where the role gets in but the walk sends nothing the operation could take.
#: At "in review" the leader is not asked yet; the archivist and the partner see an agreement when it concerns them.
GETS_IN: dict[str, str] = {
    "accounts.account": "a",
    "accounts.change_password": SIGNED_IN,
    "accounts.confirm_password": SIGNED_IN,
    "accounts.deactivate": "a",
    "accounts.everybody": "a",
    "accounts.forgotten": ALL,
    "accounts.forgotten_sent": ALL,
    "accounts.invite": "a",
    "accounts.invite_again": "a!",
    "accounts.join": ALL,
    "accounts.profile": SIGNED_IN,
    "accounts.reactivate": "a",
    "accounts.reset": ALL,
    "accounts.sign_in": ALL,
    "agreements.register": SIGNED_IN,
    "agreements.show": "drou | drloup | drlovup",
    "agreements.tasks": SIGNED_IN,
    "agreements.trail": "drou | drlou | drlou",
    "agreements.withdraw": "d | | ",
    "archive.download": " | | drlovup",
    "archive.links": " | | dov",
    "archive.make_link": " | | dov",
    "archive.register_page": "drlovupx",
    "archive.revocations": ALL,
    "archive.root_certificate": ALL,
    "archive.trail": "u | u | u",
    "archive.verify": ALL,
    "archive.verify_code": ALL,
    "archive.verify_typed": ALL,
    "archive.verify_upload": ALL,
    "ceremonies.add_item": "o!",
    "ceremonies.add_participant": "o!",
    "ceremonies.apply_witnesses": "o!",
    "ceremonies.close": "o!",
    "ceremonies.edit": "o",
    "ceremonies.new": "o",
    "ceremonies.new_screen": "o",
    "ceremonies.open_": "o!",
    "ceremonies.open_table": "o!",
    "ceremonies.register": "dou",
    "ceremonies.run_sheet": "dou",
    "ceremonies.show": "dou",
    "drafting.annexes": " | | ",
    "drafting.choose_partner": "d",
    "drafting.choose_template": "d",
    "drafting.differences": "drou | drlou | drlou",
    "drafting.docx": "drou | drlou | drlovu",
    "drafting.newest_pdf": "drou | drlou | drlovu",
    "drafting.pdf": "drou | drlou | drlovu",
    "drafting.read": "drou | drlou | drlovu",
    "drafting.revise": "d | | ",
    "drafting.upload": " | | ",
    "drafting.version_picture": "drou | drlou | drlovu",
    "notifications.message": "ao",
    "notifications.outbox": "ao",
    "partners.add": "ado",
    "partners.add_person": "ado",
    "partners.add_position": "ado",
    "partners.edit": "ado",
    "partners.edit_person": "ado",
    "partners.edit_position": "ado",
    "partners.register": STAFF,
    "partners.show": "adrlovup",
    "patterns.draft": ALL,
    "patterns.guest": ALL,
    "patterns.hall": ALL,
    "patterns.send": ALL,
    "patterns.show": ALL,
    "patterns.table": ALL,
    "review.agree": "r | | ",
    "review.agree_text": " | | ",
    "review.answer": "d | d | d",
    "review.approval": "drou | drlou | drlou",
    "review.approve": " | | ",
    "review.comment": "dr | drl | drl",
    "review.present": " | | ",
    "review.return_": "r | | ",
    "review.show": "drou | drlou | drlou",
    "review.submit": " | | ",
    "set_up.ours": "a",
    "signing.add_witness": "do | | ",
    "signing.document": " | drlou | drlovu",
    "signing.go_on_without": " | do | do",
    "signing.invite": " | do | do",
    "signing.new_witness": "do | | ",
    "signing.prepare": " | | ",
    "signing.show": "drou | drlou | drlou",
    "signing.void": " | do | ",
    "web.health": ALL,
    "web.language": ALL,
}
#: What needs a thing this walk does not make, or a secret; the tests of the packages ask these.
ELSEWHERE = frozenset(
    {
        "static", "set_up.begin", "set_up.logo", "accounts.sign_out", "notifications.send_again",
        "archive.guest_page", "archive.guest_download", "archive.revoke_link", "ceremonies.screen",
        "ceremonies.remove_item", "ceremonies.move_item", "ceremonies.remove_participant", "ceremonies.table_of",
        "drafting.annex_docx", "drafting.remove_annex", "drafting.original", "drafting.correct_name",
        "drafting.topic", "drafting.show_pages", "drafting.save", "drafting.discard", "drafting.finish",
        "drafting.make", "drafting.picture", "drafting.preview_pdf", "review.resolve",
        "signing.again", "signing.revoke_link", "signing.remove_witness", "signing.leave_table", "signing.open_table",
        "signing.table", "signing.table_slot", "signing.table_decline", "signing.table_done", "signing.table_sign",
        "signing.table_document", "signing.table_page", "signing.link", "signing.link_code", "signing.link_decline",
        "signing.link_document", "signing.link_page", "signing.link_prove", "signing.link_sign",
    }
)  # fmt: skip


@pytest.fixture
def world(app: Flask, engines: Engines, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, dict[str, Any]]]:
    """What stands in the addresses, for each stage; from here on nothing is kept."""
    everybody = cast.people()
    common = _places(everybody)
    found = {stage: _of_agreement(makers.an_agreement(everybody, engines, at=stage).ref) | common for stage in STAGES}
    db.session.commit()
    monkeypatch.setattr(orm.Session, "commit", orm.Session.rollback)
    monkeypatch.setattr(
        jinja2.Template, "render", lambda *_page, **_values: ""
    )  # who may is asked here, not what they see
    yield found


def _places(everybody: Cast) -> dict[str, Any]:
    ceremony = ceremonies.plan(
        CeremonyFacts(
            code="WALK-C1",
            names={"en": "Opening"},
            places={"en": "Hall"},
            starts_at=clock.now(),
            time_zone="Asia/Shanghai",
        ),
        actor=everybody.actor("organiser"),
    )
    return {
        "code": ceremony.code, "language": "zh", "token": "nothing", "type_": "university-university", "what": "final",
        "person": everybody.positions["Galina Ivanova"].person.ref, "page_number": 1,
        "user": everybody["reviewer"].id, "partner": everybody.partner.ref,
        "position": everybody.positions["Galina Ivanova"].id,
    }  # fmt: skip


def _of_agreement(ref: str) -> dict[str, Any]:
    agreement = get(ref)
    slots = agreement.package.slots if agreement.package else []
    return {"ref": ref, "number": 1, "slot_id": slots[0].id if slots else 1, "verify": agreement.verification_code}


def _path(app: Flask, rule: Rule, values: dict[str, Any]) -> str:
    if "/agreements/" not in rule.rule:
        ref = values["person"] if rule.endpoint == "partners.edit_person" else values["partner"]
        number = {"accounts": values["user"], "partners": values["position"]}.get(rule.endpoint.split(".")[0], 1)
        code = values["verify"] if rule.endpoint == "archive.verify_code" else values["code"]
        values = {**values, "ref": ref, "number": number, "code": code}
    wanted = {name: values[name] for name in rule.arguments}
    return app.url_map.bind("localhost").build(rule.endpoint, wanted)


def test_everybody_gets_in_where_the_table_says_and_nowhere_else(app: Flask, world: dict[str, dict[str, Any]]) -> None:
    wrong = []
    rules = sorted((rule for rule in app.url_map.iter_rules() if rule.endpoint in GETS_IN), key=lambda r: r.rule)
    sessions = {letter: app.test_client() for letter in PEOPLE}
    for letter, client in sessions.items():
        cast.sign_in(client, PEOPLE[letter])
    for rule in rules:
        about_agreement = "/agreements/<" in rule.rule
        expected = GETS_IN[rule.endpoint].split("|")
        for stage, may in zip(STAGES if about_agreement else STAGES[:1], expected, strict=True):
            path = _path(app, rule, world[stage])
            for letter, client in sessions.items():
                for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                    got = answered(client, method, path)
                    if got not in _right(letter, may, about_agreement, stage):
                        wrong.append(f"{rule.endpoint} {method} at {stage}: {PEOPLE[letter]} got “{got}”")
    assert wrong == [], "\n".join(wrong)


def _right(letter: str, may: str, about_agreement: bool, stage: str) -> tuple[str, ...]:
    if letter in may:
        return ("in", "no", "missing") if "!" in may else ("in",)
    if letter == "s":
        return ("sign-in", "missing")
    if about_agreement and (letter == "x" or (letter == "p" and stage == "in_review")):
        return ("missing",)  # somebody else's agreement is not there, whatever is tried
    return ("no", "missing")


def test_every_route_has_its_line(app: Flask) -> None:
    routes = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert routes == set(GETS_IN) | ELSEWHERE
    assert not set(GETS_IN) & ELSEWHERE


def test_every_route_declares_access(app: Flask) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules()} - {"static"} <= set(DECLARED)
