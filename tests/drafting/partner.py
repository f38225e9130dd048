"""What a partner's lawyer does with a text in Word: tracked changes, comments, and now and then something untracked."""

from __future__ import annotations

import copy
from collections.abc import Callable

from lxml import etree

from mou_service.documents.word.ooxml import XML_SPACE, W, elements, serialise
from mou_service.documents.word.package import Package
from tests.documents.word import making

DAY = "2024-03-12T10:00:00Z"


class Lawyer:
    """Works on one file; `file()` is what she sends back."""

    def __init__(self, content: bytes, name: str = "Galina Ivanova") -> None:
        self._package, self._name, self._count = Package(content), name, 100
        root = self._package.root(self._package.main)
        assert root is not None
        self.root = root
        self._comments: list[str] = []

    def replace(self, old: str, new: str, *, tracked: bool = True) -> None:
        """In the first run that says `old`; an empty `new` deletes."""
        text = next(each for each in self.root.iter(W + "t") if old in (each.text or ""))
        run = text.getparent()
        assert run is not None and text.text is not None
        front, _, back = text.text.partition(old)
        if not tracked:
            text.text = front + new + back
            return
        pieces = [(front, None), (old, "del"), (new, "ins"), (back, None)]
        for words, mark in pieces:
            if words:
                made = self._run(run, words, deleted=mark == "del")
                run.addprevious(self._marked(mark, made) if mark else made)
        run.getparent().remove(run)  # type: ignore[union-attr]

    def insert_row(self, behind: str, *cells: str) -> None:
        row = copy.deepcopy(self._row(behind))
        self._row(behind).addnext(row)
        for cell, words in zip(row.findall(W + "tc"), cells, strict=True):
            first, *others = cell.findall(W + "p")
            for each in others:
                cell.remove(each)
            like = first.find(f".//{W}r")
            for child in [child for child in elements(first) if child.tag != W + "pPr"]:
                first.remove(child)
            assert like is not None
            first.append(self._marked("ins", self._run(like, words)))
        self._mark_row(row, "ins")

    def delete_row(self, saying: str, *, tracked: bool = True) -> None:
        row = self._row(saying)
        if not tracked:
            row.getparent().remove(row)  # type: ignore[union-attr]
            return
        for run in [run for run in row.iter(W + "r") if run.find(W + "t") is not None]:
            words = "".join(each.text or "" for each in run.iter(W + "t"))
            run.addprevious(self._marked("del", self._run(run, words, deleted=True)))
            run.getparent().remove(run)  # type: ignore[union-attr]
        self._mark_row(row, "del")

    def embolden(self, saying: str) -> None:
        run = next(each for each in self.root.iter(W + "t") if saying in (each.text or "")).getparent()
        assert run is not None
        look = run.find(W + "rPr")
        if look is None:
            look = etree.Element(W + "rPr")
            run.insert(0, look)
        before = copy.deepcopy(look)
        change = self._mark("rPrChange")
        change.append(before)
        if look.find(W + "b") is None:
            etree.SubElement(look, W + "b")
        look.append(change)

    def comment(self, on: str, text: str) -> None:
        run = next(each for each in self.root.iter(W + "t") if on in (each.text or "")).getparent()
        assert run is not None
        identity = str(len(self._comments))
        for tag, add in (("commentRangeStart", run.addprevious), ("commentRangeEnd", run.addnext)):
            mark = etree.Element(W + tag)
            mark.set(W + "id", identity)
            add(mark)
        sign = etree.SubElement(etree.Element(W + "r"), W + "commentReference")
        sign.set(W + "id", identity)
        run.getnext().addnext(sign.getparent())  # type: ignore[union-attr, arg-type]
        self._comments.append(
            f'<w:comment w:id="{identity}" w:author="{self._name}" w:date="{DAY}" w:initials="GI">'
            f"{making.paragraph(text)}</w:comment>"
        )

    def change(self, act: Callable[[etree._Element], None]) -> None:
        act(self.root)

    def file(self) -> bytes:
        parts = {self._package.main: serialise(self.root)}
        if self._comments:
            parts["word/comments.xml"] = making.part("comments", "".join(self._comments))
            for name, tag, attributes in (
                ("word/_rels/document.xml.rels", "Relationship",
                 {"Id": "lawyer", "Type": f"{making.OFFICE}/comments", "Target": "comments.xml"}),
                ("[Content_Types].xml", "Override",
                 {"PartName": "/word/comments.xml",
                  "ContentType": "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"}),
            ):  # fmt: skip
                root = copy.deepcopy(self._package.root(name))
                assert root is not None
                etree.SubElement(root, root.tag.replace("Relationships", tag).replace("Types", tag), attributes)
                parts[name] = serialise(root)
        return self._package.write(parts)

    def _row(self, saying: str) -> etree._Element:
        return next(
            row for row in self.root.iter(W + "tr")
            if saying in "".join(each.text or "" for each in row.iter(W + "t", W + "delText"))
        )  # fmt: skip

    def _mark_row(self, row: etree._Element, kind: str) -> None:
        look = row.find(W + "trPr")
        if look is None:
            look = etree.Element(W + "trPr")
            row.insert(0, look)
        look.append(self._mark(kind))

    def _mark(self, kind: str) -> etree._Element:
        self._count += 1
        made = etree.Element(W + kind)
        for name, held in (("id", str(self._count)), ("author", self._name), ("date", DAY)):
            made.set(W + name, held)
        return made

    def _marked(self, kind: str, run: etree._Element) -> etree._Element:
        mark = self._mark(kind)
        mark.append(run)
        return mark

    def _run(self, like: etree._Element, words: str, *, deleted: bool = False) -> etree._Element:
        made = etree.Element(W + "r")
        look = like.find(W + "rPr")
        if look is not None:
            made.append(copy.deepcopy(look))
        text = etree.SubElement(made, W + ("delText" if deleted else "t"))
        text.text = words
        text.set(XML_SPACE, "preserve")
        return made
