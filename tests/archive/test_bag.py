"""The bag of evidence: the same bytes every time, checked by a referee and by its own script, which misses nothing."""

from __future__ import annotations

import ast
import hashlib
import io
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import bagit
import pytest
from flask import Flask
from flask.testing import FlaskClient

from mou_service.agreements import after
from mou_service.agreements.queries import get
from mou_service.archive import operations, queries
from mou_service.archive.bag.contents import SCRIPT
from mou_service.archive.bag.packing import pack
from mou_service.core import events
from mou_service.core.actors import SERVICE, Actor
from mou_service.core.db import db
from mou_service.engines import Engines
from mou_service.partners.evidence import Evidence
from tests import cast as casting
from tests import makers
from tests.signers import Authorities

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="the script of a bag needs openssl")


@pytest.fixture(scope="module")
def kept() -> dict[str, bytes]:
    """Bags are made once for all who only break them."""
    return {}


@pytest.fixture
def ref(app: Flask, engines: Engines) -> str:
    return makers.an_agreement(casting.people(), engines, at="archived").ref


def packed(ref: str, audience: Any = "house") -> bytes:
    with pack(get(ref), audience=audience) as file:
        return file.read()


@pytest.fixture
def bag(kept: dict[str, bytes], request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The folder of an untouched bag."""
    if "house" not in kept:
        kept["house"] = packed(request.getfixturevalue("ref"))
    with zipfile.ZipFile(io.BytesIO(kept["house"])) as file:
        file.extractall(tmp_path)
    return next(tmp_path.iterdir())


def checked(bag: Path, *more: str) -> tuple[int, str]:
    """As somebody who has nothing but Python and openssl."""
    done = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), *more, str(bag)], capture_output=True, encoding="utf-8", check=False
    )
    return done.returncode, done.stdout + done.stderr


def fetched(client: FlaskClient, address: str) -> bytes:
    with client.get(address) as answer:
        assert answer.status_code == 200
        return answer.data


def resealed(bag: Path) -> None:
    """Write the manifests anew, as somebody would who knows what he does."""
    for name, payload in (("manifest-sha256.txt", True), ("tagmanifest-sha256.txt", False)):
        files = [path for path in sorted(bag.rglob("*")) if path.is_file() and path.name != "tagmanifest-sha256.txt"]
        lines = [
            f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(bag).as_posix()}\n"
            for path in files
            if (path.relative_to(bag).parts[0] == "data") is payload
        ]
        (bag / name).write_text("".join(lines), encoding="utf-8")


def test_an_untouched_bag_is_confirmed_and_names_its_root(bag: Path, tmp_path: Path) -> None:
    root = next((bag / "data/certificates/roots").iterdir())
    fingerprint = hashlib.sha256(_der(root.read_bytes())).hexdigest()
    status, said = checked(bag, "--root", fingerprint)
    assert status == 0, said
    assert "\nCONFIRMED" in said
    assert "signed: Galina Ivanova" in said
    assert "witnessed: Lu Min" in said
    assert " ".join(fingerprint.upper()[n : n + 4] for n in range(0, 64, 4)) in said
    assert checked(bag, "--root", "0" * 64)[0] == 1
    zipped = shutil.make_archive(str(tmp_path / "again"), "zip", bag.parent, bag.name)
    assert checked(Path(zipped))[0] == 0


def test_a_named_root_has_to_carry_what_the_institution_vouches_for(bag: Path, elsewhere: Authorities) -> None:
    status, said = checked(
        bag, "--root", hashlib.sha256(_der(one(bag, "certificates/roots/*.pem").read_bytes())).hexdigest()
    )
    assert status == 0 and "seals rest on a root you named: certificate.pdf 1" in said, said
    beside = elsewhere.pem()
    (bag / "data/certificates/roots/well-known.pem").write_bytes(beside)
    resealed(bag)
    status, said = checked(bag, "--root", hashlib.sha256(_der(beside)).hexdigest())
    assert status == 1 and "does not rest on a root you named: certificate.pdf 1" in said, said
    assert "Trusted Root (for signatures): nothing" in said


def test_a_bag_made_to_break_the_script_is_told_of_in_words(bag: Path, tmp_path: Path) -> None:
    zipped = Path(shutil.make_archive(str(tmp_path / "again"), "zip", bag.parent, bag.name))
    with zipfile.ZipFile(zipped, "a") as file, pytest.warns(UserWarning, match="Duplicate"):
        file.writestr(f"{bag.name}/data/documents/final.pdf", (bag / "data/documents/final.pdf").read_bytes())
    status, said = checked(zipped)
    assert status == 1 and "documents/final.pdf is there twice" in said
    (bag / "data/a\r   ok  all is well").write_text("more", encoding="utf-8")
    one(bag, "signatures/final/02*.p7s").write_bytes(b"0\x80" * 5000)
    one(bag, "revocation/*.crl").write_bytes(b"")
    (bag / "data/trail/trail.jsonl").write_text("[" * 100_000, encoding="utf-8")
    resealed(bag)
    status, said = checked(bag)
    assert status == 1 and "Traceback" not in said and "\r" not in said, said


def test_what_is_no_bag_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"no zip")
    assert checked(tmp_path / "x.zip")[0] == 2
    assert checked(tmp_path)[0] == 2


def test_a_referee_finds_nothing_wrong_with_it(bag: Path) -> None:
    bagit.Bag(str(bag)).validate(processes=1)


def _der(pem: bytes) -> bytes:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    return x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)


def flip(path: Path, at: int = -2000) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(bytes(content))


def one(bag: Path, pattern: str) -> Path:
    return sorted((bag / "data").glob(pattern))[0]


def edit_trail(bag: Path, change: Callable[[list[dict[str, Any]]], None]) -> None:
    path = bag / "data/trail/trail.jsonl"
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    change(lines)
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")


def rewrite_chain(lines: list[dict[str, Any]]) -> None:
    """A whole new chain, each hash computed as it should be, with another person in it."""
    previous = "0" * 64
    for line in lines:
        line["facts"] = json.loads(json.dumps(line["facts"]).replace("Galina Ivanova", "Somebody Else"))
        line["previous"] = previous
        keys = ("stream", "seq", "at", "name", "actor", "actor_id", "facts", "previous")
        text = json.dumps([line[k] for k in keys], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        line["hash"] = previous = hashlib.sha256(text.encode()).hexdigest()


def swap_certificate(bag: Path) -> None:
    mine, others = one(bag, "certificates/galina*.pem"), one(bag, "certificates/lu-min*.pem")
    mine.write_bytes(others.read_bytes())


def swap_tokens(bag: Path) -> None:
    shutil.copy(one(bag, "signatures/final/01*.p7s"), one(bag, "timestamps/final/*.tst"))


def swap_root(bag: Path) -> None:
    shutil.copy(one(bag, "certificates/lu-min*.pem"), one(bag, "certificates/roots/*.pem"))


def append_to_final(bag: Path) -> None:
    path = bag / "data/documents/final.pdf"
    path.write_bytes(path.read_bytes() + b"\n% one line more\n")


def cut_final(bag: Path) -> None:
    """The file as it was before the time-stamp, with lists that fit."""
    index = json.loads((bag / "data/signatures/index.json").read_text(encoding="utf-8"))
    path = bag / "data/documents/final.pdf"
    path.write_bytes(path.read_bytes()[: index["states"][-2]["length"]])
    index["states"].pop()
    finals = [each for each in index["signatures"] if each["document"] == "documents/final.pdf"]
    index["signatures"].remove(finals[-1])
    (bag / "data/signatures/index.json").write_text(json.dumps(index), encoding="utf-8")


def rename_act(bag: Path) -> None:
    path = bag / "data/signatures/index.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"witness"', '"signatory"'), encoding="utf-8")


def change_line(bag: Path) -> None:
    edit_trail(bag, lambda lines: lines[3]["facts"].update(note="never said"))


def drop_line(bag: Path) -> None:
    edit_trail(bag, lambda lines: lines.pop(5))  # type: ignore[arg-type, return-value]


def new_chain(bag: Path) -> None:
    edit_trail(bag, rewrite_chain)


#: What is done to the bag, whether its manifests are then written anew, and what the script has to say.
BROKEN = [
    (lambda bag: flip(bag / "data/documents/final.pdf", 5000), False, "final.pdf was changed"),
    (lambda bag: flip(bag / "data/documents/final.pdf", 5000), True, "covers were changed"),
    (append_to_final, True, "behind the last signature"),
    (cut_final, True, "does not name documents/final.pdf"),
    (lambda bag: flip(bag / "data/documents/certificate.pdf", 5000), True, "were changed"),
    (change_line, False, "trail.jsonl was changed"),
    (change_line, True, "line 4 was changed"),
    (drop_line, True, "line 6 is missing"),
    (new_chain, True, "the trail does not hold the event"),
    (swap_certificate, True, "the certificate of Galina Ivanova is not in the bag"),
    (rename_act, True, "the trail says that it is another kind of act"),
    (swap_tokens, True, "is not the signature in the PDF"),
    (swap_root, True, "openssl does not confirm it"),
    (lambda bag: flip(one(bag, "revocation/*.crl"), -5), True, "its issuer did not sign this list"),
    (lambda bag: one(bag, "signatures/final/02*.p7s").unlink(), False, "is missing"),
    (lambda bag: (bag / "data/documents/certificate.pdf").unlink(), True, "certificate.pdf is missing"),
    (lambda bag: (bag / "data/extra.txt").write_text("more"), False, "data/extra.txt was added"),
    (lambda bag: flip(bag / "README.en.txt", 50), False, "README.en.txt was changed"),
]  # fmt: skip


@pytest.mark.parametrize(("harm", "anew", "said"), BROKEN)
def test_whatever_is_changed_is_told_by_name(bag: Path, harm: Callable[[Path], object], anew: bool, said: str) -> None:
    harm(bag)
    if anew:
        resealed(bag)
    status, answer = checked(bag)
    assert (status, said in answer) == (1, True), answer


def test_the_same_record_gives_the_same_bytes(ref: str, app: Flask, tmp_path: Path, client: FlaskClient) -> None:
    first = packed(ref)
    casting.sign_in(client, "archivist")
    assert fetched(client, f"/agreements/{ref}/signed/evidence.zip") == first
    event = events.trail(f"agreement/{ref}")[-1]
    assert event.facts == {"what": "evidence", "sha256": hashlib.sha256(first).hexdigest(), "audience": "house"}
    run = app.test_cli_runner().invoke
    assert run(args=["mou", "bag", ref, "--out", str(tmp_path / "bag.zip")]).exit_code == 0
    assert (tmp_path / "bag.zip").read_bytes() == first
    assert run(args=["mou", "bag", ref, "--out", str(tmp_path)]).exit_code == 0
    assert checked(tmp_path / ref)[0] == 0
    assert run(args=["mou", "bag", "SSPU-MOU-2024-9999"]).exit_code == 1


def test_the_end_of_an_agreement_makes_another_bag_and_its_paper_stays_in_the_house(
    ref: str, engines: Engines, client: FlaskClient, tmp_path: Path
) -> None:
    before = packed(ref)
    after.end(
        get(ref), actor=Actor(kind="user", label="Ana Ai", roles=frozenset({"archivist"})), last_day=date(2100, 1, 1),
        ended_by="partner", reason="Notice.", paper=Evidence(b"%PDF-1.7 notice", "notice.pdf", "application/pdf"),
        files=engines.files,
    )  # fmt: skip
    db.session.commit()
    house, partner = packed(ref), packed(ref, "partner")
    assert house != before
    (tmp_path / "bag.zip").write_bytes(house)
    assert checked(tmp_path / "bag.zip")[0] == 0
    with zipfile.ZipFile(io.BytesIO(house)) as file:
        assert file.read(f"{ref}/data/documents/ending-1.pdf") == b"%PDF-1.7 notice"
    with zipfile.ZipFile(io.BytesIO(partner)) as file:
        assert f"{ref}/data/documents/ending-1.pdf" not in file.namelist()
        record = json.loads(file.read(f"{ref}/data/metadata/record.json"))
        assert record["inLaw"]["endedEarly"] == {"lastDay": "2100-01-01", "by": "partner"}
        assert b"Notice." not in file.read(f"{ref}/data/trail/trail.jsonl")
    answer = client.post("/verify", data={"file": (io.BytesIO(house), "bag.zip")})
    assert answer.status_code == 422
    assert "This is an evidence bag." in answer.text


def test_the_other_side_gets_the_evidence_and_nothing_of_the_house(
    ref: str, client: FlaskClient, tmp_path: Path
) -> None:
    secret = operations.make_download_link(get(ref), actor=SERVICE, email="rector@ruse.example", days=3)
    db.session.commit()
    casting.sign_in(client, "stranger")
    given = fetched(client, f"/d/{secret}/evidence.zip")
    (tmp_path / "bag.zip").write_bytes(given)
    status, said = checked(tmp_path / "bag.zip")
    assert status == 0, said
    assert "withheld" in said
    with zipfile.ZipFile(io.BytesIO(given)) as file:
        everything = {name: file.read(name) for name in file.namelist()}
    texts = b"".join(content for name, content in everything.items() if not name.endswith(".pdf"))
    for inside in (b"@sspu.example", b"@ruse.example", b"Rita Ren", b"Lin Li", b"review."):
        assert inside not in texts, inside
    assert not [name for name in everything if name.endswith(".docx")]
    casting.sign_in(client, "partner")
    assert fetched(client, f"/agreements/{ref}/signed/evidence.zip") == given
    assert queries.links_of(get(ref))[0].downloads == 1


def test_the_script_is_for_old_pythons_too_and_comes_from_us(client: FlaskClient, app: Flask) -> None:
    source = SCRIPT.read_bytes()
    tree = ast.parse(source, feature_version=(3, 8))
    imported = {each.names[0].name.split(".")[0] for each in ast.walk(tree) if isinstance(each, ast.Import)}
    imported |= {(each.module or "").split(".")[0] for each in ast.walk(tree) if isinstance(each, ast.ImportFrom)}
    assert imported <= set(sys.stdlib_module_names)
    casting.people()
    assert client.get("/verify/check.py").data == source
