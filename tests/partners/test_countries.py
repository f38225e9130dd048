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


@pytest.mark.parametrize(
    ("language", "code", "address", "kept"),
    [
        ("en", "CN", "2360 Jinhai Road, Shanghai 201209, China", "2360 Jinhai Road, Shanghai 201209"),
        ("en", "CN", "2360 Jinhai Road, Shanghai, P.R. China", "2360 Jinhai Road, Shanghai"),
        ("en", "BG", "8 Studentska Street\nRuse 7017\nRepublic of Bulgaria", "8 Studentska Street\nRuse 7017"),
        ("bg", "BG", "ул. „Студентска“ 8, Русе 7017, България", "ул. „Студентска“ 8, Русе 7017"),
        ("bg", "BG", "България, Русе 7017", "Русе 7017"),
        ("zh", "CN", "中国上海市浦东新区金海路2360号", "上海市浦东新区金海路2360号"),
        ("zh", "BG", "鲁塞市学生街8号，保加利亚", "鲁塞市学生街8号"),
        ("en", "HK", "Pokfulam Road, Hong Kong, China", "Pokfulam Road"),
        ("en", "HK", "Pokfulam Road, Hong Kong", "Pokfulam Road"),
        ("en", "CN", "1 China Street, Shanghai", "1 China Street, Shanghai"),
        ("en", "SG", "21 Lower Kent Ridge Road, Singapore 119077", "21 Lower Kent Ridge Road, Singapore 119077"),
        ("en", "SG", "Singapore", "Singapore"),
    ],
)
def test_an_address_goes_without_its_country(language, code, address, kept):
    assert countries.left_out(address, code, language) == kept
