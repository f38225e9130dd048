"""A memorandum from nothing: template, partner, questions topic by topic with the pages beside them, the draft."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from .conftest import People
from .test_ceremony import picture

#: Nothing is on its way, and every page in sight is drawn.
UP_TO_DATE = """() => {
  const pane = document.querySelector("[data-preview-pane]"), sheets = pane.querySelector(".sheets").getBoundingClientRect();
  const seen = (img) => { const box = img.getBoundingClientRect(); return box.bottom > sheets.top && box.top < sheets.bottom; };
  return pane.dataset.state === "" && [...pane.querySelectorAll("img")].filter(seen).every((img) => img.complete && img.naturalWidth);
}"""


def test_a_draft_is_made_and_what_was_typed_is_never_lost(somebody: People) -> None:
    page = somebody("Dora Drafter", width=1440)
    page.get_by_role("link", name="Start a draft").click()
    page.get_by_role("link", name="Memorandum of understanding, university and university", exact=True).click()
    page.get_by_role("row", name="University of Ruse").get_by_role("link", name="Choose").click()
    people_and_day(page)
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_url("**/parties")
    page.reload()
    page.get_by_role("link", name="People and day").click()
    expect(page.get_by_label("Planned day of signing")).to_have_value("2024-03-27")
    through_the_topics(page)
    expect(page.get_by_text("One thing is missing before the draft can be made")).to_be_visible()
    page.get_by_role("link", name="Put it right").click()
    interests = page.get_by_role("group", name="Fields of common interest")
    interests.get_by_label("Chinese").fill("机械工程与信息技术")
    interests.get_by_label("English").fill("mechanical engineering and information technology")
    expect(page.locator("[data-preview-pane] img").first).to_be_visible()
    page.wait_for_function(UP_TO_DATE)
    picture(page, "draft")
    through_the_topics(page)
    page.get_by_role("button", name="Make the draft").click()
    expect(page.get_by_role("heading", name="Finish the draft and submit it")).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Word file").click()
    assert waiting.value.suggested_filename.endswith(".docx")


def people_and_day(page: Page) -> None:
    page.get_by_label("Xie Huaqing · President").check()
    page.get_by_label("Galina Ivanova · Vice Rector").check()
    page.get_by_label("Planned day of signing").fill("2024-03-27")
    place = page.get_by_role("group", name="Place of signing")
    place.get_by_label("Chinese").fill("上海")
    place.get_by_label("English").fill("Shanghai")
    for number, field in enumerate(page.get_by_label("E-mail").all()):
        field.fill(f"office{number}@example.org")


def through_the_topics(page: Page) -> None:
    """Keep what is there and go on, to the page that shows the whole."""
    while page.get_by_role("button", name="Save and continue").count():
        before = page.url
        page.get_by_role("button", name="Save and continue").click()
        page.wait_for_url(lambda url, before=before: url != before)
    page.get_by_role("button", name="Save and review").click()
