"""A keystroke in the form and the page in sight: the whole way through the service, beside making the whole file."""

from __future__ import annotations

import html
import itertools
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from flask.testing import FlaskClient

from mou_service import app as application
from mou_service.core.db import Model, db
from mou_service.documents.pdf import previews
from mou_service.drafting import desk as desks
from mou_service.drafting import texts
from mou_service.engines import Engines, MemoryFiles, OutboxOnly
from mou_service.settings import ROOT, Settings
from tests import cast
from tests.bench import document
from tests.bench.measuring import Figure, compared, interleaved

TYPE, TOPIC = "university-university", "cooperation"


def figures(*, rounds: int) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="mou-bench-") as work:
        yield _typed(Path(work), rounds)


def _typed(work: Path, rounds: int) -> Figure:
    (work / "fonts").symlink_to(ROOT / "instance" / "fonts")
    settings = Settings(
        _env_file=None, instance=work, database_url=f"sqlite:///{work}/mou.sqlite", demo=True, rate_limits=False,
        key_secret="a secret to measure with", secret_key="a session key to measure with",
    )  # fmt: skip
    app = application.create_app(settings, with_engines=Engines(settings, MemoryFiles(), OutboxOnly()))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with app.app_context():
        Model.metadata.create_all(db.engine)
        made, client = cast.people(), app.test_client()
        db.session.commit()
        cast.sign_in(client, "drafter")
        desk, counted = f"/drafts/{TYPE}~{made.partner.ref}", itertools.count()
        took = interleaved(
            {"ours": lambda: _page_in_sight(client, desk, next(counted)), "whole": lambda: _whole(next(counted))},
            rounds=rounds, warm=2,
        )  # fmt: skip
    db.close()
    what = f"A keystroke to the page in sight ({document.frozen().pages - 1} pages, the whole way)"
    return compared(what, took["ours"], against="the whole file made and its page drawn", theirs=took["whole"],
                    target=300, of_ours=True)  # fmt: skip


def _page_in_sight(client: FlaskClient, desk: str, number: int) -> None:
    """What the browser does after a keystroke: send the form, take the page that looks otherwise."""
    typed = {"q_fields_of_interest-zh": f"机械工程{number}", "q_fields_of_interest-en": f"engineering {number}",
             "q_areas": ["staff", "research", "students", "events"], "hand": "bench"}  # fmt: skip
    pages = client.post(f"{desk}/{TOPIC}/preview", data=typed).text
    address = html.unescape(re.findall(r'<img src="([^"]+)"', pages)[0])
    assert client.get(address).mimetype == "image/png"


def _whole(number: int) -> None:
    manifest = desks.manifest(TYPE)
    values = manifest.example() | {"fields_of_interest": {"zh": f"机械工程{number}", "en": f"engineering {number}"}}
    drawn = texts.preview(
        [texts.filled(manifest, values)], fonts=document.fonts(), reference="MOU", languages=manifest.languages,
        demonstration=True,
    )  # fmt: skip
    previews.page_picture(drawn, 0, width=1100)
