"""Sources of time-stamps (RFC 3161): a server over HTTP, or the service itself as a plainly labelled placeholder."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import secrets
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol
from urllib.parse import unquote, urlsplit, urlunsplit

from asn1crypto import algos, cms, core, parser, tsp, x509
from pyhanko.sign import general
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext

from mou_service.core import clock
from mou_service.core.errors import EngineFailed
from mou_service.trust import certificates, chains, exchange, names, revocation
from mou_service.trust.keys import Credential, PrivateKey, ValidationData, sign_raw

_LARGEST_ANSWER = 200_000
#: A server's clock is better than ours, but a quarter of an hour is no matter of accuracy.
_CLOCKS_DIFFER = timedelta(minutes=15)


class TimestampSource(Protocol):
    """Gives time-stamp tokens, says whether they are worth something to others, and what validates them later."""

    @property
    def placeholder(self) -> bool: ...

    @property
    def name(self) -> str:
        """What people are told about where the time comes from."""

    @property
    def timestamper(self) -> TimeStamper: ...

    def validation_data(self, at: datetime) -> ValidationData: ...


class LocalTimestamps(TimeStamper):
    """The service's own clock in the form of a time-stamp; it proves nothing to others and says so in its name."""

    placeholder = True
    name = "local placeholder, no evidential value"

    def __init__(self, credential: Credential, *, key: PrivateKey, at: datetime | None = None) -> None:
        super().__init__(include_nonce=False)  # type: ignore[no-untyped-call]
        self._credential = credential
        self._key = key
        self._fixed = at
        self._rehearsals: dict[str, bytes] = {}

    @property
    def timestamper(self) -> TimeStamper:
        return self

    def at(self, moment: datetime | None) -> LocalTimestamps:
        """The same source with its clock stopped."""
        stopped = LocalTimestamps(self._credential, key=self._key, at=moment)
        stopped._rehearsals = self._rehearsals
        return stopped

    def validation_data(self, at: datetime) -> ValidationData:
        assert self._credential.validation_data is not None
        return ValidationData((self._credential.der,)) + self._credential.validation_data(at)

    async def async_dummy_response(self, md_algorithm: str) -> cms.ContentInfo:
        # Only asked for its size, which is always the same; a second real token should not come into the world.
        if md_algorithm not in self._rehearsals:
            token = self._token(bytes(32), md_algorithm, signature=bytes(_LONGEST_P256))
            self._rehearsals[md_algorithm] = token.dump()
        return cms.ContentInfo.load(self._rehearsals[md_algorithm])

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        return self._token(message_digest, md_algorithm)

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        imprint = req["message_imprint"]
        digest, algorithm = imprint["hashed_message"].native, imprint["hash_algorithm"]["algorithm"].native
        token = self._token(digest, algorithm, nonce=req["nonce"].native)
        return tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token})

    def _token(
        self, digest: bytes, algorithm: str, *, nonce: int | None = None, signature: bytes | None = None
    ) -> cms.ContentInfo:
        moment, certificate = self._fixed or clock.now(), self._credential.certificate
        info = _token_info(digest, algorithm, moment=moment, certificate=certificate, nonce=nonce)
        attributes = _signed_attributes(info, moment=moment, certificate=self._credential.certificate)
        return _wrap(info, attributes, signature or sign_raw(self._key, attributes.dump()), credential=self._credential)


class HttpTimestamps(TimeStamper):
    """An RFC 3161 server whose tokens lead to `roots`. Every failure is `EngineFailed`; nothing falls back to anything else.

    A user name and password in the address are sent as such and shown nowhere.
    """

    placeholder = False

    def __init__(
        self, url: str, *, roots: Iterable[bytes], seconds: float = 10.0, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(include_nonce=True)  # type: ignore[no-untyped-call]
        if not exchange.is_address(url):
            raise ValueError("the address of a time-stamp server starts with http:// or https://")
        self._address, authorization = _without_password(url)
        self.url = self.name = public_address(url)
        self._roots = chains.load_roots(roots)
        self._seconds = seconds
        self._headers = {"Content-Type": "application/timestamp-query", **authorization, **(headers or {})}
        #: For each certificate that stamped for us (DER): its path from the root, and what was fetched for it.
        self._paths: dict[bytes, tuple[x509.Certificate, ...]] = {}
        self._fetched: dict[bytes, ValidationData] = {}

    @property
    def timestamper(self) -> TimeStamper:
        return self

    @property
    def paths(self) -> tuple[tuple[x509.Certificate, ...], ...]:
        """The paths of certificates that the server has shown so far, each from its root."""
        return tuple(self._paths.values())

    def validation_data(self, at: datetime) -> ValidationData:
        """The server's certificates, and that none of them was revoked, asked for where they say.

        Asks the server for a token if it has given none: only with a token it shows its certificates.
        """
        if not self._paths:
            asyncio.run(self.async_dummy_response("sha256"))
        data = ValidationData()
        for signer, path in self._paths.items():
            if signer not in self._fetched:
                self._fetched[signer] = revocation.fetch(path, at=clock.now(), seconds=self._seconds)
            data += ValidationData(certificates=tuple(each.dump() for each in path)) + self._fetched[signer]
        return data

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        _, request = self.request_cms(message_digest, md_algorithm)  # type: ignore[no-untyped-call]
        response = await self.async_request_tsa_response(request)
        try:
            token = _granted(response, digest=message_digest, nonce=request["nonce"].native)
            path = await _vouched(token, roots=self._roots, digest=message_digest)
        except _UnusableError as problem:
            raise EngineFailed("timestamps", f"{self.url} {problem}") from problem
        except (ValueError, TypeError, AttributeError, KeyError) as problem:
            raise EngineFailed("timestamps", f"{self.url} answered something that is no time-stamp.") from problem
        self._paths.setdefault(path[-1].dump(), path)
        self._register_dummy(md_algorithm, token)  # type: ignore[no-untyped-call]
        return token

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        try:
            answer = exchange.ask(
                self._address, seconds=self._seconds, largest=_LARGEST_ANSWER, body=req.dump(), headers=self._headers
            )
            return _Response.load(answer, strict=True)
        except OSError as problem:
            raise EngineFailed("timestamps", f"{self.url} did not answer: {problem}") from problem
        except (ValueError, TypeError) as problem:
            raise EngineFailed("timestamps", f"{self.url} answered something that is no time-stamp.") from problem


def public_address(url: str) -> str:
    """The address as it may be printed: without user, password and anything behind a question mark."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return urlunsplit((parts.scheme, f"{parts.hostname or ''}{port}", parts.path, "", ""))


def _without_password(url: str) -> tuple[str, dict[str, str]]:
    parts = urlsplit(url)
    if parts.username is None:
        return url, {}
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    bare = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    return bare, {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


#: A P-256 signature in DER at its longest.
_LONGEST_P256 = 72


class _Response(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    """RFC 3161 TimeStampResp; asn1crypto's own cannot read a refusal, which has no token."""

    _fields = [("status", tsp.PKIStatusInfo), ("time_stamp_token", cms.ContentInfo, {"optional": True})]


class _UnusableError(Exception):
    """Why an answer cannot be used, as the end of a sentence about the server."""


def _granted(response: _Response, *, digest: bytes, nonce: int) -> cms.ContentInfo:
    status = response["status"]
    if status["status"].native not in ("granted", "granted_with_mods"):
        words = [*(status["status_string"].native or ()), *sorted(status["fail_info"].native or ())]
        raise _UnusableError(f"refused the time-stamp: {', '.join(words) or 'no reason given'}")
    token = response["time_stamp_token"]
    info = token["content"]["encap_content_info"]["content"].parsed
    if info["message_imprint"]["hashed_message"].native != digest:
        raise _UnusableError("stamped something other than what was sent.")
    if info["nonce"].native != nonce:
        raise _UnusableError("sent an answer to another request.")
    return token


async def _vouched(
    token: cms.ContentInfo, *, roots: Sequence[x509.Certificate], digest: bytes
) -> tuple[x509.Certificate, ...]:
    """The path from one of `roots` to the certificate that signed the token."""
    now = clock.now()
    context = ValidationContext(trust_roots=list(roots), moment=now, allow_fetching=False, revocation_mode="soft-fail")
    checked = await validate_tst_signed_data(token["content"], context, lambda _algorithm: digest)
    status = TimestampSignatureStatus(**checked)
    if not (status.intact and status.valid):
        raise _UnusableError("sent a time-stamp whose signature does not hold.")
    if not status.trusted or status.validation_path is None:
        subject = names.read(status.signing_cert.subject)
        raise _UnusableError(
            f"stamps with the certificate “{subject.name}”, which leads to none of the roots in TSA_ROOTS."
        )
    if abs(status.timestamp - now) > _CLOCKS_DIFFER:
        raise _UnusableError(f"says it is {status.timestamp:%Y-%m-%d %H:%M} UTC; its clock or ours is wrong.")
    return tuple(status.validation_path)


def _token_info(
    digest: bytes, algorithm: str, *, moment: datetime, certificate: x509.Certificate, nonce: int | None
) -> bytes:
    imprint = {"hash_algorithm": algos.DigestAlgorithm({"algorithm": algorithm}), "hashed_message": digest}
    info = {
        "version": "v1",
        "policy": certificates.PLACEHOLDER,
        "message_imprint": tsp.MessageImprint(imprint),
        "serial_number": secrets.randbits(126) | 1 << 126,
        "gen_time": core.GeneralizedTime(moment.astimezone(UTC).replace(microsecond=0)),
        "tsa": x509.GeneralName(name="directory_name", value=certificate.subject),
    }
    if nonce is not None:
        info["nonce"] = nonce
    der: bytes = tsp.TSTInfo(info).dump()
    return der


def _signed_attributes(info: bytes, *, moment: datetime, certificate: x509.Certificate) -> cms.CMSAttributes:
    whole = moment.astimezone(UTC).replace(microsecond=0)
    return cms.CMSAttributes(
        [
            general.simple_cms_attribute("content_type", "tst_info"),
            general.simple_cms_attribute("signing_time", _cms_time(whole)),
            general.simple_cms_attribute("signing_certificate_v2", general.as_signing_certificate_v2(certificate)),
            general.simple_cms_attribute("message_digest", hashlib.sha256(info).digest()),
        ]
    )


def _cms_time(whole: datetime) -> cms.Time:
    # RFC 5652, 11.3: UTCTime up to 2049, GeneralizedTime from 2050 on.
    if whole.year < 2050:
        return cms.Time({"utc_time": core.UTCTime(whole)})
    return cms.Time({"generalized_time": core.GeneralizedTime(whole)})


def _wrap(info: bytes, attributes: cms.CMSAttributes, signature: bytes, *, credential: Credential) -> cms.ContentInfo:
    certificate = credential.certificate
    sha256 = algos.DigestAlgorithm({"algorithm": "sha256"})
    identifier = {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
    signer = {
        "version": "v1",
        "sid": cms.SignerIdentifier(name="issuer_and_serial_number", value=cms.IssuerAndSerialNumber(identifier)),
        "digest_algorithm": sha256,
        "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
        "signed_attrs": attributes,
        "signature": signature,
    }
    content = {"content_type": "tst_info", "content": cms.ParsableOctetString(info)}
    chain = b"".join(sorted(each.dump() for each in (certificate, *credential.chain[:-1])))
    signed = {
        "version": "v3",
        "digest_algorithms": [sha256],
        "encap_content_info": content,
        # As bytes: asn1crypto would take every certificate apart and copy it.
        "certificates": cms.CertificateSet.load(parser.emit(0, 1, 17, chain)),
        "signer_infos": [signer],
    }
    token = cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed)})
    # Read back it is one piece, and cheap to put into something else.
    return cms.ContentInfo.load(token.dump())
