"""The first day: nothing but one page, one code, one institution and one administrator."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from mou_service.accounts import queries as accounts
from mou_service.core import events
from mou_service.core.db import db
from mou_service.engines import Engines
from mou_service.partners import founding, institution, pictures, set_up
from mou_service.partners.models import ONLY, Institution
from mou_service.settings import Settings
from tests import cast

HTML = {"Accept": "text/html"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        _env_file=None, instance=tmp_path, database_url="sqlite://", demo=False, rate_limits=False,
        key_secret="a secret for tests", secret_key="a session key for tests",
    )  # fmt: skip


def typed(settings: Settings, **changes: Any) -> dict[str, Any]:
    return {
        "code": set_up.code(settings), "own_language": "zh", "name_own": "上海第二工业大学",
        "name_en": "Shanghai Polytechnic University", "acronym": "SSPU", "kind": "university", "country": "CN",
        "time_zone": "Asia/Shanghai", "name": "Wei Adams", "email": "wei@sspu.edu.cn", "language": "en",
        "password": "correct horse battery", "again": "correct horse battery", **changes,
    }  # fmt: skip


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 20)) -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", size, "red").save(kept, kind)
    return kept.getvalue()


@pytest.mark.parametrize("path", ["/", "/sign-in", "/agreements", "/partners", "/verify", "/nothing-here"])
def test_every_page_leads_to_the_first(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers=HTML)
    assert (answer.status_code, answer.location) == (302, "/setup")


def test_health_and_style_answer_before(client: FlaskClient) -> None:
    assert client.get("/healthz").json["status"] == "ok"
    with client.get("/static/css/tokens.css") as answer:
        assert answer.status_code == 200


def test_sets_the_service_up_and_signs_the_administrator_in(client: FlaskClient, settings: Settings) -> None:
    answer = client.post("/setup", data=typed(settings, logo=(io.BytesIO(picture()), "logo.png")))
    assert (answer.status_code, answer.location) == (302, "/")
    ours = institution.ours()
    assert ours.organisation.called() == {"zh": "上海第二工业大学", "en": "Shanghai Polytechnic University"}
    assert ours.organisation.called("acronym") == {"en": "SSPU"}
    assert (ours.acronym, ours.time_zone, ours.languages) == ("SSPU", "Asia/Shanghai", ["zh", "en"])
    assert (ours.organisation.own, ours.demonstration) == (True, False)
    page = client.get("/account").text
    assert "Wei Adams" in page
    logo = re.search(r'src="(/logo/[0-9a-f]{64}\.png)"', page)
    assert logo is not None
    picture_answer = client.get(logo[1])
    assert picture_answer.mimetype == "image/png"
    assert "immutable" in picture_answer.headers["Cache-Control"]
    admin = accounts.by_email("WEI@sspu.edu.cn")
    assert admin is not None
    assert admin.roles == {"administrator"}
    assert [e.name for e in events.trail("service")] == ["institution.found"]
    assert [e.name for e in events.trail("accounts")] == ["account.found"]


@pytest.mark.parametrize(
    ("country", "zone"), [("DE", "Europe/Berlin"), ("CN", "Asia/Shanghai"), ("RU", "Europe/Moscow")]
)
def test_the_zone_of_the_country_is_proposed(country: str, zone: str) -> None:
    assert set_up.usual_zones()[country] == zone


def test_every_proposed_zone_can_be_chosen() -> None:
    assert set(set_up.usual_zones().values()) <= set(set_up.time_zones())


def test_the_first_page_leads_on(client: FlaskClient, settings: Settings) -> None:
    client.post("/setup", data=typed(settings))
    page = client.get("/").text
    links = [f"/partners/{institution.ours().organisation.ref}", "/accounts/invite", "/partners/new", "/drafts/new"]
    for link in links:
        assert f'href="{link}"' in page
        assert client.get(link).status_code == 200, link


def test_an_institution_that_speaks_english_has_one_name(client: FlaskClient, settings: Settings) -> None:
    english = typed(settings, own_language="en", name_own="University of Elsewhere", name_en="", country="GB")
    assert client.post("/setup", data=english).status_code == 302
    assert institution.ours().languages == ["en"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"code": "0000-0000-0000-0000"}, "This is not the set-up code of this service."),
        ({"code": ""}, "Give the set-up code."),
        ({"name_own": " "}, "Give the official name."),
        ({"name_en": ""}, "Give the official name in English."),
        ({"acronym": "sspu"}, "Take two to ten capital letters"),
        ({"time_zone": "Mars/Olympus"}, "Not a valid choice"),
        ({"country": "ZZ"}, "Not a valid choice"),
        ({"email": "wei"}, "This is not an e-mail address."),
        ({"password": "password1234", "again": "password1234"}, "among the first that a stranger would try"),
        ({"password": "wei adams is here", "again": "wei adams is here"}, "Leave your name"),
        ({"again": "something else"}, "The two passwords are not the same."),
    ],
)
def test_says_what_is_wrong_and_makes_nothing(
    client: FlaskClient, settings: Settings, changes: dict[str, str], words: str
) -> None:
    answer = client.post("/setup", data=typed(settings, **changes))
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="wei' in answer.text, "what was typed is kept"
    assert not institution.is_set_up()
    assert accounts.everybody() == []


def test_it_is_asked_once(client: FlaskClient, settings: Settings) -> None:
    client.post("/setup", data=typed(settings))
    assert client.get("/setup").status_code == 404
    assert client.post("/setup", data=typed(settings, acronym="EVIL")).status_code == 404
    assert institution.ours().acronym == "SSPU"


def test_two_at_once_make_one_institution(app: Flask) -> None:
    facts = founding.InstitutionFacts({"en": "One"}, acronym="ONE", kind="university", country="GB", time_zone="UTC")
    founding.found(facts)
    db.session.commit()
    assert db.session.query(Institution).one().id == ONLY
    with pytest.raises(founding.Refused):
        founding.found(facts)


def test_the_code_is_printed_for_whoever_runs_the_machine(settings: Settings) -> None:
    code = set_up.code(settings)
    assert re.fullmatch(r"[0-9a-f]{4}(-[0-9a-f]{4}){3}", code)
    assert set_up.code(settings) == code, "it stays the same until it is used"
    assert (settings.keys / "setup-code").stat().st_mode & 0o077 == 0
    assert set_up.address(settings) == f"http://127.0.0.1:8000/setup?code={code}"
    reachable = settings.model_copy(update={"public_url": "https://mou.sspu.edu.cn"})
    assert set_up.address(reachable) == "https://mou.sspu.edu.cn/setup", "the code is not printed for others to see"


def test_the_code_may_be_typed_with_or_without_dashes(client: FlaskClient, settings: Settings) -> None:
    loose = set_up.code(settings).replace("-", " ").upper()
    assert client.post("/setup", data=typed(settings, code=loose)).status_code == 302


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "neither PNG nor JPEG"),
        (b"GIF89a\x01\x00\x01\x00", "neither PNG nor JPEG"),
        (picture()[:60], "cannot be read"),
        (b"\x89PNG" + b"\0" * (pictures.LARGEST_BYTES + 1), "too large"),
        (picture(size=(6000, 5000)), "too many pixels"),
    ],
)
def test_logos_are_looked_at_first(client: FlaskClient, settings: Settings, content: bytes, words: str) -> None:
    answer = client.post("/setup", data=typed(settings, logo=(io.BytesIO(content), "logo.png")))
    assert answer.status_code == 422
    assert words in answer.text
    assert not institution.is_set_up()


def test_a_logo_is_made_small_and_clean() -> None:
    large = Image.new("RGB", (3000, 1500), "red")
    kept = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    large.save(kept, "JPEG", exif=exif)
    made = Image.open(io.BytesIO(pictures.logo(kept.getvalue())))
    assert (made.format, made.size) == ("PNG", (1200, 600))
    assert not made.getexif()


def test_an_administrator_corrects_it_later(app: Flask, engines: Engines) -> None:
    cast.people()
    client = app.test_client()
    cast.sign_in(client, "administrator")
    answer = client.post(
        "/institution",
        data={
            "acronym": "SPU",
            "time_zone": "Europe/Sofia",
            "authority_evidence": "nobody",
            "logo": (io.BytesIO(picture("JPEG")), "logo.jpg"),
        },
    )
    assert answer.status_code == 302
    ours = institution.ours()
    assert (ours.acronym, ours.time_zone) == ("SPU", "Europe/Sofia")
    assert ours.logo is not None
    assert engines.files.has(ours.logo)
    client.post("/institution", data={"acronym": "SPU", "time_zone": "Europe/Sofia", "authority_evidence": "nobody"})
    assert institution.ours().logo is not None, "no new picture keeps the old one"
    assert client.get(f"/logo/{'0' * 64}.png").status_code == 404
