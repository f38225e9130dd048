"""A short document that people of ten scripts sign."""

from __future__ import annotations

from functools import cache

from mou_service.documents.blocks import Document, Paragraph, Run, Section
from mou_service.documents.pdf.layout import Rendered
from tests import papers
from tests.papers import SEAL, Person

LANGUAGES = ("en",)
NAMES = (
    ("Dương Thị Nguyễn", "Hiệu trưởng", "Đại học Huế"),
    ("Проф. Пламен Мартинов", "Ректор", "Русенски университет"),
    ("Γεώργιος Παπαδόπουλος", "Πρύτανης", "Πανεπιστήμιο Πατρών"),
    ("谢华清", "校长", "上海第二工业大学"),
    ("山田 太郎", "学長", "京都工芸大学"),
    ("김 영희", "총장", "부산대학교"),
    ("د. أحمد الهاشمي", "رئيس الجامعة", "جامعة القاهرة"),
    ("פרופ׳ דוד לוי", "נשיא", "אוניברסיטת חיפה"),
    ("สมชาย ใจดี", "อธิการบดี", "มหาวิทยาลัยเชียงใหม่"),
    ("डॉ. अमित शर्मा", "कुलपति", "दिल्ली विश्वविद्यालय"),
)
PEOPLE = (
    *(
        Person(f"Signatory{number}", "signatory", {"en": name}, {"en": title}, {"en": house})
        for number, (name, title, house) in enumerate(NAMES, 1)
    ),
    SEAL,
)


@cache
def frozen() -> Rendered:
    texts = [f"{name}, {title}, {house}" for name, title, house in NAMES]
    blocks = [
        Paragraph([Run("Those who sign", bold=True, size=14)], tag="H1"),
        *(Paragraph([Run(text)]) for text in texts),
    ]
    return papers.drawn(Document([Section(blocks)], title="Those who sign", language="en"), PEOPLE, languages=LANGUAGES)


@cache
def stamp(person: Person) -> bytes:
    return papers.stamp(frozen(), person, languages=LANGUAGES)
