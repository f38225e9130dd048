"""Sources of time-stamps (RFC 3161): a server over HTTP, or the service itself as a plainly labelled placeholder."""

from __future__ import annotations

import hashlib
import secrets
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime
from typing import Protocol

from asn1crypto import algos, cms, core, parser, tsp, x509
from pyhanko.sign import general
from pyhanko.sign.timestamps import TimeStamper

from mou_service.core import clock
from mou_service.core.errors import EngineFailed
from mou_service.trust import certificates
from mou_service.trust.keys import Credential, PrivateKey, ValidationData, sign_raw

_LARGEST_ANSWER = 200_000


class TimestampSource(Protocol):
    """Gives time-stamp tokens, says whether they are worth something to others, and what validates them later."""

    @property
    def placeholder(self) -> bool: ...

    @property
    def timestamper(self) -> TimeStamper: ...

    def validation_data(self, at: datetime) -> ValidationData: ...


class LocalTimestamps(TimeStamper):
    """The service's own clock in the form of a time-stamp; it proves nothing to others and says so in its name."""

    placeholder = True

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
    """An RFC 3161 server. Every failure is `EngineFailed`; nothing falls back to anything else.

    `seconds` limits the whole exchange, not each read of it.
    """

    placeholder = False

    def __init__(
        self,
        url: str,
        *,
        seconds: float = 10.0,
        headers: dict[str, str] | None = None,
        evidence: ValidationData | None = None,
    ) -> None:
        super().__init__(include_nonce=True)  # type: ignore[no-untyped-call]
        if not url.startswith(("http://", "https://")):
            raise ValueError("the address of a time-stamp server starts with http:// or https://")
        self.url = url
        self._seconds = seconds
        self._headers = headers or {}
        self._evidence = evidence or ValidationData()

    @property
    def timestamper(self) -> TimeStamper:
        return self

    def validation_data(self, at: datetime) -> ValidationData:
        """What the institution knows about its server: the chain from its tokens, and what it was given."""
        chain = tuple(certificate.dump() for certificate in self.cert_registry)
        return ValidationData(chain + tuple(each.dump() for each in self._certs.values())) + self._evidence

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        _, request = self.request_cms(message_digest, md_algorithm)  # type: ignore[no-untyped-call]
        response = await self.async_request_tsa_response(request)
        try:
            token = _granted(response, digest=message_digest, nonce=request["nonce"].native)
        except _UnusableError as problem:
            raise EngineFailed("timestamps", f"{self.url} {problem}") from problem
        except (ValueError, TypeError, AttributeError) as problem:
            raise EngineFailed("timestamps", f"{self.url} answered something that is no time-stamp.") from problem
        self._register_dummy(md_algorithm, token)  # type: ignore[no-untyped-call]
        return token

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        try:
            return _Response.load(self._post(req.dump()), strict=True)
        except (OSError, urllib.error.URLError) as problem:
            raise EngineFailed("timestamps", f"{self.url} did not answer: {problem}") from problem
        except (ValueError, TypeError) as problem:
            raise EngineFailed("timestamps", f"{self.url} answered something that is no time-stamp.") from problem

    def _post(self, body: bytes) -> bytes:
        headers = {"Content-Type": "application/timestamp-query", **self._headers}
        request = urllib.request.Request(self.url, data=body, headers=headers, method="POST")  # noqa: S310  # see __init__
        until = time.monotonic() + self._seconds
        with urllib.request.urlopen(request, timeout=self._seconds) as response:  # noqa: S310
            answer = b""
            while part := response.read1(65536):
                answer += part
                if time.monotonic() > until:
                    raise TimeoutError(f"no complete answer within {self._seconds:g} seconds")
                if len(answer) > _LARGEST_ANSWER:
                    raise ValueError("the answer is too long")
        return answer


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
            general.simple_cms_attribute("signing_time", cms.Time({"utc_time": core.UTCTime(whole)})),
            general.simple_cms_attribute("signing_certificate_v2", general.as_signing_certificate_v2(certificate)),
            general.simple_cms_attribute("message_digest", hashlib.sha256(info).digest()),
        ]
    )


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
