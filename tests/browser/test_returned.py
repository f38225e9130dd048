"""The partner's lawyer sent the file back: our lawyer sees at once what nobody was told of, and goes through the rest by key."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.drafting.partner import Lawyer

from .conftest import People
from .test_ceremony import picture
from .test_drafting import people_and_day, through_the_topics


def test_a_file_from_word_is_gone_through_with_the_keyboard(somebody: People, tmp_path: Path) -> None:
    page = somebody("Dora Drafter")
    _a_draft(page)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Word file").click()
    back = tmp_path / "Memorandum, comments Ruse.docx"
    back.write_bytes(_negotiated(waiting.value.path().read_bytes()))
    page.get_by_role("link", name="Upload from Word").click()
    page.get_by_label("Word file (.docx)").set_input_files(back)
    page.get_by_role("button", name="Upload", exact=True).click()
    expect(page.get_by_text("One change that was not tracked")).to_be_visible()
    page.get_by_role("link", name="Next open one").click()
    expect(page.locator("[data-item]:focus")).to_contain_text("Changed without tracking")
    picture(page, "what-came-back")
    page.keyboard.press("r")
    expect(page.get_by_text("Put back as it was")).to_be_visible()
    expect(page.locator("[data-item]:focus")).to_contain_text("Table row inserted")
    page.keyboard.press("w")
    page.keyboard.type("Who would supervise them?")
    page.get_by_role("button", name="Keep the answer").and_(page.locator(":visible")).click()
    expect(page.get_by_text("Answered; the text stays for now")).to_be_visible()
    while page.locator("[data-item][data-open]").count():
        open_ = page.locator("[data-item][data-open]").count()
        expect(page.locator("[data-item][data-open]:focus")).to_have_count(1)
        page.keyboard.press("a")
        expect(page.locator("[data-item][data-open]")).to_have_count(open_ - 1)
    expect(page.get_by_text("Everything is decided")).to_be_visible()
    with page.expect_download() as answer:
        page.get_by_role("link", name="Word file with the answers").click()
    assert answer.value.suggested_filename.endswith("-answer-1.docx")
    page.get_by_role("button", name="Make version 2").click()
    expect(page.get_by_text("Version 2 is there. This is what differs.")).to_be_visible()
    expect(page.get_by_text("joint doctoral training")).to_have_count(0)


def _a_draft(page: Page) -> None:
    page.get_by_role("link", name="Start a draft").click()
    page.get_by_role("link", name="Memorandum of understanding, university and university", exact=True).click()
    page.get_by_role("row", name="University of Ruse").get_by_role("link", name="Choose").click()
    people_and_day(page)
    page.get_by_role("button", name="Save and continue").click()
    through_the_topics(page)
    page.get_by_role("link", name="Put it right").click()
    interests = page.get_by_role("group", name="Fields of common interest")
    interests.get_by_label("Chinese").fill("机械工程")
    interests.get_by_label("English").fill("mechanical engineering")
    through_the_topics(page)
    page.get_by_role("button", name="Make the draft").click()


def _negotiated(content: bytes) -> bytes:
    lawyer = Lawyer(content)
    lawyer.comment("Non-Exclusivity", "Our senate asked whether this is needed.")
    lawyer.replace("not exclusive", "exclusive")
    lawyer.replace("the same fields", "these fields", tracked=False)
    lawyer.insert_row("other activities on which", "联合培养博士生；", "joint doctoral training;")
    lawyer.delete_row("any payment or other use")
    lawyer.embolden("Settlement of Differences")
    return lawyer.file()
