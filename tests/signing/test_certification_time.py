"""The platform's certification says when it was made: no certificate is used before it was valid."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from mou_service.agreements.queries import get
from mou_service.core.db import db
from mou_service.engines import Engines
from mou_service.partners import institution
from mou_service.signing import operations
from mou_service.trust.verify import verify
from tests import cast as casting
from tests import makers


def test_a_freeze_that_waited_for_the_worker_is_certified_when_the_file_is_made(app: Flask, engines: Engines) -> None:
    cast = casting.people()
    ref = makers.an_agreement(cast, engines, at="approved").ref
    package = operations.freeze(get(ref), actor=cast.actor("organiser"), order="own_first", fonts=engines.fonts)
    package.opened_at -= timedelta(hours=3)
    asked = package.opened_at
    db.session.commit()
    makers.work()
    frozen = get(ref).package
    assert frozen is not None
    assert frozen.frozen is not None
    found = verify(engines.files.get(frozen.frozen), roots=institution.authority().roots).signatures[0]
    assert found.kind == "certification"
    assert found.at is not None
    assert found.at - asked > timedelta(hours=2)
