"""A seal that the institution brings along: what is refused and why, and that it holds for those who verify later."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import pkcs12 as asn1_pkcs12
from certomancer.registry import KeyLabel
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, NoEncryption, pkcs12
from cryptography.x509 import Certificate, CertificateBuilder, Name, NameAttribute, load_der_x509_certificate
from cryptography.x509.oid import NameOID

from mou_service.core import clock
from mou_service.core.errors import EngineFailed
from mou_service.trust import evidence, imported, sign
from mou_service.trust.authority import KEY_FILE, Authority, open_authority
from mou_service.trust.imported import Unusable
from mou_service.trust.revocation import RevokedError
from mou_service.trust.verify import verify
from tests.signers import Authorities
from tests.softhsm import PIN, SoftToken
from tests.trust import makers

PASSPHRASE = b" four words and a space "


def a_key(elsewhere: Authorities, name: str = "galina") -> ec.EllipticCurvePrivateKey:
    info = elsewhere._known["trusted"].key_set.get_private_key(KeyLabel(name))
    key = serialization.load_der_private_key(info.dump(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


def a_file(
    elsewhere: Authorities,
    name: str = "galina",
    *,
    key: pkcs12.PKCS12PrivateKeyTypes | None = None,
    chain: tuple[str, ...] = ("issuer", "root"),
) -> bytes:
    own, *others = (load_der_x509_certificate(elsewhere.certificate(each).dump()) for each in (name, *chain))
    return pkcs12.serialize_key_and_certificates(
        b"seal", key or a_key(elsewhere), own, others, BestAvailableEncryption(PASSPHRASE)
    )


def brought(
    elsewhere: Authorities, content: bytes, *, passphrase: bytes = PASSPHRASE, roots: list[bytes] | None = None
) -> imported.Entry:
    return imported.from_pkcs12(
        content, passphrase=passphrase, roots=[elsewhere.pem()] if roots is None else roots, at=clock.now()
    )


def opened(folder: Path) -> Authority:
    return open_authority(folder, b"secret", institution="Own", country="CN")


def test_what_cannot_be_the_seal_is_refused_by_name(elsewhere: Authorities) -> None:
    good, galina = a_file(elsewhere), load_der_x509_certificate(elsewhere.certificate("galina").dump())
    without_key = pkcs12.serialize_key_and_certificates(b"x", None, galina, None, BestAvailableEncryption(PASSPHRASE))
    short = rsa.generate_private_key(65537, 1024)
    weak = pkcs12.serialize_key_and_certificates(
        b"x", short, _self_signed(short), None, BestAvailableEncryption(PASSPHRASE)
    )
    refused = {
        "passphrase": lambda: brought(elsewhere, good, passphrase=b"wrong"),
        "file": lambda: brought(elsewhere, b"no such file"),
        "no_key": lambda: brought(elsewhere, without_key),
        "weak_key": lambda: brought(elsewhere, weak),
        "ended": lambda: brought(elsewhere, a_file(elsewhere, "expired")),
        "not_yet": lambda: brought(elsewhere, a_file(elsewhere, "early")),
        "not_for_signing": lambda: brought(elsewhere, a_file(elsewhere, "ocsp", key=a_key(elsewhere, "ocsp"))),
        "unknown_chain": lambda: brought(elsewhere, good, roots=[elsewhere.pem(of="unheard")]),
    }
    for code, attempt in refused.items():
        with pytest.raises(Unusable) as caught:
            attempt()
        assert caught.value.code == code
    with pytest.raises(Unusable) as caught:
        brought(elsewhere, good, roots=[])
    assert caught.value.facts["issuer"] == "Trusted Root"
    assert len(caught.value.facts["fingerprint"]) == 64


def test_a_file_that_would_keep_us_busy_for_minutes_is_not_opened(
    elsewhere: Authorities, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(which: int) -> bytes:
        file = asn1_pkcs12.Pfx.load(a_file(elsewhere))
        certificates, key = file.authenticated_safe
        if which == 0:
            file["mac_data"]["iterations"] = 2**31 - 1
            return bytes(file.dump(force=True))
        bags = asn1_pkcs12.SafeContents.load(key["content"].native)
        algorithms = (
            certificates["content"]["encrypted_content_info"]["content_encryption_algorithm"],
            bags[0]["bag_value"]["encryption_algorithm"],
        )
        algorithms[which - 1]["parameters"]["key_derivation_func"]["parameters"]["iteration_count"] = 2**31 - 1
        key["content"] = bags.dump(force=True)
        file["auth_safe"]["content"] = file.authenticated_safe.dump(force=True)
        if which == 2:
            del file["mac_data"]
        return bytes(file.dump(force=True))

    monkeypatch.setattr(imported.pkcs12, "load_pkcs12", lambda *_: pytest.fail("it was opened"))
    for which in range(3):
        with pytest.raises(Unusable, match="file"):
            brought(elsewhere, slow(which))


def test_a_file_without_its_root_or_passphrase_is_taken_all_the_same(elsewhere: Authorities) -> None:
    entry = brought(elsewhere, a_file(elsewhere, chain=("issuer",)))
    assert [each.hex() for each in entry.chain] == [
        elsewhere.certificate(each).dump().hex() for each in ("issuer", "root")
    ]
    own, issuer = (load_der_x509_certificate(elsewhere.certificate(each).dump()) for each in ("galina", "issuer"))
    plain = pkcs12.serialize_key_and_certificates(None, a_key(elsewhere), own, [issuer], NoEncryption())
    assert brought(elsewhere, plain, passphrase=b"").certificate == entry.certificate


def test_its_key_lies_encrypted_beside_our_own(elsewhere: Authorities, tmp_path: Path) -> None:
    entry = brought(elsewhere, a_file(elsewhere))
    opened(tmp_path).put_seal(entry, reason="licensed")
    authority = opened(tmp_path)
    assert authority.seal.der == entry.certificate
    assert authority.ring.current["seal"].number == 2
    stored = (tmp_path / KEY_FILE).read_bytes()
    plain = a_key(elsewhere).private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, NoEncryption()
    )
    assert plain not in stored and PASSPHRASE not in stored
    # Another issuer of ours leaves it alone; a new seal of our own puts it aside.
    authority.rotate("issuer", reason="yearly")
    assert opened(tmp_path).seal.der == entry.certificate
    opened(tmp_path).rotate("seal", reason="ours again")
    assert opened(tmp_path).ring.current["seal"].imported is False


def test_a_document_under_it_carries_what_validates_it(elsewhere: Authorities, tmp_path: Path) -> None:
    opened(tmp_path).put_seal(brought(elsewhere, a_file(elsewhere)), reason="licensed")
    authority = opened(tmp_path)
    moment = clock.now()
    pdf = makers.certified(authority)
    pdf = sign.seal(
        pdf,
        field="Seal",
        credential=authority.seal,
        stamp=makers.a_stamp("SEAL"),
        reason="Sealed",
        location="",
        at=moment,
    ).pdf
    signers = [each.certificate for each in evidence.signatures(pdf)]
    found = authority.evidence(signers, moment)
    assert found.ocsp_responses and "/issuer" in " ".join(elsewhere.asked)
    final = sign.timestamp(pdf, source=authority.timestamps, evidence=found, at=moment).pdf
    verdict = verify(final, roots=authority.trusted)
    sealed = next(each for each in verdict.signatures if each.field == "Seal")
    assert sealed.valid and sealed.level in ("B-LT", "B-LTA")
    assert sealed.name == "Galina Ivanova Ivanova"
    # After the next one it is still known; to whoever has only our roots it is a stranger's.
    authority.rotate("seal", reason="ours again")
    assert next(each for each in verify(final, roots=opened(tmp_path).trusted).signatures if each.field == "Seal").valid
    assert not next(each for each in verify(final, roots=authority.roots).signatures if each.field == "Seal").valid


def test_its_root_vouches_for_no_other_certificate(elsewhere: Authorities, tmp_path: Path) -> None:
    opened(tmp_path).put_seal(brought(elsewhere, a_file(elsewhere)), reason="licensed")
    ours = opened(tmp_path)
    opened(tmp_path / "other").put_seal(brought(elsewhere, a_file(elsewhere, "mallory")), reason="somebody else's")
    theirs = opened(tmp_path / "other").seal
    for credential, outcome in ((ours.seal, "valid"), (theirs, "not_valid")):
        certified = sign.certify(makers.a_frozen_document(fields=()), credential=credential).pdf
        assert verify(certified, roots=ours.trusted).outcome == outcome


def test_nobody_answers_or_says_revoked(elsewhere: Authorities, tmp_path: Path) -> None:
    good, bad = brought(elsewhere, a_file(elsewhere)), brought(elsewhere, a_file(elsewhere, "revoked"))
    with pytest.raises(RevokedError, match="the seal"):
        imported.validation_data(bad, at=clock.now())
    elsewhere.away = True
    with pytest.raises(EngineFailed, match="Nobody said") as caught:
        imported.validation_data(good, at=clock.now())
    assert not caught.value.permanent


def test_a_key_that_lies_in_the_token_already(elsewhere: Authorities, soft_token: SoftToken) -> None:
    import pkcs11
    from pkcs11.util.ec import decode_ec_private_key, decode_ec_public_key

    key = a_key(elsewhere)
    lib = pkcs11.lib(soft_token.token().module)
    private = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.TraditionalOpenSSL, NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    with lib.get_token(token_label=soft_token.name).open(rw=True, user_pin=PIN) as session:
        for attributes in (decode_ec_private_key(private), decode_ec_public_key(public)):
            session.create_object(
                {
                    **attributes,
                    pkcs11.Attribute.LABEL: "seal",
                    pkcs11.Attribute.ID: b"\x07",
                    pkcs11.Attribute.TOKEN: True,
                }
            )
    token = soft_token.token()
    certificates = b"".join(elsewhere.pem(each) for each in ("galina", "issuer"))
    entry = imported.from_token(certificates, token=token, label="seal", roots=[elsewhere.pem()], at=clock.now())
    open_authority(soft_token.keys, b"secret", institution="Own", country="CN", token=token).put_seal(
        entry, reason="licensed"
    )
    authority = open_authority(soft_token.keys, b"secret", institution="Own", country="CN", token=token)
    pdf = makers.sign_field(makers.certified(authority), authority, "Seal")
    assert evidence.signatures(pdf)[-1].certificate == entry.certificate
    with pytest.raises(Unusable, match="other_key"):
        imported.from_token(elsewhere.pem("issuer"), token=token, label="seal", roots=[elsewhere.pem()], at=clock.now())
    with pytest.raises(Unusable, match="file"):
        imported.from_token(b"nothing", token=token, label="seal", roots=[elsewhere.pem()], at=clock.now())


def _self_signed(key: rsa.RSAPrivateKey) -> Certificate:
    name = Name([NameAttribute(NameOID.COMMON_NAME, "Short")])
    made = CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
    lasting = made.not_valid_before(clock.now()).not_valid_after(clock.now() + timedelta(days=1))
    return lasting.sign(key, hashes.SHA256())
