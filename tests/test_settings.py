"""Settings are typed, and refused when they make no sense."""

from typing import Any

import pytest
from pydantic import ValidationError

from mou_service.settings import Settings


def made(**given: Any) -> Settings:
    return Settings(_env_file=None, **given)


def test_the_address_follows_host_and_port_until_it_is_set() -> None:
    assert made(port=9001).public_url == "http://127.0.0.1:9001"
    assert made(port=9001).is_loopback
    assert made(public_url="https://mou.example.edu/").public_url == "https://mou.example.edu"
    assert not made(public_url="https://mou.example.edu").is_loopback


@pytest.mark.parametrize(
    "wrong", [{"public_url": "mou.example.edu"}, {"port": 0}, {"threads": 0}, {"secure_cookies": "maybe"}]
)
def test_nonsense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        made(**wrong)


def test_cookies_need_https_where_the_address_has_it() -> None:
    assert made(public_url="https://mou.example.edu").cookies_need_https
    assert not made().cookies_need_https
    assert made(secure_cookies="yes").cookies_need_https


def test_every_setting_says_what_it_is_for() -> None:
    assert [name for name, field in Settings.model_fields.items() if not (field.description or "").endswith(".")] == []
