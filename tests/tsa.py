"""A time-stamp service as institutions buy one, on this machine: certomancer's CA, OCSP, revocation lists and TSA over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from certomancer.integrations.animator import Animator, AnimatorArchStore
from certomancer.registry import ArchLabel, CertLabel
from certomancer.registry.config import CertomancerConfig
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

ARCHITECTURES = ("known", "foreign", "silent")
KEYS = ("root", "issuer", "tsa", "ocsp")
CONFIGURATION = """
keysets:
  {arch}: {{path-prefix: ., keys: {{{keys}}}}}
pki-architectures:
  {arch}:
    keyset: {arch}
    entities:
      root: {{country-name: BE, organization-name: {name}, common-name: {name} Root}}
      issuer: {{country-name: BE, organization-name: {name}, common-name: {name} Issuer}}
      tsa: {{country-name: BE, organization-name: {name}, common-name: {name} Time Stamping Unit}}
      ocsp: {{country-name: BE, organization-name: {name}, common-name: {name} Responder}}
    certs:
      root:
        subject: root
        issuer: root
        validity: {{valid-from: "2020-01-01T00:00:00+0000", valid-to: "2050-01-01T00:00:00+0000"}}
        profiles: [{{id: simple-ca, params: {{{from_root}}}}}]
      issuer:
        subject: issuer
        issuer: root
        validity: {{valid-from: "2020-01-01T00:00:00+0000", valid-to: "2049-01-01T00:00:00+0000"}}
        profiles: [{{id: simple-ca, params: {{max-path-len: 0{from_issuer}}}}}]
      tsa:
        subject: tsa
        issuer: issuer
        validity: {{valid-from: "2020-01-01T00:00:00+0000", valid-to: "2045-01-01T00:00:00+0000"}}
        extensions:
          - {{id: key_usage, critical: true, smart-value: {{schema: key-usage, params: [digital_signature]}}}}
          - {{id: extended_key_usage, critical: true, value: [time_stamping]}}
      ocsp:
        subject: ocsp
        issuer: issuer
        validity: {{valid-from: "2020-01-01T00:00:00+0000", valid-to: "2045-01-01T00:00:00+0000"}}
        profiles: [ocsp-responder]
    services:
      crl-repo:
        root: {{for-issuer: root, signing-key: root, simulated-update-schedule: P30D}}
        issuer: {{for-issuer: issuer, signing-key: issuer, simulated-update-schedule: P30D}}
      ocsp:
        issuer: {{for-issuer: issuer, responder-cert: ocsp, signing-key: ocsp}}
      time-stamping:
        tsa: {{signing-cert: tsa, certs-to-embed: [issuer]}}
"""


@pytest.fixture(scope="session")
def _started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TimestampService]:
    service = TimestampService(tmp_path_factory.mktemp("timestamp-service"))
    yield service
    service.close()


@pytest.fixture
def service(_started: TimestampService) -> TimestampService:
    """A time-stamp service that is well."""
    _started.reset()
    return _started


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


class TimestampService:
    """Authorities that know nothing of each other: `known`, `foreign`, and `silent`, which publishes no revocation."""

    def __init__(self, folder: Path) -> None:
        self.away: tuple[str, ...] = ()
        self.nonsense = False
        self.asked: list[str] = []
        self._http = make_server("127.0.0.1", 0, self._answer, handler_class=_Quiet)
        self.origin = f"http://127.0.0.1:{self._http.server_port}"
        self._architectures = {name: _architecture(folder / name, name, self.origin) for name in ARCHITECTURES}
        self._animator = Animator(
            AnimatorArchStore({ArchLabel(name): each for name, each in self._architectures.items()})
        )
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()

    def url(self, of: str = "known") -> str:
        return f"{self.origin}/{of}/tsa/tsa"

    def certificate(self, name: str = "root", *, of: str = "known") -> bytes:
        der: bytes = self._architectures[of].get_cert(CertLabel(name)).dump()
        return der

    def reset(self) -> None:
        self.away, self.nonsense, self.asked = (), False, []

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()

    def _answer(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        self.asked.append(path)
        if any(part in path for part in self.away):
            start("503 Service Unavailable", [("Content-Type", "text/plain")])
            return [b"maintenance"]
        if self.nonsense:
            start("200 OK", [("Content-Type", "text/html")])
            return [b"<html><title>Please sign in to the campus network</title></html>"]
        answer: Iterable[bytes] = self._animator(environ, start)
        return answer


def _architecture(folder: Path, name: str, origin: str) -> Any:
    folder.mkdir()
    for key in KEYS:
        made = ec.generate_private_key(ec.SECP256R1())
        pem = made.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (folder / f"{key}.pem").write_bytes(pem)
    configuration = CONFIGURATION.format(
        arch=name,
        name=name.capitalize(),
        keys=", ".join(f"{key}: {{path: {key}.pem}}" for key in KEYS),
        from_root="" if name == "silent" else "crl-repo: root",
        from_issuer="" if name == "silent" else ", crl-repo: issuer, ocsp-service: issuer",
    )
    known = CertomancerConfig.from_yaml(configuration, key_search_dir=str(folder), external_url_prefix=origin)
    return known.get_pki_arch(ArchLabel(name))
