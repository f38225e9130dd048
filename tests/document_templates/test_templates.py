"""The templates we ship: fresh, complete, and saying the same in every language."""

import io
import re
import zipfile
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from jinja2 import nodes

from mou_service.documents.blocks import Paragraph, Table
from mou_service.documents.word.reading.blocks import read
from mou_service.documents.word.templates import manifest
from mou_service.documents.word.templates.expressions import environment, faults
from mou_service.documents.word.templates.merge import merge
from mou_service.documents.word.templates.typeset import typeset

FOLDER = Path(__file__).parents[2] / "document_templates"
MANIFESTS = manifest.load(FOLDER)
BILINGUAL = [name for name, each in MANIFESTS.items() if len(each.languages) > 1]
MEMORANDA = ["university-company", "university-university"]
DEMONSTRATION_ZH = "演示文件，文中人士并未签署"
HEADING = re.compile(r"第\d+条|\d+\.")
#: What is left where a sentence lost a part.
HOLES = re.compile(r"  |，，|、、|（）|\(\)|“”| ,| \.(?!\.)")
#: Words of a contract, and words that threaten.
BINDING_WORDS = re.compile(r"\b(shall|must|undertakes?|guarantees?|liable|into force|article|the parties)\b", re.I)
BINDING_WORDS_ZH = re.compile("必须|违约|赔偿|担保")
CHINESE_NUMBER = re.compile(r"([两一二三四五六七八九十百]+)(?=年|个月|日|份|次)")
#: 一 that counts nothing: "in one form of …", "next year", "once a year", "the day before".
NOT_COUNTED = re.compile("一式|下一年|每年一次|前一日")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
#: A month beside its day or its year: “May” alone is a verb.
MONTH = re.compile(rf"(?<=\d )({'|'.join(MONTHS)})\b")
DIGIT = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}


@pytest.fixture(scope="module", params=MANIFESTS)
def each(request):
    return MANIFESTS[request.param]


@pytest.fixture(scope="module", params=BILINGUAL)
def bilingual(request):
    return MANIFESTS[request.param]


def passages(made):
    yield from made.opening
    for clause in made.clauses:
        yield from clause.every_passage()
    yield from made.closing


def standing(made, values):
    """The paragraphs that these answers leave in the document, each with the values it is filled with."""
    clauses = [clause for clause in made.clauses if made.holds_clause(clause, values)]
    chosen = [
        passage
        for clause in clauses
        for condition, passages in clause.positions()
        if not condition or manifest.holds(condition, values)
        for passage in passages
    ]
    every = [*made.opening, *chosen, *made.closing]
    once = [(passage, known) for passage in every for known in _lines(passage, values)]
    return [(passage, known) for passage, known in once if not passage.when or manifest.holds(passage.when, known)]


def _lines(passage, values):
    rows = values[passage.each] if passage.each else [None]
    return [values | {"row": row, "loop": {"last": number == len(rows)}} for number, row in enumerate(rows, 1)]


def answers(made):
    for field in made.fields:
        if field.type == "choice":
            yield from ((field.key, option.key) for option in field.options)
        elif field.type == "bool":
            yield from ((field.key, answer) for answer in (True, False))


def rows(made, **changes):
    """The rows of the filled document behind the heads of the columns, each cell as labels and text."""
    filled = merge(made.document_path.read_bytes(), made.complete(made.example() | changes))
    table = [block for block in read(filled).document.sections[0].blocks if isinstance(block, Table)][1]
    return [[_labelled(cell) for cell in row.cells] for row in table.rows[1:]]


def _labelled(cell):
    return [(block.label, block.text) for block in cell.blocks if isinstance(block, Paragraph)]


def whole_text(made, **changes):
    filled = merge(made.document_path.read_bytes(), made.complete(made.example() | changes))
    with zipfile.ZipFile(io.BytesIO(filled)) as package:
        return re.sub(r"<[^>]+>", "", package.read("word/document.xml").decode())


def test_every_bilingual_document_has_an_english_edition():
    assert {"letter-of-intent", *MEMORANDA} <= set(MANIFESTS)
    for name in BILINGUAL:
        edition = MANIFESTS[name if MANIFESTS[name].edition_of else f"{name}-en"]
        assert edition.edition_of, name


@pytest.mark.parametrize("name", [name for name in BILINGUAL if not MANIFESTS[name].edition_of])
def test_an_english_edition_asks_and_says_the_same_and_needs_no_chinese(name):
    source, edition = MANIFESTS[name], MANIFESTS[f"{name}-en"]
    assert edition.fields == source.fields
    assert [clause.key for clause in edition.clauses] == [clause.key for clause in source.clauses]
    said = {passage.text["en"] for passage in passages(source)}
    assert len({passage.text["en"] for passage in passages(edition)} - said) <= 6
    text = whole_text(edition, signing_form="paper")
    assert "in English" in text
    for words in ("Chinese", "both texts", "both languages", "two texts"):
        assert words not in text
    assert not re.search("[\u4e00-\u9fff]", text.replace(DEMONSTRATION_ZH, ""))


def test_the_word_file_is_what_the_source_says(each):
    def parts(content):
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return {name: package.read(name) for name in package.namelist()}

    assert parts(each.document_path.read_bytes()) == parts(typeset(each)), (
        f"{each.document} is older than {each.type}.toml: run `python -m mou_service.documents.word.templates.typeset`"
    )


def test_the_example_is_complete_and_marked(each):
    example = each.example()
    assert each.validate(example) == []
    assert example["demonstration"] is True
    assert {field.key for field in each.fields} <= set(example), "an example answers every question"


def test_no_placeholder_is_left_and_the_document_can_be_drawn(each):
    filled = merge(each.document_path.read_bytes(), each.complete(each.example()))
    result = read(filled)
    assert result.drawable, result.findings
    text = whole_text(each)
    assert "{{" not in text
    assert "{%" not in text
    assert "**" not in text
    assert each.example()["ref"] in "".join(block.text for block in result.document.sections[0].header)


def test_the_text_uses_only_what_an_uploaded_template_may_use(each):
    sandbox = environment()
    for passage in passages(each):
        for text in passage.text.values():
            assert list(faults(sandbox.parse(text))) == []


def test_every_answer_has_an_effect(each):
    used = set()
    sandbox = environment()
    conditions = [part.when for part in (*passages(each), *each.signatures)]
    conditions += [clause.condition for clause in each.clauses]
    conditions += [condition for clause in each.clauses for condition, _ in clause.positions()]
    texts = [text for p in passages(each) for text in p.text.values()]
    texts += [f"{{% if {condition} %}}{{% endif %}}" for condition in conditions if condition]
    for text in texts:
        tree = sandbox.parse(text)
        used |= {name.name for name in tree.find_all(nodes.Name)}
        used |= {attribute.attr for attribute in tree.find_all(nodes.Getattr)}
    asked = {field.key for field in each.fields} | {column.key for field in each.fields for column in field.columns}
    assert asked - used - {passage.each for passage in passages(each)} == set()


def test_every_question_has_its_page_and_words_in_both_interface_languages(each):
    pages = {group.key: fields for group, fields in each.topics()}
    assert all(pages.values()), "a page of the form without a question"
    for field in each.fields:
        columns = [column.label for column in field.columns]
        for texts in (field.label, field.help, *columns, *(option.label for option in field.options)):
            assert set(texts) >= {"en", "zh"}


def test_the_defaults_are_valid_answers(each):
    for field in each.fields:
        if field.default is not None:
            assert field.problems(field.start(each.languages), each.languages) == [], field.key


def test_each_option_and_switch_gives_a_whole_document(each):
    """Every answer of every choice, one at a time: nothing undefined, no empty sentence."""
    for key, answer in answers(each):
        full = each.complete(each.example() | {key: answer})
        for passage, known in standing(each, full):
            for text in passage.text.values():
                said = _compiled(text).render(known)
                assert said.strip(), f"{key} = {answer}: an empty paragraph"
                assert not HOLES.search(said), f"{key} = {answer}: {said}"


def test_a_paragraph_holds_the_same_placeholders_and_figures_in_each_language(bilingual):
    for passage in passages(bilingual):
        contents = [_facts(text) for text in passage.text.values()]
        assert all(one == other for one, other in pairwise(contents)), passage.text


def test_both_columns_have_the_same_rows_and_numbers(bilingual):
    for cells in rows(bilingual):
        shapes = [[_figures(label) for label, _ in cell] for cell in cells]
        assert all(one == other for one, other in pairwise(shapes)), cells


def test_both_columns_name_the_same_numbers(bilingual):
    automatic = {"renewal": "automatic"} if ("renewal", "automatic") in answers(bilingual) else {}
    for cells in rows(bilingual, signing_form="paper", **automatic):
        texts = [" ".join(text for _, text in cell) for cell in cells]
        assert all(_numbers(one) == _numbers(other) for one, other in pairwise(texts)), texts


@pytest.mark.parametrize("name", MEMORANDA)
@pytest.mark.parametrize("switch", ["compliance", "integrity"])
def test_a_clause_switched_off_leaves_both_columns_and_renumbers(name, switch):
    made = MANIFESTS[name]
    with_it, without = rows(made), rows(made, **{switch: False})
    title = next(clause.title for clause in made.clauses if clause.key == switch)
    assert any(title["zh"] == text for row in with_it for _, text in row[0])
    for column, language in enumerate(("zh", "en")):
        texts = [text for row in without for _, text in row[column]]
        assert title[language] not in texts
    headings = [label for row in without for cell in row for label, _ in cell if HEADING.fullmatch(label)]
    assert [_figures(label) for label in headings[-2:]] == [str(len(_clauses(made)) - 1)] * 2


def _clauses(made):
    values = made.complete(made.example())
    return [clause for clause in made.clauses if made.holds_clause(clause, values)]


def test_binding_paragraphs_are_listed_by_their_headings():
    """The legal status names exactly the clauses that the source marks as binding."""
    company = MANIFESTS["university-company"]
    status = next(clause for clause in company.clauses if clause.key == "legal_status").passages[0]
    binding = [clause for clause in company.clauses if clause.binding]
    assert set(re.findall(r"“(.+?)”", status.text["en"])) == {clause.title["en"] for clause in binding}
    assert set(re.findall(r"“(.+?)”", status.text["zh"])) == {clause.title["zh"] for clause in binding}


@pytest.mark.parametrize("confidentiality", [True, False])
@pytest.mark.parametrize("data_protection", [True, False])
def test_the_list_of_binding_paragraphs_follows_what_is_switched_on(confidentiality, data_protection):
    university = MANIFESTS["university-university"]
    values = {"legal_status": "some", "confidentiality": confidentiality, "data_protection": data_protection}
    full = university.complete(university.example() | values)
    status = next(clause for clause in university.clauses if clause.key == "legal_status")
    listed = next(p for p in status.passages if p.when == "legal_status == 'some'")
    standing = [c for c in university.clauses if c.binding and university.holds_clause(c, full)]
    for language in university.languages:
        said = environment().from_string(listed.text[language]).render(full)
        assert set(re.findall(r"“(.+?)”", said)) == {clause.title[language] for clause in standing}


def test_references_go_to_headings_that_exist(each):
    titles = {clause.title["en"] for clause in each.clauses}
    for passage in passages(each):
        assert not re.search(r"Paragraphs? \d|第[\d一二三四五六七八九十]+条", " ".join(passage.text.values()))
        for named in re.findall(r"headed ((?:“[^”]+”(?:, | and )?)+)", passage.text["en"]):
            # A heading that is an answer is one of another document.
            assert {name for name in re.findall(r"“(.+?)”", named) if "{{" not in name} <= titles


@pytest.mark.parametrize("name", MANIFESTS)
def test_what_does_not_bind_does_not_sound_binding(name):
    """The register of a memorandum: "will", not "shall"; no duties, liability or damages."""
    for clause in MANIFESTS[name].clauses:
        if clause.binding is True:
            continue
        for passage in clause.every_passage():
            assert not BINDING_WORDS.search(passage.text["en"]), passage.text
            assert not BINDING_WORDS_ZH.search(passage.text.get("zh", "")), passage.text


@pytest.mark.parametrize("name", MEMORANDA)
@pytest.mark.parametrize(
    "key",
    [
        "purpose",
        "areas",
        "implementation",
        "coordination",
        "costs",
        "ip",
        "confidentiality",
        "publicity",
        "data_protection",
        "compliance",
        "integrity",
        "non_exclusivity",
        "relationship",
        "legal_status",
        "duration",
        "renewal",
        "amendment",
        "termination",
        "differences",
        "notices",
        "languages",
        "signing",
        "annexes",
        "entire",
    ],
)
def test_a_memorandum_has_the_clauses_a_lawyer_looks_for(name, key):
    assert key in {clause.key for clause in MANIFESTS[name].clauses}


def test_the_three_ways_of_renewal_exclude_each_other():
    for name in MEMORANDA:
        clause = next(clause for clause in MANIFESTS[name].clauses if clause.key == "renewal")
        for renewal in ("consent", "automatic", "none"):
            assert sum(manifest.holds(p.when, {"renewal": renewal}) for p in clause.passages) == 1


def test_a_one_sided_letter_is_signed_by_us_alone():
    letter = MANIFESTS["letter-of-intent"]
    joint, alone = whole_text(letter), whole_text(letter, form="one_sided")
    assert joint.count("For and on behalf of") == 2
    assert alone.count("For and on behalf of") == 1
    assert "We share the intentions" not in alone


@cache
def _compiled(text):
    """Most paragraphs are the same for every answer, and the same in an edition."""
    return environment().from_string(text)


def _facts(text):
    """Placeholders without their language, and literal figures."""
    expressions = Counter(re.sub(r"\.(zh|en|de)\b|\s+", "", tag) for tag in re.findall(r"\{[{%](.*?)[%}]\}", text))
    figures = Counter(re.findall(r"\d+", re.sub(r"\{[{%].*?[}%]\}", "", text)))
    return expressions, figures


def _figures(label):
    return re.sub(r"[第条.]", "", label) if HEADING.fullmatch(label) else label


def _numbers(text):
    """All numbers of a text in one notation: "five (5) years" and 五年 are both 5."""
    text = text.replace(". März ", " March ")
    figures = re.findall(r"\d+", MONTH.sub(lambda said: f" {MONTHS.index(said[1]) + 1} ", text))
    counted = CHINESE_NUMBER.findall(NOT_COUNTED.sub("", text))
    return Counter(map(int, figures)) + Counter(map(_value, counted))


def _value(numeral):
    if numeral.startswith("十"):
        numeral = "一" + numeral
    tens, _, ones = numeral.rpartition("十") if "十" in numeral else ("", "", numeral)
    return DIGIT.get(tens, 0) * 10 + DIGIT.get(ones, 0)
