"""Secrets that are made at the first start."""

from pathlib import Path

from mou_service.engines.secrets import kept_secret


def test_a_setting_wins_and_leaves_no_file(tmp_path: Path) -> None:
    assert kept_secret(tmp_path / "keys" / "secret", "given") == b"given"
    assert not (tmp_path / "keys").exists()


def test_the_made_one_stays_and_only_we_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "secret"
    made = kept_secret(path, "")
    assert len(made) == 64
    assert kept_secret(path, "") == made
    assert path.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["secret"]
