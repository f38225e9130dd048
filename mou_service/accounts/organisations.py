"""Which institutions a partner contact may belong to. The package that keeps them says so when the service starts."""

from __future__ import annotations

from collections.abc import Callable, Mapping

#: Gives (id, {language: name}) of every partner institution.
Source = Callable[[], list[tuple[int, Mapping[str, str]]]]
_sources: dict[str, Source] = {}


def known_by(source: Source) -> None:
    """Ask this function from now on."""
    _sources["partners"] = source


def listed() -> list[tuple[int, Mapping[str, str]]]:
    """Every institution a contact may belong to."""
    return _sources["partners"]() if _sources else []
