"""Every file that means harm is refused, or taken without what it carried, and the reason is told."""

import warnings

import pytest

from mou_service.documents.word.findings import UnsafeFile
from mou_service.documents.word.gate.check import check
from mou_service.documents.word.package import Package
from tests.documents.word.hostile import HOSTILE


@pytest.fixture(autouse=True)
def quiet():
    """Files with a name twice are made on purpose."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        yield


def everything(content: bytes) -> bytes:
    package = Package(content)
    return b"".join(name.encode() + package.read(name) for name in package.names)


@pytest.mark.parametrize("name", [name for name, each in HOSTILE.items() if each.refused])
def test_it_is_refused_with_the_reason(name: str) -> None:
    with pytest.raises(UnsafeFile) as caught:
        check(HOSTILE[name].make())
    assert HOSTILE[name].code in {found.code for found in caught.value.findings if found.outcome == "refuse"}


@pytest.mark.parametrize("name", [name for name, each in HOSTILE.items() if not each.refused])
def test_what_it_carried_is_named_and_gone(name: str) -> None:
    case = HOSTILE[name]
    checked = check(case.make())
    assert case.code in {found.code for found in checked.findings}
    assert not case.gone or case.gone not in everything(checked.clean)
    # The copy holds nothing that would have to be taken out again.
    assert [found.code for found in check(checked.clean).findings if found.outcome != "warn"] == []
