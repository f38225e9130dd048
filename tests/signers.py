"""People with certificates of their own, as an authority elsewhere gives them out, and the program they sign with.

The authority is certomancer's, over HTTP on this machine; the program is pyHanko as its users call it, with its own
stamp, metadata and time-stamps, and nothing of this service.
"""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from asn1crypto import pem, x509
from certomancer.integrations.animator import Animator, AnimatorArchStore
from certomancer.registry import ArchLabel, CertLabel, KeyLabel, ServiceLabel
from certomancer.registry.config import CertomancerConfig
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.stamp import BaseStampStyle
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

ARCHITECTURES = ("trusted", "unheard")
KEYS = ("root", "issuer", "galina", "ocsp")
#: Certificate → (who it names, what is particular about it).
PEOPLE = {
    "galina": ("galina", ""),
    "mallory": ("mallory", ""),
    "expired": ("galina", 'valid-from: "2020-01-01T00:00:00+0000", valid-to: "2021-01-01T00:00:00+0000"'),
    "early": ("galina", 'valid-from: "2045-01-01T00:00:00+0000", valid-to: "2046-01-01T00:00:00+0000"'),
    "revoked": ("galina", ""),
    "web": ("galina", ""),
}
_LONG = 'valid-from: "2020-01-01T00:00:00+0000", valid-to: "2047-01-01T00:00:00+0000"'
_USAGE = "{id: key_usage, critical: true, smart-value: {schema: key-usage, params: [%s]}}"
_CONFIGURATION = """
keysets:
  {arch}: {{path-prefix: ., keys: {{{keys}}}}}
pki-architectures:
  {arch}:
    keyset: {arch}
    entities:
      root: {{country-name: BG, organization-name: {name} Trust, common-name: {name} Root}}
      issuer: {{country-name: BG, organization-name: {name} Trust, common-name: {name} Qualified Certificates}}
      ocsp: {{country-name: BG, organization-name: {name} Trust, common-name: {name} Responder}}
      galina: {{country-name: BG, organization-name: University of Ruse, common-name: Galina Ivanova Ivanova}}
      mallory: {{country-name: BG, common-name: Mallory Malcheva}}
    certs:
      root:
        subject: root
        issuer: root
        validity: {{valid-from: "2019-01-01T00:00:00+0000", valid-to: "2050-01-01T00:00:00+0000"}}
        profiles: [{{id: simple-ca, params: {{crl-repo: root}}}}]
      issuer:
        subject: issuer
        issuer: root
        validity: {{valid-from: "2019-01-01T00:00:00+0000", valid-to: "2049-01-01T00:00:00+0000"}}
        profiles: [{{id: simple-ca, params: {{max-path-len: 0, crl-repo: issuer, ocsp-service: issuer}}}}]
      ocsp:
        subject: ocsp
        issuer: issuer
        validity: {{{long}}}
        profiles: [ocsp-responder]
{people}
    services:
      crl-repo:
        root: {{for-issuer: root, signing-key: root, simulated-update-schedule: P30D}}
        issuer: {{for-issuer: issuer, signing-key: issuer, simulated-update-schedule: P30D}}
      ocsp:
        issuer: {{for-issuer: issuer, responder-cert: ocsp, signing-key: ocsp}}
"""


def _person(certificate: str, whom: str, particular: str) -> str:
    usage = "digital_signature" if certificate == "web" else "digital_signature, non_repudiation"
    lines = [
        f"{certificate}:", f"  subject: {whom}", "  subject-key: galina", "  issuer: issuer",
        f"  validity: {{{particular or _LONG}}}", f"  extensions: [{_USAGE % usage}]",
    ]  # fmt: skip
    if certificate == "revoked":
        lines.append('  revocation: {revoked-since: "2021-01-01T00:00:00+0000", reason: key_compromise}')
    return "\n".join(f"      {line}" for line in lines)


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


class Authorities:
    """Two authorities that know nothing of each other: `trusted`, and `unheard`, of which nobody here has heard."""

    def __init__(self, folder: Path) -> None:
        self.away = False
        self.asked: list[str] = []
        self._http = make_server("127.0.0.1", 0, self._answer, handler_class=_Quiet)
        origin = f"http://127.0.0.1:{self._http.server_port}"
        self._known = {name: _architecture(folder / name, name, origin) for name in ARCHITECTURES}
        self._animator = Animator(AnimatorArchStore({ArchLabel(name): each for name, each in self._known.items()}))
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()

    def certificate(self, name: str = "root", *, of: str = "trusted") -> Any:
        return self._known[of].get_cert(CertLabel(name))

    def pem(self, name: str = "root", *, of: str = "trusted") -> bytes:
        armoured: bytes = pem.armor("CERTIFICATE", self.certificate(name, of=of).dump())
        return armoured

    def signer(self, name: str = "galina", *, of: str = "trusted", with_chain: bool = True) -> signers.SimpleSigner:
        """The person's key and certificate in the hands of a signing program."""
        known, store = self._known[of], SimpleCertificateStore()
        if with_chain:
            store.register(self.certificate("issuer", of=of))
        return signers.SimpleSigner(
            signing_cert=self.certificate(name, of=of),
            signing_key=known.key_set.get_private_key(KeyLabel("galina")), cert_registry=store,
        )  # fmt: skip

    def context(self, roots: Iterable[bytes] = ()) -> ValidationContext:
        """What a program knows that has fetched everything about the person's certificate."""
        known = self._known["trusted"]
        lists = [known.service_registry.get_crl(ServiceLabel(name)) for name in ("root", "issuer")]
        return ValidationContext(
            trust_roots=[self.certificate(), *map(x509.Certificate.load, roots)], other_certs=[self.certificate("issuer")],
            crls=[each.dump() for each in lists], allow_fetching=False, revocation_mode="soft-fail",
        )  # fmt: skip

    def reset(self) -> None:
        self.away, self.asked = False, []

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()

    def _answer(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        self.asked.append(environ["PATH_INFO"])
        if self.away:
            start("503 Service Unavailable", [("Content-Type", "text/plain")])
            return [b"maintenance"]
        answer: Iterable[bytes] = self._animator(environ, start)
        return answer


def _architecture(folder: Path, name: str, origin: str) -> Any:
    folder.mkdir()
    for key in KEYS:
        made = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (folder / f"{key}.pem").write_bytes(made)
    configuration = _CONFIGURATION.format(
        arch=name, name=name.capitalize(), long=_LONG, keys=", ".join(f"{key}: {{path: {key}.pem}}" for key in KEYS),
        people="\n".join(_person(certificate, *about) for certificate, about in PEOPLE.items()),
    )  # fmt: skip
    known = CertomancerConfig.from_yaml(configuration, key_search_dir=str(folder), external_url_prefix=origin)
    return known.get_pki_arch(ArchLabel(name))


@pytest.fixture(scope="session")
def _authorities(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authorities]:
    made = Authorities(tmp_path_factory.mktemp("authorities"))
    yield made
    made.close()


@pytest.fixture
def elsewhere(_authorities: Authorities) -> Authorities:
    """Authorities whose servers answer."""
    _authorities.reset()
    return _authorities


def signed(
    pdf: bytes, field: str, signer: signers.Signer, *, stamp: BaseStampStyle | None = None, timestamper: Any = None,
    before: Callable[[IncrementalPdfFileWriter], None] = lambda _writer: None, **metadata: Any,
) -> bytes:  # fmt: skip
    """The file as pyHanko gives it back when somebody signs `field` with it, having done `before`."""
    about = signers.PdfSignatureMetadata(field_name=field, md_algorithm="sha256", **metadata)
    program = signers.PdfSigner(about, signer, timestamper=timestamper, stamp_style=stamp)
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    before(writer)
    output = asyncio.run(program.async_sign_pdf(writer))
    made: bytes = output.getvalue()
    return made
