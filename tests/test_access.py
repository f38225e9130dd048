"""Every route, asked by everybody: a stranger, each role, the partner's contact, the contact of another institution.

The tables say who gets in, at each point of an agreement's life; everybody else is turned away. A new route fails
here until it has its line. The walk ends at the door: what happens behind it is asked by the tests of the packages.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import jinja2
import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from mou_service.accounts import sign_ins
from mou_service.agreements.models import Agreement, Ending, Relation
from mou_service.agreements.queries import get
from mou_service.archive import witness_certificates
from mou_service.archive.models import DownloadLink
from mou_service.ceremonies import operations as ceremonies
from mou_service.ceremonies.operations import CeremonyFacts
from mou_service.core import clock
from mou_service.core.actors import Actor
from mou_service.core.db import db
from mou_service.core.ids import token_hash
from mou_service.drafting.exchange.models import ReturnedFile
from mou_service.drafting.models import Annex
from mou_service.engines import Engines
from mou_service.library.clause_models import ClauseVersion
from mou_service.library.models import TemplateVersion
from mou_service.signing import links
from mou_service.signing.models import Delegation
from mou_service.signing.ways import table
from mou_service.signing.witnesses import operations as witnesses
from mou_service.web import routing
from mou_service.web.routing import DECLARED, Access
from tests import cast, makers
from tests.cast import Cast

PEOPLE = {
    "a": "administrator", "d": "drafter", "r": "reviewer", "l": "leader", "o": "organiser", "v": "archivist",
    "u": "auditor", "g": "signatory", "p": "partner", "x": "outsider", "s": "stranger",
}  # fmt: skip
ALL = "adrlovugpxs"
SIGNED_IN = "adrlovugpx"
STAFF = "adrlovu"
Values = dict[str, Any]

#: Endpoint → who gets in, whatever the agreement.
GETS_IN: dict[str, str] = {
    "accounts.account": "a",
    "accounts.change_password": SIGNED_IN,
    "accounts.confirm_password": SIGNED_IN,
    "accounts.deactivate": "a",
    "accounts.everybody": "a",
    "accounts.forgotten": ALL,
    "accounts.forgotten_sent": ALL,
    "accounts.invite": "a",
    "accounts.invite_again": "a",
    "accounts.join": ALL,
    "accounts.profile": SIGNED_IN,
    "accounts.sign_out_device": SIGNED_IN,
    "accounts.sign_out_elsewhere": SIGNED_IN,
    "accounts.reactivate": "a",
    "accounts.reset": ALL,
    "accounts.sign_in": ALL,
    "accounts.sign_out": ALL,
    "agreements.register": SIGNED_IN,
    "agreements.tasks": SIGNED_IN,
    "archive.check_script": ALL,
    "archive.guest_bag": ALL,
    "archive.guest_download": ALL,
    "archive.guest_page": ALL,
    "archive.guest_witness_certificate": ALL,
    "archive.register_page": "drlovupx",
    "archive.revocations": ALL,
    "archive.root_certificate": ALL,
    "archive.verify": ALL,
    "archive.verify_code": ALL,
    "archive.verify_typed": ALL,
    "archive.verify_upload": ALL,
    "archive.witness_own_certificate": ALL,
    "ceremonies.add_item": "o",
    "ceremonies.add_participant": "o",
    "ceremonies.apply_witnesses": "o",
    "ceremonies.close": "o",
    "ceremonies.edit": "o",
    "ceremonies.freeze_all": "o",
    "ceremonies.move_item": "o",
    "ceremonies.new": "o",
    "ceremonies.new_screen": "o",
    "ceremonies.open_": "o",
    "ceremonies.open_table": "o",
    "ceremonies.register": "dou",
    "ceremonies.remove_item": "o",
    "ceremonies.remove_participant": "o",
    "ceremonies.run_sheet": "dou",
    "ceremonies.screen": ALL,
    "ceremonies.show": "dou",
    "ceremonies.table_of": "",
    "drafting.choose_partner": "d",
    "drafting.choose_template": "ad",
    "keyring.bring": "a",
    "keyring.certificate": ALL,
    "keyring.import_seal": "a",
    "keyring.new": "a",
    "keyring.policy_page": ALL,
    "keyring.revocation_list": ALL,
    "keyring.revoke": "a",
    "keyring.rotate": "a",
    "keyring.show": "au",
    "library.adopt": "d",
    "library.approve": "d",
    "library.approve_text": "d",
    "library.clause": STAFF,
    "library.clauses": STAFF,
    "library.docx": STAFF,
    "library.example_docx": STAFF,
    "library.example_pdf": STAFF,
    "library.offer": "d",
    "library.offer_text": "d",
    "library.original": STAFF,
    "library.picture": STAFF,
    "library.redlined": STAFF,
    "library.refuse": "d",
    "library.refuse_text": "d",
    "library.retire": "d",
    "library.retire_text": "d",
    "library.show": STAFF,
    "library.stop": "d",
    "library.template": STAFF,
    "library.text": STAFF,
    "library.upload": "d",
    "library.version": STAFF,
    "library.word_clause": "d",
    "keyring.take_back": "a",
    "notifications.message": "ao",
    "notifications.outbox": "ao",
    "notifications.send_again": "ao",
    "partners.add": "ado",
    "partners.add_person": "ado",
    "partners.add_position": "ado",
    "partners.authorities": STAFF,
    "partners.authority_evidence": STAFF,
    "partners.check_authority": "ado",
    "partners.edit": "ado",
    "partners.edit_person": "ado",
    "partners.edit_position": "ado",
    "partners.end_authority": "ado",
    "partners.enter_authority": "ado",
    "partners.own": "px",
    "partners.register": STAFF,
    "partners.replace_authority": "ado",
    "partners.show": "adrlovup",
    "patterns.draft": ALL,
    "patterns.guest": ALL,
    "patterns.hall": ALL,
    "patterns.send": ALL,
    "patterns.show": ALL,
    "patterns.table": ALL,
    "set_up.begin": ALL,
    "set_up.logo": ALL,
    "set_up.ours": "a",
    "signing.leave_table": "",
    "signing.link": ALL,
    "signing.link_code": ALL,
    "signing.link_decline": ALL,
    "signing.link_delegate": ALL,
    "signing.link_document": ALL,
    "signing.link_outside": ALL,
    "signing.link_outside_back": ALL,
    "signing.link_outside_bring": ALL,
    "signing.link_outside_confirm": ALL,
    "signing.link_outside_document": ALL,
    "signing.link_outside_longer": ALL,
    "signing.link_outside_take": ALL,
    "signing.link_page": ALL,
    "signing.link_renew": ALL,
    "signing.link_standing": ALL,
    "signing.link_prove": ALL,
    "signing.link_sign": ALL,
    "web.health": ALL,
    "web.language": ALL,
}

STAGES = ("drafting", "in_review", "signing", "archived")
#: Endpoint of what is about one agreement → who gets in at each of the stages. At "in_review" the leader is not asked
#: yet; the archivist and the partner see an agreement when it concerns them. Nobody is seated at a table here: see below.
# fmt: off
GETS_IN_AT: dict[str, tuple[str, str, str, str]] = {
    "agreements.after_signing": ("d",   "d",    "d",      "dv"),
    "agreements.end":           ("",    "",     "",       "dv"),
    "agreements.end_paper":     ("dou", "drou", "drlou",  "drlovu"),
    "agreements.relate":        ("d",   "d",    "d",      "dv"),
    "agreements.show":          ("dou", "drou", "drloup", "drlovup"),
    "agreements.take_back_end": ("",    "",     "",       "dv"),
    "agreements.take_back_relation": ("d", "d", "d",      "dv"),
    "agreements.trail":         ("dou", "drou", "drlou",  "drlou"),
    "agreements.withdraw":      ("d",   "d",    "",       ""),
    "archive.bag":              ("",    "",     "",       "drlovup"),
    "archive.download":         ("",    "",     "",       "drlovup"),
    "archive.links":            ("",    "",     "",       "dov"),
    "archive.make_link":        ("",    "",     "",       "dov"),
    "archive.look_over":        ("",    "",     "",       "v"),
    "archive.renew":            ("",    "",     "",       "v"),
    "archive.revoke_link":      ("",    "",     "",       "dov"),
    "archive.correct_witness":  ("",    "",     "",       "ov"),
    "archive.witness_certificate": ("", "",     "",       "drlovup"),
    "archive.trail":            ("u",   "u",    "u",      "u"),
    "drafting.annex_docx":      ("dou", "drou", "drlou",  "drlovu"),
    "drafting.annex_pdf":       ("dou", "drou", "drlou",  "drlovu"),
    "drafting.annexes":         ("d",   "",     "",       ""),
    "drafting.change_edition":  ("d",   "",     "",       ""),
    "drafting.correct_name":    ("d",   "",     "",       ""),
    "drafting.differences":     ("dou", "drou", "drlou",  "drlou"),
    "drafting.discard":         ("d",   "",     "",       ""),
    "drafting.docx":            ("dou", "drou", "drlou",  "drlovu"),
    "drafting.finish":          ("d",   "",     "",       ""),
    "drafting.accept_difference": ("d", "dr",   "dr",     "dr"),
    "drafting.confirm_translation": ("d", "dr", "dr",     "dr"),
    "drafting.go_on_without":   ("d",   "d",    "d",      "d"),
    "drafting.languages":       ("dou", "drou", "drlou",  "drlou"),
    "drafting.look_again":      ("d",   "dr",   "dr",     "dr"),
    "drafting.original_of_docx": ("dou", "drou", "drlou", "drlou"),
    "drafting.original_of_pdf": ("dou", "drou", "drlou",  "drlou"),
    "drafting.turn":            ("d",   "",     "",       ""),
    "drafting.make":            ("d",   "",     "",       ""),
    "drafting.newest_pdf":      ("dou", "drou", "drlou",  "drlovu"),
    "drafting.original":        ("dou", "drou", "drlou",  "drlovu"),
    "drafting.pdf":             ("dou", "drou", "drlou",  "drlovu"),
    "drafting.picture":         ("d",   "",     "",       ""),
    "drafting.preview_pdf":     ("d",   "",     "",       ""),
    "drafting.draw_again":      ("d",   "",     "",       ""),
    "drafting.read":            ("dou", "drou", "drlou",  "drlovu"),
    "drafting.remove_annex":    ("d",   "",     "",       ""),
    "drafting.redlined":        ("dou", "drou", "drlou",  "drlou"),
    "drafting.returned":        ("dou", "drou", "drlou",  "drlou"),
    "drafting.returned_answer": ("dou", "drou", "drlou",  "drlou"),
    "drafting.returned_answers": ("d",  "",     "",       ""),
    "drafting.returned_aside":  ("d",   "",     "",       ""),
    "drafting.returned_decide": ("d",   "",     "",       ""),
    "drafting.returned_decide_many": ("d", "",  "",       ""),
    "drafting.returned_make":   ("d",   "",     "",       ""),
    "drafting.returned_original": ("dou", "drou", "drlou", "drlou"),
    "drafting.returned_undo":   ("d",   "",     "",       ""),
    "drafting.revise":          ("",    "d",    "",       ""),
    "drafting.save":            ("d",   "",     "",       ""),
    "drafting.show_pages":      ("d",   "",     "",       ""),
    "drafting.topic":           ("d",   "",     "",       ""),
    "drafting.take_earlier":    ("d",   "",     "",       ""),
    "drafting.take_template":   ("d",   "",     "",       ""),
    "drafting.upload":          ("d",   "",     "",       ""),
    "drafting.version_picture": ("dou", "drou", "drlou",  "drlovu"),
    "review.agree":             ("d",   "dr",   "drl",    "drl"),
    "review.agree_text":        ("",    "",     "",       ""),
    "review.answer":            ("d",   "d",    "d",      "d"),
    "review.approval":          ("dou", "drou", "drlou",  "drlou"),
    "review.approve":           ("",    "",     "l",      "l"),
    "review.comment":           ("d",   "dr",   "drl",    "drl"),
    "review.present":           ("",    "",     "",       ""),
    "review.resolve":           ("d",   "dr",   "drl",    "drl"),
    "review.return_":           ("",    "r",    "",       ""),
    "review.show":              ("dou", "drou", "drlou",  "drlou"),
    "review.submit":            ("d",   "",     "",       ""),
    "signing.add_witness":      ("do",  "do",   "",       ""),
    "signing.again":            ("do",  "do",   "do",     "do"),
    "signing.change_witness":   ("do",  "do",   "",       ""),
    "signing.ask_override":    ("",    "",     "",       ""),
    "signing.authority_page":  ("dou", "drou", "drlou",  "drlou"),
    "signing.confirm_override": ("",   "",     "",       ""),
    "signing.delegate":         ("do",  "do",   "do",     "do"),
    "signing.document":         ("dou", "drou", "drlou",  "drlovu"),
    "signing.end_power":        ("do",  "do",   "do",     "do"),
    "signing.extend":           ("",    "",     "do",     ""),
    "signing.go_on_without":    ("",    "",     "do",     "do"),
    "signing.invite":           ("",    "",     "do",     "do"),
    "signing.lower_level":      ("",    "",     "",       ""),
    "signing.new_witness":      ("do",  "do",   "",       ""),
    "signing.open_table":       ("o",   "o",    "o",      "o"),
    "signing.override":        ("dou", "drou", "drlou",  "drlou"),
    "signing.own":           ("",    "",     "",       ""),
    "signing.own_decline":   ("",    "",     "",       ""),
    "signing.own_delegate":  ("",    "",     "",       ""),
    "signing.own_document":  ("",    "",     "",       ""),
    "signing.own_outside":   ("",    "",     "",       ""),
    "signing.own_outside_back": ("",    "",     "",       ""),
    "signing.own_outside_bring": ("",    "",     "",       ""),
    "signing.own_outside_confirm": ("",    "",     "",       ""),
    "signing.own_outside_document": ("",    "",     "",       ""),
    "signing.own_outside_longer": ("",    "",     "",       ""),
    "signing.own_outside_take": ("",    "",     "",       ""),
    "signing.own_page":      ("",    "",     "",       ""),
    "signing.own_sign":      ("",    "",     "",       ""),
    "signing.power":            ("do",  "do",   "do",     "do"),
    "signing.power_document":   ("dou", "dou",  "dlou",   "dlou"),
    "signing.prepare":          ("",    "",     "",       ""),
    "signing.refuse_override": ("",    "",     "",       ""),
    "signing.remind":           ("",    "",     "do",     "do"),
    "signing.remove_witness":   ("do",  "do",   "",       ""),
    "signing.replace":          ("",    "",     "do",     "do"),
    "signing.revoke_link":      ("",    "",     "do",     "do"),
    "signing.show":             ("dou", "drou", "drlou",  "drlou"),
    "signing.table":            ("",    "",     "",       ""),
    "signing.table_decline":    ("",    "",     "",       ""),
    "signing.table_document":   ("",    "",     "",       ""),
    "signing.table_done":       ("",    "",     "",       ""),
    "signing.table_page":       ("",    "",     "",       ""),
    "signing.table_sign":       ("",    "",     "",       ""),
    "signing.table_slot":       ("",    "",     "",       ""),
    "signing.take_back":        ("",    "",     "do",     "do"),
    "signing.void":             ("",    "",     "do",     ""),
}
# fmt: on


@pytest.fixture
def world(app: Flask, engines: Engines, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Values]]:
    """What stands in the addresses, for each stage; from here on everybody stops at the door."""
    everybody = cast.people()
    # The longest life first: that of the first agreement was kept when another test needed it.
    found = {
        stage: _of_agreement(makers.an_agreement(everybody, engines, at=stage), everybody) for stage in reversed(STAGES)
    }
    for ref, relation in _relations([values["ref"] for values in found.values()]).items():
        next(v for v in found.values() if v["ref"] == ref)["numbers"]["agreements.take_back_relation"] = relation
    common = _places(everybody, get(found["drafting"]["ref"]))
    db.session.commit()
    inside = routing._check

    def door(access: Access, actor: Actor, given: list[Any]) -> None:
        inside(access, actor, given)
        raise HTTPException(response=Response(status=204))

    monkeypatch.setattr(routing, "_check", door)
    monkeypatch.setattr(jinja2.Template, "render", lambda *_page, **_values: "")
    yield {stage: common | values for stage, values in found.items()}


#: The version of a template that can be taken out of use.
_RETIRED = 2
_OF_A_CERTIFICATE = ("archive.witness_certificate", "archive.correct_witness", "archive.guest_witness_certificate")


def _of_agreement(agreement: Agreement, everybody: Cast) -> Values:
    if not agreement.witnesses:
        witnesses.add(agreement, actor=everybody.actor("organiser"), position=everybody.positions["Lu Min"])
    text = agreement.version
    assert text is not None
    # An upload and an annex that are only looked at.
    text.original = text.docx
    annex = Annex(
        agreement=agreement, rank=1, titles={"en": "Annex 1"}, file_name="annex.docx", docx=text.docx,
        original=text.docx, text_digest=text.text_digest,
    )  # fmt: skip
    pages = Annex(
        agreement=agreement, rank=2, titles={"en": "Annex 2"}, file_name="annex.pdf", docx="", pdf=text.docx,
        original=text.docx, text_digest=text.text_digest,
    )  # fmt: skip
    returned = ReturnedFile(
        agreement=agreement, number=1, answers=text, file_name="back.docx", original=text.docx, docx=text.docx,
        uploaded_by_id=everybody["drafter"].id,
    )  # fmt: skip
    db.session.add_all((annex, pages, returned))
    db.session.flush()
    numbers = {
        "drafting.annex_docx": annex.id, "drafting.annex_pdf": pages.id, "archive.revoke_link": _download_link(agreement),
        "drafting.correct_name": agreement.own_party.signatories[0].id, "agreements.end_paper": _end(agreement),
    }  # fmt: skip
    numbers["library.retire"] = _RETIRED
    numbers |= dict.fromkeys(("signing.power", "signing.power_document", "signing.end_power"), _power(agreement))
    for certificate in witness_certificates.newest_of(agreement):
        numbers |= dict.fromkeys(_OF_A_CERTIFICATE, certificate.id)
    return {
        "ref": agreement.ref, "key": agreement.ref, "verify": agreement.verification_code, "numbers": numbers, "first": "en",
        "witness_id": agreement.witnesses[0].id, "position_id": agreement.own_party.signatories[0].position.id, **_of_package(agreement),
    }  # fmt: skip


def _power(agreement: Agreement) -> int:
    power = Delegation(agreement=agreement, position=agreement.own_party.signatories[0].position, as_shown={},
                       document="0" * 64, document_name="", document_type="application/pdf", asked_by="")  # fmt: skip
    db.session.add(power)
    db.session.flush()
    return power.id


def _of_package(agreement: Agreement) -> Values:
    if agreement.package is None:
        return {"slot_id": 1, "link_id": 1, "signing": "none"}
    slot = agreement.package.slots[0]
    secret = links.create(slot, email="galina@ruse.example")
    return {"slot_id": slot.id, "link_id": slot.links[-1].id, "signing": secret}


def _end(agreement: Agreement) -> int:
    end = Ending(agreement=agreement, last_day=clock.now().date(), ended_by="both", reason="", evidence="0" * 64,
                 evidence_name="", evidence_type="application/pdf")  # fmt: skip
    db.session.add(end)
    db.session.flush()
    return end.id


def _relations(refs: list[str]) -> dict[str, int]:
    """Each agreement does something to another one."""
    ids = {ref: get(ref).id for ref in refs}
    found = {ref: Relation(newer_id=ids[ref], older_id=ids[refs[n - 1]], kind="renews") for n, ref in enumerate(refs)}
    db.session.add_all(found.values())
    db.session.flush()
    return {ref: relation.id for ref, relation in found.items()}


def _download_link(agreement: Agreement) -> int:
    secret = f"download {agreement.ref}"
    link = DownloadLink(
        agreement=agreement,
        email="galina@ruse.example",
        token_hash=token_hash(secret),
        expires_at=clock.now() + timedelta(days=1),
    )
    db.session.add(link)
    db.session.flush()
    return link.id


def _places(everybody: Cast, agreement: Agreement) -> Values:
    organiser, guest = everybody.actor("organiser"), everybody.positions["Galina Ivanova"]
    facts = CeremonyFacts(
        code="WALK-C1", names={"en": "Opening"}, places={"en": "Hall"}, starts_at=clock.now(), time_zone="Asia/Shanghai"
    )
    ceremony = ceremonies.plan(facts, actor=organiser)
    item = ceremonies.add_item(ceremony, agreement, actor=organiser)
    participant = ceremonies.add_participant(ceremony, guest, part="guest", actor=organiser)
    screen = ceremonies.new_screen(ceremony, actor=organiser)
    assert agreement.version is not None
    for number, state in ((1, "proposed"), (_RETIRED, "approved")):
        db.session.add(TemplateVersion(
            type="university-university", number=number, origin="upload", state=state, docx=agreement.version.docx,
            proposed_by_id=everybody["reviewer"].id,
        ))  # fmt: skip
    db.session.add(ClauseVersion(
        address="library/liability", number=1, act="retire", position="each_own", base_digest="", texts={"title": {}, "paragraphs": []},
        proposed_by_id=everybody["reviewer"].id,
    ))  # fmt: skip
    db.session.flush()
    return {
        "of": "library", "name": "liability", "which": "each_own",
        "code": ceremony.code, "item_id": item.id, "participant_id": participant.id, "screen": screen,
        "language": "zh", "token": "nothing", "type_": "university-university", "what": "final", "topic": "people",
        "person": guest.person.ref, "page_number": 1, "old": 1, "new": 1, "user": everybody["reviewer"].id,
        "partner": everybody.partner.ref, "position": guest.id,
        "authority": guest.authorities[0].id,
    }  # fmt: skip


def _path(app: Flask, rule: Rule, values: Values) -> str:
    package = rule.endpoint.split(".")[0]
    number = {"accounts": values["user"], "partners": values["position"]}.get(package, 1)
    secret = {"archive": f"download {values['ref']}", "ceremonies": values["screen"]}.get(package, values["signing"])
    if rule.endpoint == "archive.witness_own_certificate":
        secret = values["signing"]
    wanted = values | {"number": values["numbers"].get(rule.endpoint, number), "secret": values.get("secret", secret)}
    if rule.rule.startswith(("/partners/", "/people/")):
        wanted["ref"] = values["person"] if rule.endpoint == "partners.edit_person" else values["partner"]
    if rule.rule.startswith("/authorities/"):
        wanted["number"] = values["authority"]
    if rule.endpoint == "archive.verify_code":
        wanted["code"] = values["verify"]
    if rule.endpoint.startswith("keyring."):
        wanted["name"] = "issuer"
    if rule.endpoint == "set_up.logo":
        wanted["key"] = "0" * 64
    return app.url_map.bind("localhost").build(rule.endpoint, {name: wanted[name] for name in rule.arguments})


def _is_about_an_agreement(rule: Rule) -> bool:
    return rule.rule.startswith(("/agreements/<", "/drafts/<"))


def _answered(client: FlaskClient, rule: Rule, path: str) -> str:
    """In one word: in, sign-in, no, missing, table. Who may is the same for all methods of a route."""
    answer = client.open(
        path, method="POST" if "POST" in (rule.methods or ()) else "GET", headers={"Accept": "text/html"}
    )
    where = answer.location or ""
    if answer.status_code == 401 or where.startswith("/sign-in"):
        return "sign-in"
    return {204: "in", 403: "no", 404: "missing"}.get(answer.status_code, where or str(answer.status_code))


def _rules(app: Flask) -> list[Rule]:
    return sorted((rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"), key=lambda rule: rule.rule)


def test_everybody_gets_in_where_the_tables_say_and_nowhere_else(app: Flask, world: dict[str, Values]) -> None:
    wrong = []
    sessions = {letter: app.test_client() for letter in PEOPLE}
    for letter, client in sessions.items():
        cast.sign_in(client, PEOPLE[letter])
    for rule in _rules(app):
        about_agreement = _is_about_an_agreement(rule)
        # A personal link is walked while it is of use.
        stages = STAGES if about_agreement else ("archived",) if rule.endpoint.startswith("archive") else ("signing",)
        expected = GETS_IN_AT[rule.endpoint] if about_agreement else (GETS_IN[rule.endpoint],)
        for number, (stage, may) in enumerate(zip(stages, expected, strict=True)):
            looks = GETS_IN_AT["agreements.show"][number] if about_agreement else SIGNED_IN
            path = _path(app, rule, world[stage])
            for letter, client in sessions.items():
                if (got := _answered(client, rule, path)) not in _right(letter, may, looks):
                    wrong.append(f"{rule.endpoint} at {stage}: {PEOPLE[letter]} got “{got}”")
    assert wrong == [], "\n".join(wrong)


def _right(letter: str, may: str, looks: str) -> tuple[str, ...]:
    if letter in may:
        return ("in",)
    if letter == "s":
        return ("sign-in", "missing")
    # Somebody else's agreement is not there, whatever is tried.
    return ("no", "missing") if letter in looks else ("missing",)


def test_a_wrong_secret_opens_nothing_for_anybody(app: Flask, world: dict[str, Values]) -> None:
    rules = [rule for rule in _rules(app) if "secret" in rule.arguments]
    assert len(rules) > 8
    for who in ("stranger", "administrator", "organiser", "partner"):
        client = app.test_client()
        cast.sign_in(client, who)
        for rule in rules:
            assert _answered(client, rule, _path(app, rule, world["signing"] | {"secret": "a guess"})) == "missing"


def test_a_new_text_is_written_by_legal_staff_only(app: Flask, world: dict[str, Values]) -> None:
    key = f"university-university~{world['drafting']['partner']}"
    for rule in (rule for rule in _rules(app) if "key" in rule.arguments and rule.endpoint.startswith("drafting.")):
        for letter, who in PEOPLE.items():
            client = app.test_client()
            cast.sign_in(client, who)
            got = _answered(client, rule, _path(app, rule, world["drafting"] | {"key": key}))
            assert got == {"d": "in", "s": "sign-in"}.get(letter, "no"), f"{rule.endpoint}: {who}"


def test_a_device_that_is_a_signing_table_opens_its_own_agreement_and_nothing_else(
    app: Flask, world: dict[str, Values]
) -> None:
    client = app.test_client()
    host = cast.sign_in(client, "organiser")
    ref, home = world["signing"]["ref"], f"/agreements/{world['signing']['ref']}/table"
    (here,) = sign_ins.of(host, since=clock.now() - timedelta(hours=1))
    sign_ins.lock(here, {"host": host.name, "host_id": host.id, "refs": [ref], "home": home})
    db.session.commit()
    open_here = table.OPEN_AT_THE_TABLE - {"ceremonies.table_of"}
    elsewhere = {"ceremonies.table_of": "missing"}  # another table than this agreement's
    for rule in _rules(app):
        own, other = (_answered(client, rule, _path(app, rule, world[stage])) for stage in ("signing", "archived"))
        at_the_table = rule.endpoint.startswith(table.PREFIX)
        assert own == ("in" if at_the_table or rule.endpoint in open_here else elsewhere.get(rule.endpoint, home))
        assert other == ("missing" if at_the_table else own), rule.endpoint


def test_every_route_has_its_line_and_declares_access(app: Flask) -> None:
    routes = {rule.endpoint for rule in _rules(app)}
    assert routes == GETS_IN.keys() | GETS_IN_AT.keys() == DECLARED.keys()
    assert {rule.endpoint for rule in _rules(app) if _is_about_an_agreement(rule)} == GETS_IN_AT.keys()
    assert routes | {"static"} >= table.OPEN_AT_THE_TABLE
