"""Everything that must survive in one file: rows as JSON lines, kept files, keys. Any database to any database."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.util import CommandError

from mou_service import migrations
from mou_service.core.clock import now
from mou_service.core.db import Model, UtcTime, db, reading
from mou_service.core.errors import Refused
from mou_service.core.ports import FileStore
from mou_service.settings import Settings


def backup(target: Path, *, settings: Settings, files: FileStore) -> dict[str, int]:
    """Write the backup to `target` (a .tar); gives the number of rows and files.

    Rows are read in one transaction; files are only ever added, so those written meanwhile do no harm. The file
    appears under its name only when it is complete.
    """
    draft = target.with_name(f"{target.name}.{os.getpid()}.part")
    counts = {"rows": 0, "files": 0}
    try:
        with tarfile.open(draft, "w") as archive, reading():
            header = {"made_at": now().isoformat(), "revision": migrations.standing()}
            _add(archive, "backup.json", json.dumps(header).encode())
            for table in Model.metadata.sorted_tables:
                lines = list(_lines(table))
                counts["rows"] += len(lines)
                _add(archive, f"rows/{table.name}.jsonl", "".join(lines).encode())
            for key in files.keys():
                _add(archive, f"files/{key}", files.get(key))
                counts["files"] += 1
            for folder in (settings.keys, settings.demo_keys):
                for path in sorted(p for p in folder.rglob("*") if p.is_file()):
                    _add(archive, f"{folder.name}/{path.relative_to(folder)}", path.read_bytes(), mode=0o600)
        with draft.open("rb") as done:
            os.fsync(done.fileno())
        os.replace(draft, target)
    finally:
        draft.unlink(missing_ok=True)
    return counts


def restore(source: Path, *, settings: Settings, files: FileStore) -> dict[str, int]:
    """Bring a backup back into an empty service.

    Raises `Refused` and changes nothing when there is anything in it, or when the file is no whole backup of ours.
    """
    try:
        return _restore(source, settings=settings, files=files)
    except (tarfile.TarError, json.JSONDecodeError) as error:
        raise Refused(f"{source.name} is no backup of this service, or it was cut off ({error}).") from error
    except CommandError as error:
        raise Refused(
            f"{source.name} was made by a newer version of this service. Restore it with that one."
        ) from error


def _restore(source: Path, *, settings: Settings, files: FileStore) -> dict[str, int]:
    with tarfile.open(source, "r:") as archive:
        header = json.loads(_read(archive, "backup.json"))
        if not isinstance(header, dict) or "revision" not in header:
            raise Refused("The backup is not one of ours: it does not say which form of the tables it has.")
        migrations.upgrade(header["revision"] or "head")
        _refuse_unless_empty()
        counts = {"rows": _restore_rows(archive), "files": _restore_files(archive, files)}
        for folder in (settings.keys, settings.demo_keys):
            _restore_keys(archive, folder)
    db.session.commit()
    migrations.upgrade()
    return counts


def _refuse_unless_empty() -> None:
    used = [
        t.name for t in Model.metadata.sorted_tables if db.session.scalar(sa.select(sa.func.count()).select_from(t))
    ]
    if used:
        raise Refused(f"The database is not empty ({', '.join(used[:3])} …). Restore into a new, empty one.")


def _restore_rows(archive: tarfile.TarFile) -> int:
    count = 0
    present = sa.inspect(db.session.connection())
    for table in Model.metadata.sorted_tables:
        if not present.has_table(table.name):
            continue
        rows = [_decoded(table, json.loads(line)) for line in _read(archive, f"rows/{table.name}.jsonl").splitlines()]
        for start in range(0, len(rows), 500):
            db.session.execute(sa.insert(table), rows[start : start + 500])
        count += len(rows)
        _mend_sequence(table)
    return count


def _restore_files(archive: tarfile.TarFile, files: FileStore) -> int:
    count = 0
    for name in _names(archive, "files/"):
        content = _read(archive, name)
        if hashlib.sha256(content).hexdigest() != name.removeprefix("files/"):
            raise Refused(f"The backup is damaged: {name} does not have the fingerprint it is kept under.")
        files.put(content)
        count += 1
    return count


def _restore_keys(archive: tarfile.TarFile, folder: Path) -> None:
    for name in _names(archive, f"{folder.name}/"):
        path = (folder / name.removeprefix(f"{folder.name}/")).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise Refused(f"The backup is not one of ours: {name} points outside the folder of keys.")
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(_read(archive, name))


def _mend_sequence(table: sa.Table) -> None:
    """PostgreSQL counts on from where it stood; say where the restored rows end."""
    column = table.autoincrement_column
    if db.engine.dialect.name == "postgresql" and column is not None and "id" in table.c:
        db.session.execute(
            sa.text(
                f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), (SELECT coalesce(max(id), 0) + 1 FROM {table.name}), false)"  # noqa: S608
            )
        )


def _lines(table: sa.Table) -> Iterator[str]:
    order = table.primary_key.columns.values()
    for row in db.session.execute(sa.select(table).order_by(*order)).mappings():
        yield json.dumps(dict(row), ensure_ascii=False, default=_plain) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"a backup cannot hold {type(value).__name__}")


def _decoded(table: sa.Table, row: dict[str, Any]) -> dict[str, Any]:
    for column in table.columns:
        value = row.get(column.name)
        if isinstance(value, str) and isinstance(column.type, UtcTime):
            row[column.name] = datetime.fromisoformat(value)
        elif isinstance(value, str) and isinstance(column.type, sa.Date):
            row[column.name] = date.fromisoformat(value)
    return row


def _add(archive: tarfile.TarFile, name: str, content: bytes, mode: int = 0o640) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = len(content), mode, int(now().timestamp())
    archive.addfile(member, io.BytesIO(content))


def _read(archive: tarfile.TarFile, name: str) -> bytes:
    try:
        file = archive.extractfile(name)
    except KeyError:
        raise Refused(f"The backup is not one of ours: {name} is missing.") from None
    assert file is not None
    return file.read()


def _names(archive: tarfile.TarFile, prefix: str) -> Iterable[str]:
    return [member.name for member in archive.getmembers() if member.isfile() and member.name.startswith(prefix)]
