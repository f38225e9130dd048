"""The ceremony of 27 March 2024 in a real browser, by the people who would hold it; the guide's pictures on the way."""

from __future__ import annotations

import math
import os
import re
import shutil
import subprocess
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from mou_service.settings import ROOT

from .conftest import People

TECHPROTECT, RUSE = "SSPU-MOU-2024-0001", "SSPU-MOU-2024-0002"
BOTH = (TECHPROTECT, RUSE)
CEREMONY = "/ceremonies/GPW2024-C1"
PICTURES = Path(os.environ.get("PICTURES", ROOT / "tests" / "browser" / "output"))
#: The worker needs seconds to draw a file and to seal it.
SECONDS = 1000


def picture(page: Page, name: str, *, full: bool = False) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png", full_page=full)


def test_the_whole_journey(somebody: People, tmp_path: Path) -> None:
    drafter = somebody("Dora Drafter")
    submit(drafter)
    review(somebody("Rita Reviewer"))
    agree_and_present(drafter)
    approve(somebody("Leo Leader", width=390, height=844))
    organiser = somebody("Olga Organiser", width=1180, height=820)
    screen = arrange(organiser, somebody(width=1600, height=900))
    hold(organiser, screen)
    archivist(somebody("Arno Archivist"))
    files = download(somebody("Contact at TechProtect"), tmp_path)
    verify(somebody(), files)
    audit(somebody("Aurel Auditor"))
    a_second_opinion(files["final"])


def submit(page: Page) -> None:
    picture(page, "tasks")
    for ref in BOTH:
        page.goto(f"/agreements/{ref}")
        page.get_by_role("button", name="Submit for review").click()
        expect(page.get_by_text("The text is with the reviewers.")).to_be_visible()
    picture(page, "agreement", full=True)


def review(page: Page) -> None:
    for ref in BOTH:
        page.goto(f"/agreements/{ref}/review")
        page.get_by_role("button", name="Agree to this text").click()
        expect(page.get_by_text("Your opinion is recorded.")).to_be_visible()


def agree_and_present(page: Page) -> None:
    for ref in BOTH:
        page.goto(f"/agreements/{ref}")
        page.get_by_role("button", name="Agree the text").click()
        page.get_by_role("link", name="Confirm the translation").first.click()
        page.get_by_label("I read these languages well").check()
        page.get_by_role("button", name="Confirm the translation").click()
        expect(page.get_by_text("You have confirmed the translation")).to_be_visible()
        page.get_by_role("button", name="Present for approval").click()
        expect(page.get_by_text("The agreement is before the leader.")).to_be_visible()


def approve(page: Page) -> None:
    """On a phone."""
    for ref in BOTH:
        page.goto(f"/agreements/{ref}/approval")
        if ref == TECHPROTECT:
            picture(page, "approval-phone")
        page.get_by_role("button", name="Approve", exact=True).click()
        expect(
            page.get_by_text("Approved. The text can no longer be changed without asking you again.")
        ).to_be_visible()


def arrange(page: Page, screen: Page) -> Page:
    """Witnesses on both documents, both texts frozen, the hall screen on the wall."""
    page.goto(CEREMONY)
    page.get_by_role("button", name="Put the witnesses on every agreement").click()
    page.get_by_role("button", name="Freeze all texts").click()
    for ref in BOTH:
        page.goto(f"/agreements/{ref}/signing")
        expect(page.get_by_role("button", name="Open the table")).to_be_visible(timeout=30 * SECONDS)
    page.goto(CEREMONY)
    page.get_by_role("button", name="Address for the hall screen").click()
    screen.goto(page.get_by_text(re.compile(r"/screen/")).first.inner_text().strip())
    return screen


def hold(page: Page, screen: Page) -> None:
    """Four people at one table, twice; the tablet is passed around."""
    page.goto(CEREMONY)
    page.get_by_role("button", name="Open the table").click()
    for ref in BOTH:
        for place in range(4):
            sign(page, first=ref == TECHPROTECT and place == 0)
            if ref == TECHPROTECT and place == 1:
                screen.wait_for_timeout(4 * SECONDS)
                picture(screen, "screen")
    page.goto(f"{CEREMONY}/table")
    expect(page.get_by_text("Signed by everybody")).to_have_count(2, timeout=20 * SECONDS)


def sign(page: Page, *, first: bool) -> None:
    """Whoever's turn it is takes the tablet, reads, draws and passes it on."""
    page.goto(f"{CEREMONY}/table")
    page.locator("a.turn").first.click()
    draw(page)
    if first:
        page.locator("canvas").scroll_into_view_if_needed()
        picture(page, "table")
    page.locator("#sign").get_by_role("button", name=re.compile("^(Sign|Witness)$")).click()
    expect(page.get_by_role("heading", name=re.compile("Thank you"))).to_be_visible(timeout=20 * SECONDS)


def draw(page: Page) -> None:
    """A few strokes with the pointer."""
    canvas = page.locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] * 0.55
    page.mouse.move(box["x"] + 60, middle)
    page.mouse.down()
    for step in range(60):
        turn = step / 60 * 7 * math.pi
        page.mouse.move(box["x"] + 60 + step * 4.5, middle - math.sin(turn) * box["height"] * 0.22 * (1 - step / 90))
    page.mouse.up()


def archivist(page: Page) -> None:
    for _ in range(30):
        page.goto("/register")
        if page.get_by_text(TECHPROTECT).count() and page.get_by_text(RUSE).count():
            break
        page.wait_for_timeout(SECONDS)
    expect(page.get_by_text(RUSE)).to_be_visible()
    picture(page, "register")


def download(page: Page, folder: Path) -> dict[str, Path]:
    """The partner's contact sees its own agreement only, and takes the file and the certificate along."""
    page.goto("/register")
    expect(page.get_by_text(RUSE)).to_have_count(0)
    page.goto(f"/agreements/{TECHPROTECT}")
    files = {}
    for name, label in (("final", "Signed PDF"), ("certificate", "Completion certificate")):
        with page.expect_download() as waiting:
            page.get_by_role("link", name=label).first.click()
        files[name] = folder / f"{name}.pdf"
        waiting.value.save_as(files[name])
    assert page.request.get(f"/agreements/{RUSE}").status == 404
    return files


def verify(page: Page, files: dict[str, Path]) -> None:
    """Somebody without an account: the file is genuine, a changed copy is not."""
    page.goto("/verify")
    page.set_input_files("input[type=file]", files["final"])
    page.get_by_role("button", name="Verify the file").click()
    expect(page.get_by_role("heading", name="Genuine and complete.")).to_be_visible()
    expect(page.get_by_text("These very bytes are in our archive.")).to_be_visible()
    picture(page, "verify")
    for name, number, target in (("signature-page", -1, "final"), ("certificate", 0, "certificate")):
        pdf = pypdfium2.PdfDocument(files[target])
        pdf.init_forms()
        pages = len(pdf)
        pdf[number % pages].render(scale=1.6).to_pil().save(PICTURES / f"{name}.png")
        pdf.close()
    changed = files["final"].with_name("changed.pdf")
    content = bytearray(files["final"].read_bytes())
    content[3000] ^= 1
    changed.write_bytes(content)
    page.goto("/verify")
    page.set_input_files("input[type=file]", changed)
    page.get_by_role("button", name="Verify the file").click()
    expect(page.get_by_role("heading", name=re.compile("Do not rely on this file|cannot be examined"))).to_be_visible()


def audit(page: Page) -> None:
    page.goto(f"/agreements/{RUSE}/trail")
    expect(page.get_by_text("The chain holds", exact=True)).to_be_visible()


def a_second_opinion(final: Path) -> None:
    """Poppler calls every signature valid; document time-stamps it does not check."""
    program = shutil.which("pdfsig")
    if program is None:
        if os.environ.get("REQUIRE_PDFSIG"):
            pytest.fail("pdfsig (poppler-utils) is not installed.")
        return
    said = subprocess.run([program, "-nocert", str(final)], capture_output=True, text=True, check=False).stdout
    verdicts = re.findall(r"Signature Validation: (.*)", said)
    assert verdicts.count("Signature is Valid.") == 6, said
    assert len(verdicts) == 7, said
