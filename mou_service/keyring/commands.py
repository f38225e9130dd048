"""`flask mou keys …`: keys and certificates from a terminal. Whoever may run it holds the keys already."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from mou_service import engines
from mou_service.core.actors import Actor
from mou_service.core.db import db
from mou_service.core.errors import Refused
from mou_service.partners import institution
from mou_service.trust.authority import KEY_FILE
from mou_service.trust.certificates import REASONS
from mou_service.trust.issuing import IN_TOKENS, NAMES
from mou_service.trust.keyfile import KeyFile
from mou_service.trust.rotation import Rotated

from . import operations, queries

#: Whoever sits at the machine; the trail cannot know who.
TERMINAL = Actor(kind="service", label="terminal")
_reason = click.option("--reason", required=True, help="Why; kept in the trail.")


@click.group("keys")
def keys() -> None:
    """Keys and certificates."""


@keys.command("list")
def list_() -> None:
    """What there is, where the keys lie, and until when."""
    table = Table("key", "no.", "subject", "serial number", "until", "days", "where", box=None)
    for each in (*queries.current(institution.authority()), *queries.earlier(institution.authority())):
        state = "taken back" if each.revoked else "retired" if each.retired else ""
        where = f"token {each.token_label}" if each.place == "token" else each.place
        table.add_row(
            each.name, str(each.number), each.subject, each.serial, f"{each.ends:%Y-%m-%d}",
            str(each.days), ", ".join(filter(None, (where, state))),
        )  # fmt: skip
    Console(width=200).print(table)


@keys.command("rotate")
@click.argument("name", type=click.Choice(NAMES))
@click.option("--where", type=click.Choice(["same", "file", "token"]), default="same", show_default=True,
              help=f"Where the new key is made; a token can hold: {', '.join(IN_TOKENS)}.")  # fmt: skip
@click.option("--revoke", type=click.Choice(REASONS), default=None, help="Take the old certificate back at once.")
@_reason
def rotate(name: str, where: str, revoke: str | None, reason: str) -> None:
    """Make a new key NAME, and new ones for what it issues."""
    done = operations.rotate(
        institution.authority(), name, actor=TERMINAL, reason=reason, where=where, revoke=revoke or "",  # type: ignore[arg-type]
    )  # fmt: skip
    db.session.commit()
    _told(done)


@keys.command("import-seal")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--token-key", default="", help="Label of the key in the token; FILE is then its certificate with issuers."
)
@_reason
def import_seal(file: Path, token_key: str, reason: str) -> None:
    """Seal with the certificate in FILE (PKCS#12) from now on; the passphrase is asked for."""
    used, authority = engines.current(), institution.authority()
    if token_key:
        if used.token is None:
            raise Refused("No token is set. Set PKCS11_MODULE, PKCS11_TOKEN and PKCS11_PIN first.")
        done = operations.use_token_seal(
            authority, file.read_bytes(), token=used.token, label=token_key, roots=used.signer_roots(), actor=TERMINAL,
            reason=reason,
        )  # fmt: skip
    else:
        passphrase = click.prompt("Passphrase of the file", hide_input=True, default="", show_default=False)
        done = operations.import_seal(
            authority,
            file.read_bytes(),
            passphrase=passphrase,
            roots=used.signer_roots(),
            actor=TERMINAL,
            reason=reason,
        )
    db.session.commit()
    _told(done)


@keys.command("revoke")
@click.argument("serial")
@click.option("--code", type=click.Choice(REASONS), required=True)
@_reason
def revoke(serial: str, code: str, reason: str) -> None:
    """Take back the certificate with this SERIAL number from now on."""
    operations.revoke(institution.authority(), serial, actor=TERMINAL, code=code, reason=reason)
    db.session.commit()
    click.echo("Taken back. It stands in the published list.")


@keys.command("re-encrypt")
@click.option("--old-file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="File with the secret the keys were encrypted with; else the one kept beside the keys, else it is asked for.")  # fmt: skip
def re_encrypt(old_file: Path | None) -> None:
    """Encrypt the key files for the KEY_SECRET that the settings hold now. Stop the service before."""
    settings = engines.current().settings
    if not settings.key_secret:
        raise Refused("Set KEY_SECRET to the new secret first; a secret kept beside the keys is not worth changing.")
    for folder in (settings.keys, settings.demo_keys):
        if (folder / KEY_FILE).exists():
            _re_encrypt(folder, settings.key_secret.encode(), old_file=old_file)
    if institution.is_set_up():
        operations.note_re_encryption(actor=TERMINAL)
        db.session.commit()


def _re_encrypt(folder: Path, new: bytes, *, old_file: Path | None) -> None:
    path, kept = folder / KEY_FILE, folder / "key-secret"
    if KeyFile(path, new).opens():
        click.echo(f"{path}: opens with KEY_SECRET.")
    else:
        source = old_file or (kept if kept.exists() else None)
        old = source.read_bytes() if source else click.prompt("The old secret", hide_input=True).encode()
        KeyFile(path, old.strip()).change_secret(new)
        click.echo(f"{path}: encrypted anew.")
    if kept.exists():
        kept.unlink()
        click.echo(f"{kept}: removed, it opens nothing any more. Backups hold a copy of their own.")


def _told(done: Rotated) -> None:
    for each in done.made:
        click.echo(f"new: {each.name} {each.number}, serial number {each.serial}")
    for each in done.retired:
        click.echo(f"retired: {each.name} {each.number}, serial number {each.serial}")


COMMANDS = [keys]
