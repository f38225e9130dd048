"""How much of somebody's addresses and device is told to others: as EVIDENCE_ADDRESSES says (pure).

The evidence itself keeps them whole: they may be needed before a court, where they are asked for by name.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, ip_address
from typing import Literal

Policy = Literal["full", "shortened", "none"]

_PROGRAMS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
            ("Linux", "Linux"))  # fmt: skip


def email(text: str, policy: Policy) -> str:
    """galina@ruse.example → g…@ruse.example"""
    name, _at, host = text.partition("@")
    if policy == "full" or not host:
        return text
    return f"{name[:1]}…@{host}" if policy == "shortened" else ""


def network(address: str, policy: Policy) -> str:
    """203.0.113.7 → 203.0.113.x, 2001:db8:1:2::7 → 2001:db8:1:x; what is no address is not told at all."""
    if policy != "shortened":
        return address if policy == "full" else ""
    try:
        parsed = ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, IPv4Address):
        return f"{address.rpartition('.')[0]}.x"
    return ":".join(f"{int(part, 16):x}" for part in parsed.exploded.split(":")[:3]) + ":x"


def device(agent: str, policy: Policy) -> str:
    """What a browser calls itself → "Firefox, Android"; a program of another kind by its first words."""
    if policy != "shortened":
        return agent if policy == "full" else ""
    found = [next((name for mark, name in known if mark in agent), "") for known in (_PROGRAMS, _SYSTEMS)]
    return ", ".join(filter(None, found)) or re.split(r"[/(;]", agent)[0].strip()[:40]
