"""The register of texts that do not bind: what is named, what is left alone, and that our own templates keep to it."""

from pathlib import Path

import pytest

from mou_service.documents.word.templates import manifest, register
from mou_service.documents.word.templates.merge import merge

FOLDER = Path(__file__).parents[3] / "document_templates"
MANIFESTS = manifest.load(FOLDER)
BINDING = {
    "en": [
        "The Participants shall establish a joint committee.", "Each side must provide insurance.",
        "The University undertakes to host ten students.", "It is obliged to report yearly.",
        "Failure is a breach of this Memorandum.", "The host is liable for loss.",
        "This Memorandum enters into force on signature.", "The Participants agree to exchange staff.",
        "This Memorandum is legally binding on both sides.", "A penalty is paid for late delivery.",
        "Each Participant shall not disclose information without written consent of the other.",
        "The Participants shall inform each other without delay of any breach.",
        "The host will indemnify the home institution.", "In witness whereof the representatives have signed.",
    ],
    "zh": [
        "双方应当设立联合委员会。", "甲方应于每年三月提供名单。", "双方必须遵守上述规定。", "任何一方不得披露。",
        "违约方承担违约责任。", "由此造成的损失由对方赔偿。", "双方保证提供经费。", "双方有义务通知对方。",
        "双方承诺每年互派学生。", "本备忘录具有法律约束力。", "双方应当及时通知对方，不损害对方权利。", "两种文本具有同等法律效力。", "逾期处以罚款。",
    ],
    "de": ["Die Teilnehmer verpflichten sich zur Zusammenarbeit.", "Die Erklärung tritt am Tag der Unterzeichnung in Kraft."],
}  # fmt: skip
HARMLESS = {
    "en": [
        "This Memorandum shall not be legally binding.", "Nothing in this Memorandum shall create any obligation.",
        "Neither Participant assumes any liability.", "The Participants may mutually agree to extend it.",
        "Activities undertaken together are reported.", "Unless they agree to continue, it ends.",
        "A commitment that is legally binding is made in an Implementing Agreement.", "as circumstances warrant",
        "A personal data breach is reported at once.", "It shall not be construed as a contract.",
        "{{ shall }} {% if must %}The Participants will meet.{% endif %}",
    ],
    "zh": [
        "本备忘录不构成法律义务。", "双方均不因此承担任何责任。", "本备忘录不具有法律约束力。", "应用研究与技术开发",
        "相应的规定", "应届毕业生应邀来访", "为保证教学质量，双方将定期磋商。", "义务教育阶段", "供应商", "不得不",
        "不使任何一方承担付款的义务", "双方拟开展合作", "教育部门的回应",
    ],
    "de": ["Sie ist nicht rechtsverbindlich.", "Kein Teilnehmer haftet."],
}  # fmt: skip


@pytest.mark.parametrize(("language", "text"), [(tag, text) for tag, texts in BINDING.items() for text in texts])
def test_a_word_of_obligation_is_named_with_a_better_one(language, text):
    (first, *_others) = register.said(text, language)
    assert text[first.start : first.end] == first.words
    assert first.better


@pytest.mark.parametrize(("language", "text"), [(tag, text) for tag, texts in HARMLESS.items() for text in texts])
def test_denials_and_other_words_are_left_alone(language, text):
    assert list(register.said(text, language)) == []


@pytest.mark.parametrize("name", MANIFESTS)
def test_no_template_of_ours_sounds_binding_where_it_does_not_bind(name):
    made = MANIFESTS[name]
    assert [str(found) for found in register.of_manifest(made)] == []
    template = register.of_file(made.document_path.read_bytes(), made.languages, binds=register.headings_of(made))
    assert [str(found) for found in template] == []


def test_a_clause_that_binds_may_say_shall_and_one_that_does_not_may_not():
    company = MANIFESTS["university-company"]
    said = {"other_areas": {"en": "steel, which the Participants shall roll together", "zh": "双方应当共同轧制的钢材"}}
    text = merge(company.document_path.read_bytes(), company.complete(company.example() | said))
    some = register.headings((clause.title, clause.binding is True) for clause in company.clauses)
    found = register.of_file(text, company.languages, binds=some)
    assert {(each.code, each.facts["words"]) for each in found} == {("register", "shall"), ("register", "应当")}
    assert all(each.outcome == "warn" and each.place.startswith("body, table 2, row") for each in found)
    every = register.headings((clause.title, True) for clause in company.clauses)
    assert register.of_file(text, company.languages, binds=every) == []
    assert register.of_file(text, company.languages, binds=register.headings([])) == []
