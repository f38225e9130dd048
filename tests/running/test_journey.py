"""One agreement from draft to archive on SQLite in a file and on PostgreSQL."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask

from mou_service.archive.models import Record
from mou_service.core import events, jobs
from mou_service.core.db import db
from mou_service.engines import Engines
from mou_service.partners import institution
from mou_service.trust.verify import verify
from tests import cast as casting
from tests import makers


def test_the_whole_journey(shared_app: Flask, engines: Engines) -> None:
    agreement = makers.an_agreement(casting.people(), engines, at="archived", template="letter-of-intent")
    assert agreement.state == "archived"
    assert agreement.ref == "SSPU-LOI-2024-0001"
    [record] = db.session.scalars(sa.select(Record))
    verdict = verify(engines.files.get(record.final), roots=institution.authority().roots)
    assert verdict.outcome == "valid", verdict.findings
    assert list(events.check_chain(agreement.stream)) == []
    assert [job for job in jobs.unfinished() if not job.unique_key] == []
