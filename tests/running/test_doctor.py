"""What the doctor says about an installation."""

from flask import Flask

from mou_service.engines import Engines
from mou_service.running import doctor


def subjects(engines: Engines, level: str) -> set[str]:
    return {finding.subject for finding in doctor.examine(engines) if finding.level == level}


def test_a_loopback_address_a_placeholder_clock_and_no_mail_are_named(app: Flask, engines: Engines) -> None:
    engines.mailer = None
    assert {"PUBLIC_URL", "SMTP_URL", "TSA_URL", "institution"} <= subjects(engines, "warning")


def test_a_proper_address_is_fine_and_a_time_stamp_service_needs_its_roots(app: Flask, engines: Engines) -> None:
    engines.settings = engines.settings.model_copy(
        update={"public_url": "https://mou.example.edu", "tsa_url": "https://tsa.example"}
    )
    assert "PUBLIC_URL" in subjects(engines, "ok")
    assert "TSA_ROOTS" in subjects(engines, "error")


def test_a_libreoffice_that_is_not_there_is_named(app: Flask, engines: Engines) -> None:
    assert "OFFICE_PROGRAM" in subjects(engines, "ok")
    engines.settings = engines.settings.model_copy(update={"office_program": "/nowhere/soffice"})
    assert "OFFICE_PROGRAM" in subjects(engines, "error")
