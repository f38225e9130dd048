"""The completion certificate: everything that counts as evidence, in the agreement's languages, and no address too many."""

from __future__ import annotations

import pytest
from flask import Flask

from mou_service.agreements import history
from mou_service.archive import addresses, course, queries
from mou_service.archive.bag import trail as bag_trail
from mou_service.core import events
from mou_service.core.actors import Actor
from mou_service.core.db import db
from mou_service.demo import marks
from mou_service.documents.pdf import previews
from mou_service.engines import Engines
from mou_service.settings import Settings
from mou_service.signing import operations as signing
from mou_service.signing import tooling
from mou_service.trust import evidence
from tests import cast as casting
from tests import makers

FIREFOX = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    return settings.model_copy(update={"evidence_addresses": getattr(request, "param", "shortened")})


@pytest.fixture
def ref(app: Flask, engines: Engines) -> str:
    """One signs by a personal link in Chinese, the other at the table; the guest of honour does not come."""
    cast = casting.people()
    ref = makers.an_agreement(cast, engines, at="signing").ref
    by_link = signing.Circumstances(
        method="link", identified={"how": "link_and_code", "email": "galina@ruse.example"}, language="zh",
        frozen=makers.waiting(ref)[0].package.frozen or "", address="203.0.113.7", device=FIREFOX,
    )  # fmt: skip
    makers.sign(makers.waiting(ref)[0], cast)
    slot = makers.waiting(ref)[0]
    mark = marks.mark(slot.as_shown["name"]["en"])
    signing.sign(slot, actor=cast.actor("organiser"), mark=mark, about=by_link, tools=tooling.tools())
    signing.go_on_without(makers.waiting(ref)[0], actor=cast.actor("organiser"), reason="Her flight was cancelled.")
    db.session.commit()
    makers.work()
    return ref


def words(ref: str, engines: Engines) -> str:
    pages = previews.page_texts(engines.files.get(queries.record_of(ref).certificate))
    assert len(pages) <= 3
    return " ".join(" ".join(pages).split())


def test_it_says_who_did_what_and_how(ref: str, engines: Engines) -> None:
    said, record = words(ref, engines), queries.record_of(ref)
    for part in (
        "签署完成证明", "Certificate of completion", "Personal link and one-time code sent to g…@ruse.example",
        "At the signing table of Omar Ouyang", "Consent read in Chinese", "以中文阅读并同意", "203.0.113.x",
        "Firefox, Android", "Shanghai Polytechnic University MoU Signing", "Shanghai Polytechnic University first",
        "Gone on without a witness", "Her flight was cancelled.", "Sealed by the institution", "Events in the trail",
    ):  # fmt: skip
        assert part in said, part
    for key in (record.final, record.frozen, record.draft, record.log_head):
        assert " ".join(key[n : n + 4] for n in range(0, 64, 4)) in said
    for hidden in ("203.0.113.7", "galina@", "Gecko", "organiser@"):
        assert hidden not in said, hidden


@pytest.mark.parametrize("settings", ["none"], indirect=True)
def test_it_tells_no_address_where_the_policy_says_none(ref: str, engines: Engines) -> None:
    said = words(ref, engines)
    for hidden in ("203.0.113", "ruse.example", "Firefox"):
        assert hidden not in said, hidden


def test_its_seal_names_the_final_file_and_the_trail_for_programs(ref: str, engines: Engines) -> None:
    record = queries.record_of(ref)
    content = engines.files.get(record.certificate)
    assert [each.field for each in evidence.signatures(content)] == ["Certification"]
    assert f"final file {record.final}".encode() in content
    assert f"head of the trail {record.log_head}".encode() in content


@pytest.mark.parametrize(
    ("given", "shortened"),
    [("203.0.113.7", "203.0.113.x"), ("2001:db8:1:2::7", "2001:db8:1:x"), ("unknown", ""), ("", "")],
)
def test_an_address_is_recognised_by_its_owner_only(given: str, shortened: str) -> None:
    assert addresses.network(given, "shortened") == shortened
    assert addresses.network(given, "full") == given
    assert addresses.network(given, "none") == ""


def test_devices_are_called_by_program_and_system() -> None:
    safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Safari/604.1"
    assert addresses.device(safari, "shortened") == "Safari, iPhone"
    assert addresses.device("curl/8.1", "shortened") == "curl"
    assert addresses.email("galina@ruse.example", "shortened") == "g…@ruse.example"


def test_the_course_tells_who_did_it_whom_it_concerned_and_no_private_reason(app: Flask, engines: Engines) -> None:
    cast = casting.people()
    agreement = makers.an_agreement(cast, engines, at="signing")
    person, reason = cast.actor("organiser").label, "Lu Min is ill."
    stream, organiser = agreement.stream, cast.actor("organiser")
    events.record("slot.replace", actor=organiser, stream=stream, kind="witness", person="Lu Min", now_person="Wu Yong",
                  reason=reason)  # fmt: skip
    events.record("delegation.confirm", actor=organiser, stream=stream, person="Armin Kienle", holder="Beate Kur")
    table = Actor("guest", f"signing table of {person}")
    events.record("slot.sign", actor=table, stream=stream, kind="signatory", person="Xie Huaqing")
    lack = {"position": 1, "code": "nothing", "name": {"en": "Galina Ivanova", "zh": "加林娜"}}
    events.record("override.confirm", actor=organiser, stream=stream, lacks=[lack], reason="The week ends.")
    trail = events.trail(stream)
    replaced, power, signed, override = course.occurrences(agreement, trail, languages=["en", "zh"], zone="UTC")[-4:]
    assert (replaced.about, replaced.who, replaced.detail) == ("Lu Min → Wu Yong", "Omar Ouyang", "")
    assert (power.about, power.who) == ("Armin Kienle → Beate Kur", "Omar Ouyang")
    assert (signed.about, signed.who) == ("", "Xie Huaqing")
    assert override.about == "Galina Ivanova"
    assert override.detail == "Galina Ivanova: no authority on record\n加林娜：未登记签署权限\nThe week ends."
    assert history.who(trail[-2]) == "Xie Huaqing, at the table of Omar Ouyang"
    told = bag_trail.lines(trail, audience="partner", addresses=True).decode()
    assert reason not in told
    assert '"name": "slot.replace"' in told, "the act is told, and its reason is not"
    assert reason in bag_trail.lines(trail, audience="house", addresses=True).decode()
