"""Nothing typed is ever lost: a reload, an ended session, a mistake, a second page, a line that is down."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import People

WORDS = "mechanical engineering"


@pytest.fixture
def desk(somebody: People) -> Page:
    """At the topic in which a memorandum says what it is about, before anybody typed into it."""
    return at(somebody, "university-university", "cooperation")


def at(somebody: People, kind: str, topic: str) -> Page:
    page = somebody("Dora Drafter", width=1440, refusals=True)
    page.goto(f"/drafts/new/{kind}")
    page.get_by_role("row", name="University of Ruse").get_by_role("link", name="Choose").click()
    page.wait_for_url("**/people")
    address = page.url.replace("/people", f"/{topic}")
    if page.get_by_text("Begin again", exact=True).count():
        page.get_by_text("Begin again", exact=True).click()
        page.get_by_role("button", name="Throw away what I typed").click()
        page.wait_for_url("**/drafts/new")
    page.goto(address)
    return page


def english(page: Page) -> Locator:
    return page.get_by_role("group", name="Fields of common interest").get_by_label("English")


def note(page: Page) -> Locator:
    return page.locator("[data-autosave-note]")


def saved(page: Page) -> None:
    expect(note(page)).to_have_text(re.compile("^Saved"))


def test_a_reload_shows_what_was_typed(desk: Page) -> None:
    english(desk).fill(WORDS)
    saved(desk)
    desk.reload()
    expect(english(desk)).to_have_value(WORDS)


def test_who_is_signed_out_while_typing_signs_in_and_goes_on(desk: Page) -> None:
    desk.context.clear_cookies()
    english(desk).fill(WORDS)
    expect(note(desk)).to_contain_text("You are signed out. What you typed is kept on this device.")
    desk.get_by_role("link", name="Sign in and go on").click()
    sign_in_again(desk)
    expect(note(desk)).to_contain_text("is kept on this device and was not sent")
    desk.get_by_role("button", name="Put it back").click()
    expect(english(desk)).to_have_value(WORDS)
    saved(desk)


def test_who_is_signed_out_when_sending_comes_back_to_it(desk: Page) -> None:
    desk.route("**/cooperation/save", lambda route: route.abort())
    desk.route("**/cooperation/preview", lambda route: route.abort())
    english(desk).fill(WORDS)
    desk.context.clear_cookies()
    desk.get_by_role("button", name="Save and continue").click()
    desk.unroute_all()
    desk.get_by_role("link", name="Sign in and go on").click()
    sign_in_again(desk)
    desk.get_by_role("button", name="Put it back").click()
    expect(english(desk)).to_have_value(WORDS)


def test_a_mistake_keeps_everything_beside_it(desk: Page) -> None:
    english(desk).fill(WORDS)
    chinese = desk.get_by_role("group", name="Fields of common interest").get_by_label("Chinese")
    chinese.evaluate("field => field.removeAttribute('maxlength')")
    chinese.fill("机" * 401)
    desk.get_by_role("button", name="Save and continue").click()
    expect(desk.get_by_role("alert")).to_be_visible()
    expect(english(desk)).to_have_value(WORDS)


def test_of_two_pages_the_one_that_is_behind_is_told_and_keeps_its_words(desk: Page) -> None:
    other = desk.context.new_page()
    other.goto(desk.url)
    english(desk).fill("written here")
    saved(desk)
    english(other).fill("written there")
    expect(note(other)).to_contain_text("This was changed on another page or device meanwhile")
    expect(english(other)).to_have_value("written there")
    other.get_by_role("button", name="Save and continue").click()
    expect(other.get_by_role("alert")).to_contain_text("Nothing is lost: what stands here is yours")
    expect(english(other)).to_have_value("written there")
    desk.reload()
    expect(english(desk)).to_have_value("written here")
    other.get_by_role("button", name="Save and continue").click()
    other.wait_for_url("**/coordination")
    desk.reload()
    expect(english(desk)).to_have_value("written there")


def test_what_is_typed_while_the_line_is_down_is_sent_when_it_is_back(desk: Page) -> None:
    desk.context.set_offline(True)
    english(desk).fill(WORDS)
    expect(note(desk)).to_contain_text("The server did not answer.")
    expect(desk.locator("[data-preview-note]")).to_contain_text("The pages are not up to date")
    desk.context.set_offline(False)
    saved(desk)
    expect(desk.locator("[data-preview-note]")).to_have_text("")
    desk.reload()
    expect(english(desk)).to_have_value(WORDS)


def test_lines_that_were_not_sent_come_back_as_lines(somebody: People) -> None:
    page = at(somebody, "amendment", "changes")
    page.route("**/changes/save", lambda route: route.abort())
    page.route("**/changes/preview", lambda route: route.abort())
    page.get_by_role("button", name="Add a line").click()
    expect(page.locator("[data-line]")).to_have_count(2)
    page.locator("[data-line]").nth(1).get_by_label("English").first.fill("Housing")
    expect(note(page)).to_contain_text("The server did not answer.")
    page.reload()
    expect(page.locator("[data-line]")).to_have_count(1)
    page.unroute_all()
    page.get_by_role("button", name="Put it back").click()
    expect(page.locator("[data-line]").nth(1).get_by_label("English").first).to_have_value("Housing")
    page.get_by_role("button", name="Take this line away").first.click()
    expect(page.locator("[data-line]")).to_have_count(1)
    saved(page)


def test_the_pages_follow_and_show_the_clause_of_the_answer(desk: Page) -> None:
    english(desk).click()
    expect(desk.locator(".sheet__mark")).to_have_count(1)
    before = desk.locator(".sheets img").first.get_attribute("src")
    second = desk.locator(".sheets img").nth(3).get_attribute("src")
    english(desk).fill(WORDS)
    expect(desk.locator(".sheets img").first).not_to_have_attribute("src", before or "")
    expect(desk.locator(".sheets img").nth(3)).to_have_attribute("src", second or "")
    expect(desk.locator(".sheet__mark")).to_have_count(1)


def sign_in_again(page: Page) -> None:
    page.get_by_role("button", name="Sign in as Dora Drafter").click()
    page.wait_for_url("**/cooperation")
