"""What every test stands on: an application of its own, a closed network, people and makers."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from mou_service import app as application
from mou_service.core.db import Model, db
from mou_service.engines import Engines, MemoryFiles, OutboxOnly
from mou_service.settings import ROOT, Settings

#: What looks deep and takes long; `make test` leaves it to `make test-thorough`, which a change has to pass as well.
THOROUGH = (
    "running/test_chaos.py",
    "running/test_serving.py",
    "running/test_many_requests.py",
    "keyring/test_journey.py",
    "archive/test_bag_elsewhere.py",
    "archive/test_renewals.py",
    "signing/test_timestamp_service.py",
    "engines/test_office.py::test_libreoffice_draws",
    "agreements/test_after.py::test_of_two_who_enter_the_same_at_once",
    "archive/test_attacks.py::test_a_change_of_an_archived_document_is_named",
    "documents/word/bilingual/test_checking.py::test_any_slip_in_our_own_texts_is_named",
    "documents/word/bilingual/test_checking.py::test_our_own_templates_agree_with_themselves",
    "documents/word/test_guard.py::test_the_shape_of_a_manifest_is_that_of_its_example",
    "drafting/test_drawing.py::test_pages_by_others_are_frozen_signed_and_archived",
    "library/test_clauses.py::test_a_new_fallback_of_a_shared_clause",
    "library/test_clauses.py::test_a_text_that_cannot_be_used",
    "running/test_backup.py::test_everything_comes_back_into_any_database",
    "signing/test_outside.py::test_a_file_is_not_taken_for_another_agreement",
    "signing/test_outside.py::test_an_authority_that_is_away",
    "signing/test_outside.py::test_what_was_accepted_then_holds",
    "signing/test_own.py::test_all_four_ways_in_one_agreement",
    "trust/test_rotation.py::test_killed_at_any_point",
    "trust/test_rotation.py::test_who_trusts_the_first_root_alone",
    "trust/test_tokens.py::test_a_ceremony_whose_keys_lie_in_a_token",
    "document_templates/test_templates.py::test_each_option_and_switch_gives_a_whole_document",
)

pytest_plugins = ("tests.postgres", "tests.tsa", "tests.signers", "tests.softhsm")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "thorough: looks deep and takes long")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.nodeid.removeprefix("tests/").startswith(THOROUGH):
            item.add_marker(pytest.mark.thorough)


@pytest.fixture(autouse=True)
def _closed_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only this machine may be reached."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test reached for the network: {address}")
        real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture(scope="session")
def shared_instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys are made once; prepared fonts are those of the checkout."""
    folder = tmp_path_factory.mktemp("instance")
    (ROOT / "instance" / "fonts").mkdir(parents=True, exist_ok=True)
    (folder / "fonts").symlink_to(ROOT / "instance" / "fonts")
    return folder


@pytest.fixture
def settings(shared_instance: Path) -> Settings:
    return Settings(
        _env_file=None, instance=shared_instance, database_url="sqlite://", demo=True, rate_limits=False, office_program="none",
        key_secret="a secret for tests", secret_key="a session key for tests",
    )  # fmt: skip


class Compiled(BytecodeCache):
    """Templates compiled once for all applications of a run: half of what a test with pages costs."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


_compiled = Compiled()


class Addresses:
    """The addresses of an application compiled once for all of a run: they are the same each time, and half of its making."""

    def __init__(self) -> None:
        self.compile = Rule._compile_builder
        self.kept: dict[Any, Any] = {}

    def __call__(self, rule: Rule, append_unknown: bool = True) -> Any:
        key = (tuple(rule._trace), append_unknown)
        if rule.defaults:
            return self.compile(rule, append_unknown)
        return self.kept.get(key) or self.kept.setdefault(key, self.compile(rule, append_unknown))


_addresses = Addresses()
Rule._compile_builder = lambda rule, append_unknown=True: _addresses(rule, append_unknown)  # type: ignore[method-assign]
_engines: dict[Path, Engines] = {}


@pytest.fixture
def engines(settings: Settings) -> Engines:
    """Files and mail in memory; fonts and the certificate authority are shared by all tests of a run."""
    shared = _engines.setdefault(settings.instance, Engines(settings, MemoryFiles(), OutboxOnly()))
    shared.settings, shared.files, shared.mailer = settings, MemoryFiles(), OutboxOnly()
    return shared


class Client(FlaskClient):
    """Closes what it sent: a large form lies in a temporary file, which nobody else closes."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        answer = super().open(*args, **kwargs)
        for each in (answer, *answer.history):
            each.request.environ["wsgi.input"].close()
        return answer


@pytest.fixture
def app(settings: Settings, engines: Engines) -> Iterator[Flask]:
    """The application on an empty database in memory."""
    made = application.create_app(settings, with_engines=engines)
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    made.jinja_env.bytecode_cache = _compiled
    made.test_client_class = Client
    made.before_request_funcs.setdefault(None, []).insert(0, _forget)
    Model.metadata.create_all(db.engine)
    with made.app_context():
        yield made
    db.close()


def _forget() -> None:
    """The test's own application context lends its `g` to every request: who was signed in before must not stay."""
    for name in list(g):
        g.pop(name)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
