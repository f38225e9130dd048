"""The pages of a signing, walked as the people who use them."""

from __future__ import annotations

import json
import re

from flask.testing import FlaskClient

from mou_service.agreements import queries as agreements
from mou_service.agreements.models import Agreement
from mou_service.core.db import db
from mou_service.signing import links
from mou_service.signing.models import Package
from tests import cast

from .conftest import World, work

STROKES = json.dumps(
    {"width": 1000, "height": 300, "strokes": [[[100, 100, 0, 0.5], [200, 150, 9, 0.5], [320, 90, 20, 0.5]]]}
)


def slot_of(ref: str, field: str) -> int:
    package = agreements.get(ref).package
    assert package is not None
    return next(slot.id for slot in package.slots if slot.field == field)


def test_the_organiser_freezes_opens_the_table_and_people_sign(
    client: FlaskClient, approved: Agreement, world: World
) -> None:
    ref = approved.ref
    cast.sign_in(client, "organiser")
    assert client.get(f"/agreements/{ref}/signing").status_code == 200
    assert client.get(f"/agreements/{ref}/witnesses/add?q=Li").status_code == 200
    assert client.get(f"/agreements/{ref}/witnesses/new").status_code == 200
    page = client.get(f"/agreements/{ref}/freeze")
    assert "Galina Ivanova" in page.text
    seen = re.search(r'name="seen"[^>]*value="(\d+)"', page.text)
    assert seen
    answer = client.post(f"/agreements/{ref}/freeze", data={"order": "partner_first", "seen": seen[1]})
    assert answer.status_code == 302, answer.text
    assert "being prepared" in client.get(f"/agreements/{ref}/signing").text
    work()
    assert client.post(f"/agreements/{ref}/table/open").headers["Location"] == f"/agreements/{ref}/table"
    assert "Sign now" in client.get(f"/agreements/{ref}/table").text
    # The device shows nothing else now.
    for path in (f"/agreements/{ref}", "/", "/account", f"/agreements/{ref}/signing"):
        assert client.get(path).headers["Location"] == f"/agreements/{ref}/table", path
    first = slot_of(ref, "Signatory2")
    page = client.get(f"/agreements/{ref}/table/{first}")
    assert page.status_code == 200
    frozen = agreements.get(ref).package.frozen
    assert client.get(f"/agreements/{ref}/table/page/1.png").mimetype == "image/png"
    data = {"frozen": frozen, "language": "en", "mark_method": "draw", "mark_strokes": STROKES}
    answer = client.post(f"/agreements/{ref}/table/{first}/sign", data=data)
    assert answer.status_code == 302, answer.text
    assert "Signed. Thank you." in client.get(answer.headers["Location"]).text
    # Again with the same mark changes nothing; out of turn is refused in words.
    assert client.post(f"/agreements/{ref}/table/{first}/sign", data=data).status_code == 302
    witness = slot_of(ref, "Witness1")
    refused = client.post(f"/agreements/{ref}/table/{witness}/sign", data=data)
    assert refused.status_code == 403
    assert "turn" in refused.text
    assert client.post("/table/leave", data={"password": "wrong wrong wrong"}).status_code == 422
    assert client.post("/table/leave", data={"password": cast.PASSWORD}).status_code == 302
    assert client.get(f"/agreements/{ref}/signing").status_code == 200


def test_a_partner_signs_by_a_personal_link(client: FlaskClient, signing: Package, world: World) -> None:
    ref = signing.agreement.ref
    slot = next(slot for slot in signing.slots if slot.field == "Signatory1")
    frozen = signing.frozen
    secret = links.create(slot, email="someone@ruse.example")
    db.session.commit()
    page = client.get(f"/s/{secret}")
    assert "s…@ruse.example" in page.text
    data = {"frozen": frozen, "language": "en", "mark_method": "type", "mark_text": "Xie Huaqing"}
    assert client.post(f"/s/{secret}/sign", data=data).status_code == 403
    assert client.post(f"/s/{secret}/code").status_code == 302
    code = links.new_code(links.found(secret))
    db.session.commit()
    wrong = client.post(f"/s/{secret}/prove", data={"code": "000000" if code != "000000" else "111111"})
    assert wrong.status_code == 422
    assert "4 more" in wrong.text
    assert client.post(f"/s/{secret}/prove", data={"code": code}).status_code == 302
    empty = client.post(f"/s/{secret}/sign", data={**data, "mark_text": ""})
    assert empty.status_code == 422
    assert "Type your name" in empty.text
    assert client.post(f"/s/{secret}/sign", data=data).status_code == 302
    slot = next(slot for slot in agreements.get(ref).package.slots if slot.field == "Signatory1")
    assert slot.evidence["identified"] == {"how": "link_and_code", "email": "someone@ruse.example"}
    assert "You signed on" in client.get(f"/s/{secret}").text
