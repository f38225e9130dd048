"""Which passwords are refused, and how the others are kept."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from mou_service.accounts import passwords

ABOUT = ("Rita Ren-Müller", "rita.ren@sspu.example")


@pytest.mark.parametrize(
    ("password", "codes"),
    [
        ("correct horse battery staple", []),
        ("vierzehn Äpfel", []),
        ("天空下着蓝色的雨和石头歌", []),
        ("short", ["short"]),
        ("elevenchars", ["short"]),
        ("x" * 300, ["long"]),
        ("password1234", ["common"]),
        ("P@ssw0rd!2026", ["common"]),
        ("PASSWORDpassword", ["common"]),
        ("qwertyuiop123", ["common"]),
        ("123456789012", ["common"]),
        ("aaaaaaaaaaaa", ["common"]),
        ("abc1abc1abc1", ["common"]),
        ("welcome admin 1", ["common"]),
        ("iloveyou--2026", ["common"]),
        ("rita likes green tea", ["personal"]),
        ("green tea at sspu daily", ["personal"]),
        ("the müller family tree", ["personal"]),
    ],
)
def test_refuses_what_would_be_guessed(password: str, codes: list[str]) -> None:
    assert [weak.code for weak in passwords.weaknesses(password, about=ABOUT)] == codes


def test_names_in_other_scripts_count_from_two_characters() -> None:
    assert [w.code for w in passwords.weaknesses("我是谢华清今天天气真的很好", about=("谢华清",))] == ["personal"]


def test_matches_only_the_password() -> None:
    stored = passwords.kept("correct horse battery staple")
    assert passwords.matches(stored, "correct horse battery staple")
    assert not passwords.matches(stored, "correct horse battery stapler")
    assert not passwords.matches(None, "correct horse battery staple")
    assert not passwords.matches("no hash at all", "correct horse battery staple")


def test_the_way_a_character_is_composed_does_not_matter() -> None:
    assert passwords.matches(passwords.kept("vierzehn A\u0308pfel"), "vierzehn \u00c4pfel")


def test_nobodys_hash_is_matched_by_nothing() -> None:
    assert not passwords.matches(None, "nobody has this password")


def test_knows_when_parameters_have_changed() -> None:
    assert passwords.is_outdated(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("x"))
    assert not passwords.is_outdated(passwords.kept("x"))
