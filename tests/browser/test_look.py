"""The pattern book in a real browser: readable for everyone, and each script does its one thing."""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect
from werkzeug.serving import make_server

from mou_service.app import create_app
from mou_service.core.db import Model, db
from mou_service.partners import founding
from mou_service.settings import Settings

SCREENS = ("/patterns", "/patterns/table", "/patterns/guest", "/patterns/hall")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a service of our own answers."""
    folder = tmp_path_factory.mktemp("look")
    app = create_app(
        Settings(
            _env_file=None, instance=folder, demo=True, rate_limits=False, secret_key="for tests", key_secret="too"
        )
    )
    with app.app_context():
        Model.metadata.create_all(db.engine)
        found_institution()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    db.close()


def found_institution() -> None:
    names = {"en": "Shanghai Polytechnic University", "zh": "上海第二工业大学"}
    facts = founding.InstitutionFacts(
        names=names, acronym="SSPU", kind="university", country="CN", time_zone="Asia/Shanghai", demonstration=True
    )
    founding.found(facts)
    db.session.commit()
    db.end()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page that bears no complaint of the browser, a breach of the content policy for one."""
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900}, locale="en-GB")
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if "Content Security Policy" in line.text else None)
    yield page
    context.close()
    assert complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_stands_in_anybodys_way(browser: Browser, address: str, width: int, scheme: str) -> None:
    context = browser.new_context(
        base_url=address, viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )  # type: ignore[arg-type]
    page = context.new_page()
    for screen in SCREENS:
        page.goto(screen)
        expect(page.locator("html.script")).to_have_count(1)
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, f"{screen} scrolls aside"
        found = Axe().run(page).response["violations"]
        assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == [], screen
    context.close()


def test_a_signature_is_drawn_undone_and_sent_as_points_outline_and_picture(page: Page) -> None:
    page.goto("/patterns")
    mark = page.locator("[data-mark]")
    canvas = mark.locator("canvas")
    stroke(page, canvas, [(80 + 3.2 * i, 130 + 50 * math.sin(i / 7)) for i in range(90)])
    stroke(page, canvas, [(150 + 2 * i, 60 + i) for i in range(40)])
    mark.get_by_role("button", name="Undo a stroke").click()
    expect(mark.get_by_role("status")).to_have_text("Your signature is drawn.")
    drawn = json.loads(mark.locator("[name=mark_strokes]").input_value())
    assert len(drawn["strokes"]) == 1
    assert all(0 <= x <= drawn["width"] and 0 <= y <= drawn["height"] for x, y, _time, _force in drawn["strokes"][0])
    assert mark.locator("[name=mark_path]").input_value().startswith("M")
    assert mark.locator("[name=mark_image]").input_value().startswith("data:image/png;base64,")
    mark.get_by_role("button", name="Clear").click()
    assert mark.locator("[name=mark_path]").input_value() == ""


def stroke(page: Page, canvas: Locator, points: list[tuple[float, float]]) -> None:
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + points[0][0], box["y"] + points[0][1])
    page.mouse.down()
    for x, y in points[1:]:
        page.mouse.move(box["x"] + x, box["y"] + y)
    page.mouse.up()


def test_an_empty_line_is_not_signed(page: Page) -> None:
    page.goto("/patterns")
    form = page.locator("form:has([data-mark])")
    form.get_by_role("button", name="Sign", exact=True).click()
    expect(form.get_by_text("Draw your signature on the line first")).to_be_visible()
    form.get_by_role("radio", name="Type it").check()
    expect(form.get_by_label("Type your name as your signature")).to_have_value("Galina Ivanova")


def test_the_summary_of_errors_takes_the_focus_and_leads_into_the_field(page: Page) -> None:
    page.goto("/patterns")
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("[data-errors]")).to_be_focused()
    page.locator("[data-errors]").get_by_role("link", name="Enter the title of the agreement.").click()
    expect(page.locator("#title")).to_be_focused()


def test_typing_survives_a_server_that_does_not_answer(page: Page) -> None:
    page.goto("/patterns")
    page.route("**/patterns/draft", lambda route: route.abort())
    page.locator("#title").fill("Memorandum of 27 March")
    expect(page.locator("[data-autosave-note]")).to_contain_text("kept on this device", timeout=8000)
    page.unroute("**/patterns/draft")
    page.reload()
    page.get_by_role("button", name="Put it back").click()
    expect(page.locator("#title")).to_have_value("Memorandum of 27 March")
    expect(page.locator("[data-autosave-note]")).to_contain_text("Saved")


def test_a_question_that_depends_on_another_appears_with_it(page: Page) -> None:
    page.goto("/patterns")
    asked = page.locator("#register_number")
    expect(asked).to_be_hidden()
    page.locator("form[data-autosave]").get_by_label("Company").check()
    expect(asked).to_be_visible()


def test_progress_catches_up_by_itself(page: Page) -> None:
    page.goto("/patterns")
    bar = page.locator("#progress-known progress")
    before = bar.get_attribute("value")
    expect(bar).not_to_have_attribute("value", before or "", timeout=15000)


def test_a_form_is_sent_once(page: Page) -> None:
    page.goto("/patterns")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.locator(".next-act form button").evaluate("button => { button.click(); button.click(); }")
    page.wait_for_load_state()
    expect(page.locator("[data-errors]")).to_be_visible()
    assert len(sent) == 1


def test_keys_lead_out_of_the_hall(page: Page, address: str) -> None:
    page.goto("/patterns/hall")
    expect(page.locator("html.script")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page).to_have_url(f"{address}/patterns")


def test_without_script_the_line_is_typed(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto("/patterns/table")
    expect(page.get_by_role("radio", name="Type it")).to_be_checked()
    expect(page.get_by_text("Draw it")).to_be_hidden()
    expect(page.locator("canvas")).to_be_hidden()
    context.close()
