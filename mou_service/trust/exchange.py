"""One request to a server of the trust world (time-stamps, revocation), bounded in time and size."""

from __future__ import annotations

import time
import urllib.request
from collections.abc import Mapping

_SCHEMES = ("http://", "https://")


def is_address(url: str) -> bool:
    """Whether this is an address that is ever asked."""
    return url.startswith(_SCHEMES)


def ask(
    url: str, *, seconds: float, largest: int, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> bytes:
    """The answer; `OSError` when there is none in time, `ValueError` when it is too long.

    `seconds` limits the whole exchange, not each read of it.
    """
    if not is_address(url):
        raise ValueError("only addresses that start with http:// or https:// are asked")
    request = urllib.request.Request(url, data=body, headers=dict(headers or {}))  # noqa: S310  # checked above
    until = time.monotonic() + seconds
    with urllib.request.urlopen(request, timeout=seconds) as response:  # noqa: S310
        answer = b""
        while part := response.read1(65536):
            answer += part
            if time.monotonic() > until:
                raise TimeoutError(f"no complete answer within {seconds:g} seconds")
            if len(answer) > largest:
                raise ValueError("the answer is too long")
    return answer
