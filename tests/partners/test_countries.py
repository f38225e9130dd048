"""Countries and regions are named as the institution may print them."""

import pytest

from mou_service.partners import countries


@pytest.mark.parametrize(
    ("code", "language", "said"),
    [
        ("TW", "zh", "中国台湾"),
        ("HK", "zh", "中国香港"),
        ("MO", "en", "Macao, China"),
        ("TW", "en", "Taiwan, China"),
        ("BG", "zh", "保加利亚"),
        ("DE", "bg", "Германия"),
        ("bg", "en", "Bulgaria"),
    ],
)
def test_names(code: str, language: str, said: str) -> None:
    assert countries.name(code, language) == said


@pytest.mark.parametrize("language", ["de", "bg", "fr", "ru", "ja", "es", "vi"])
@pytest.mark.parametrize("region", ["HK", "MO", "TW"])
def test_no_language_names_a_region_without_china(region: str, language: str) -> None:
    assert countries.name("CN", language)[:4].casefold() in countries.name(region, language).casefold()


def test_the_list_holds_places_only() -> None:
    codes = {code for code, _name in countries.choices("en")}
    assert {"BG", "CN", "HK", "GB"} <= codes
    assert codes.isdisjoint({"EU", "UN", "ZZ", "XA"})


@pytest.mark.parametrize(("written", "code"), [("Germany", "DE"), ("中国香港", "HK"), ("bg", "BG"), ("Atlantis", None)])
def test_what_people_write_is_understood(written: str, code: str | None) -> None:
    assert countries.found(written) == code


def test_an_unknown_language_falls_back_to_english() -> None:
    assert countries.name("BG", "tlh") == "Bulgaria"
