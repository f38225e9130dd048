"""What the macros promise to the pages that use them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask, render_template_string
from werkzeug.datastructures import MultiDict
from wtforms import FieldList, FormField, SelectField, SelectMultipleField, StringField
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from mou_service.web.forms import choices

Render = Callable[..., str]


@pytest.fixture
def render(app: Flask) -> Iterator[Render]:
    def rendered(source: str, **values: Any) -> str:
        return re.sub(r"\s+", " ", render_template_string(source, **values)).strip()

    with app.test_request_context():
        yield rendered


def test_an_act_that_cannot_be_done_says_why_and_sends_nothing(render: Render) -> None:
    page = render(
        '{% from "web/components/action.html" import post_button %}{{ post_button("/go", "Freeze", reasons=why) }}',
        why=["Nobody approved <this>."],
    )
    assert "<form" not in page
    assert 'aria-disabled="true"' in page
    assert "Nobody approved &lt;this&gt;." in page
    described = re.search(r'aria-describedby="([^"]+)"', page)
    assert described and f'id="{described[1]}"' in page


def test_an_act_that_can_be_done_is_a_form_with_its_values(render: Render) -> None:
    page = render(
        '{% from "web/components/action.html" import post_button %}'
        '{{ post_button("/go", "Freeze", kind="seal", values={"seen": 3, "empty": none}) }}'
    )
    assert '<form class="act" method="post" action="/go">' in page
    assert 'name="seen" value="3"' in page
    assert 'name="empty"' not in page
    assert "button--seal" in page


def test_a_person_stands_in_their_script_with_the_reading_beside(render: Render) -> None:
    shown = {"name": {"en": "Xie Huaqing", "zh": "谢华清"}, "title": {"zh": "校长"}, "organisation": {}}
    page = render('{% from "web/components/facts.html" import person %}{{ person(p, ["zh", "en"]) }}', p=shown)
    assert (
        '<bdi class="person__name" lang="zh">谢华清</bdi> <bdi class="person__reading" lang="en">Xie Huaqing</bdi>'
        in page
    )
    assert '<span class="person__line" lang="zh"><span>校长</span></span>' in page


def test_a_name_that_is_the_same_in_both_languages_stands_once(render: Render) -> None:
    shown = {"name": {"en": "Armin Kienle", "zh": "Armin Kienle"}, "title": {}, "organisation": {}}
    page = render('{% from "web/components/facts.html" import person %}{{ person(p, ["en", "zh"]) }}', p=shown)
    assert page.count("Armin Kienle") == 1


def test_a_text_that_runs_from_the_right_says_so(render: Render) -> None:
    page = render(
        '{% from "web/components/facts.html" import bilingual %}{{ bilingual(t, ["en", "ar"]) }}',
        t={"en": "Memorandum", "ar": "مذكرة تفاهم", "zh": ""},
    )
    assert '<div class="bilingual__text" lang="ar" dir="rtl">مذكرة تفاهم</div>' in page
    assert page.count("bilingual__text") == 2


def test_empty_facts_are_left_out(render: Render) -> None:
    page = render('{% from "web/components/facts.html" import facts %}{{ facts([("A", ""), ("B", none), ("C", 0)]) }}')
    assert re.findall(r"<dt>(\w)</dt>", page) == ["C"]


def test_a_fingerprint_is_shown_short_and_copied_whole(render: Render) -> None:
    page = render('{% from "web/components/facts.html" import fingerprint %}{{ fingerprint(f) }}', f="ab" * 32)
    assert "ABAB ABAB ABAB ABAB<" in page
    assert f'data-copy="{"ab" * 32}"' in page


def test_a_change_is_marked_by_words_as_well(render: Render) -> None:
    page = render(
        '{% from "web/components/redline.html" import redline %}{{ redline(parts) }}',
        parts=[("same", "for "), ("deleted", "three"), ("inserted", "five")],
    )
    assert re.search(r"<del><span[^>]*>\[deleted:\] </span>three", page)
    assert re.search(r"<ins><span[^>]*>\[inserted:\] </span>five", page)


def test_the_line_of_life_names_the_place_for_those_who_do_not_see_it(render: Render) -> None:
    page = render(
        '{% from "web/components/lifeline.html" import lifeline %}{{ lifeline(steps, holder="the Rector") }}',
        steps=[{"label": "Drafting", "state": "done"}, {"label": "In review", "state": "current"}],
    )
    assert page.count('aria-current="step"') == 1
    assert 'Drafting<span class="unseen">: done</span>' in page
    assert "<dd>the Rector</dd>" in page


def test_a_list_without_rows_says_what_will_be_here(render: Render) -> None:
    page = render(
        '{% from "web/components/list.html" import table, td, empty %}'
        '{% call(row) table([], ["Title"], empty=empty("Nothing yet", "Agreements will be here.", "/new", "Begin")) %}'
        "{{ td('Title', row) }}{% endcall %}"
    )
    assert "<table" not in page
    assert "Agreements will be here." in page
    assert 'href="/new"' in page


def test_work_that_goes_on_is_asked_for_again_and_finished_work_is_not(render: Render) -> None:
    source = (
        '{% from "web/components/notice.html" import progress %}{{ progress("Seal", 1, 3, url="/x", finished=done) }}'
    )
    assert 'data-poll="/x"' in render(source, done=False)
    assert "<noscript>" in render(source, done=False)
    assert "data-poll" not in render(source, done=True)


def test_signing_works_without_a_drawing(render: Render) -> None:
    page = render('{% from "web/components/mark.html" import mark %}{{ mark(typed="谢华清") }}')
    assert re.search(r'value="type" checked', page)
    assert re.search(r'name="mark_text" value="谢华清"', page)
    assert 'data-mark="draw"' in page


def test_a_choice_that_is_always_made_is_not_called_optional(app: Flask, render: Render) -> None:
    class Choices(PlainForm):
        always = SelectField("Always", choices=choices([("a", "A")]))
        sometimes = SelectField("Sometimes", choices=choices([("", "None"), ("a", "A")]))

    source = '{% from "web/components/field.html" import field %}{{ field(f) }}'
    assert "(optional)" not in render(source, f=Choices().always)
    assert "(optional)" in render(source, f=Choices().sometimes)


def test_a_field_of_ones_own_kind_looks_like_the_kind_it_was_made_from(app: Flask, render: Render) -> None:
    class People(SelectMultipleField):
        widget = ListWidget(prefix_label=False)
        option_widget = CheckboxInput()

    class Asked(PlainForm):
        people = People("Who", choices=choices([("a", "Xie Huaqing"), ("b", "Lu Min")]))

    page = render('{% from "web/components/field.html" import field %}{{ field(f) }}', f=Asked().people)
    assert page.startswith('<fieldset class="field" id="people"')
    assert page.count('class="choice"') == 2
    assert "<li>" not in page


def test_a_mistake_deep_in_a_list_is_named_in_the_summary(app: Flask, render: Render) -> None:
    class Line(PlainForm):
        name = StringField("Name", validators=[InputRequired(message="Enter the name.")])

    class Asked(PlainForm):
        lines = FieldList(FormField(Line), min_entries=2)

    form = Asked(MultiDict({"lines-0-name": "Ruse", "lines-1-name": ""}))
    assert not form.validate()
    form.form_errors = []
    page = render('{% from "web/components/field.html" import error_summary %}{{ error_summary(f) }}', f=form)
    assert re.findall(r'<a href="(#[\w-]+)">(.*?)</a>', page) == [("#lines-1-name", "Enter the name.")]
