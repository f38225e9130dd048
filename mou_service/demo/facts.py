"""The published facts of the ceremony, read from ceremony.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any


@cache
def facts() -> dict[str, Any]:
    """Everything the demonstration is made of."""
    return tomllib.loads((Path(__file__).parent / "ceremony.toml").read_text(encoding="utf-8"))
