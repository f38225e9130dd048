"""Comments in a Word file: who wrote what, on which words, in answer to whom."""

from dataclasses import dataclass, field

from lxml import etree

from mou_service.documents.word.ooxml import W14, W15, W, value
from mou_service.documents.word.package import Package
from mou_service.documents.word.places import place_of

LONGEST_ANCHOR = 400


@dataclass(slots=True)
class Comment:
    """`anchor` are the words it stands on; `answers` names the comment it answers, by its id."""

    id: str
    author: str
    initials: str
    date: str
    text: str
    anchor: str = ""
    place: str = ""
    answers: str | None = None
    resolved: bool = False
    #: Where it begins in the text.
    start: etree._Element | None = field(default=None, repr=False, compare=False)


def read_comments(content: bytes) -> tuple[Comment, ...]:
    """All comments in the order of the text, with their places in words; answers follow the comment they answer."""
    package = Package(content)
    found = comments_of(package)
    parts = {package.root(name): name for name in package.stories}
    for comment in found:
        if comment.start is not None:
            comment.place = place_of(comment.start, parts[comment.start.getroottree().getroot()])
    return found


def comments_of(package: Package) -> tuple[Comment, ...]:
    """The same of a package as its trees stand, without the places in words."""
    root = package.related_root("comments")
    if root is None:
        return ()
    comments = {value(each, "id") or "": _comment(each) for each in root.findall(W + "comment")}
    _link_answers(package, root, comments)
    for name in package.stories:
        story = package.root(name)
        if story is not None:
            _find_anchors(story, comments)
    return tuple(_in_order(comments))


def _comment(element: etree._Element) -> Comment:
    lines = ("".join(text.text or "" for text in paragraph.iter(W + "t")) for paragraph in element.iter(W + "p"))
    return Comment(
        id=value(element, "id") or "",
        author=value(element, "author") or "",
        initials=value(element, "initials") or "",
        date=value(element, "date") or "",
        text="\n".join(lines).strip(),
    )


def _link_answers(package: Package, root: etree._Element, comments: dict[str, Comment]) -> None:
    """Which comment answers which is told by the ids of their last paragraphs."""
    by_paragraph = {}
    for element in root.findall(W + "comment"):
        paragraphs = list(element.iter(W + "p"))
        identity = paragraphs[-1].get(W14 + "paraId") if paragraphs else None
        if identity:
            by_paragraph[str(identity)] = comments[value(element, "id") or ""]
    extended = package.related_root("commentsExtended")
    for entry in extended.iter(W15 + "commentEx") if extended is not None else ():
        comment = by_paragraph.get(str(entry.get(W15 + "paraId")))
        parent = by_paragraph.get(str(entry.get(W15 + "paraIdParent")))
        if comment is not None:
            comment.resolved = entry.get(W15 + "done") in ("1", "true")
            comment.answers = parent.id if parent is not None else None


def _find_anchors(story: etree._Element, comments: dict[str, Comment]) -> None:
    open_comments: dict[str, Comment] = {}
    wanted = (W + "commentRangeStart", W + "commentRangeEnd", W + "commentReference", W + "t", W + "delText", W + "p")
    for element in story.iter(*wanted):
        identity = value(element, "id") or ""
        if element.tag in (W + "t", W + "delText"):
            for comment in list(open_comments.values()):
                _extend(comment, element.text or "", open_comments)
        elif element.tag == W + "p":
            for comment in list(open_comments.values()):
                _extend(comment, "\n" if comment.anchor else "", open_comments)
        elif element.tag == W + "commentRangeEnd":
            open_comments.pop(identity, None)
        elif identity in comments:
            comment = comments[identity]
            comment.start = element if comment.start is None else comment.start
            if element.tag == W + "commentRangeStart":
                open_comments[identity] = comment


def _extend(comment: Comment, text: str, open_comments: dict[str, Comment]) -> None:
    """A comment on half a document is told by where it begins."""
    comment.anchor += text
    if len(comment.anchor) > LONGEST_ANCHOR:
        comment.anchor = f"{comment.anchor[:LONGEST_ANCHOR]}…"
        del open_comments[comment.id]


def _in_order(comments: dict[str, Comment]) -> list[Comment]:
    """Threads in the order of their first comments; what answers nothing that is there stands at the end."""
    answers: dict[str, list[Comment]] = {}
    for comment in comments.values():
        if comment.answers in comments and comment.answers != comment.id:
            answers.setdefault(str(comment.answers), []).append(comment)
    ordered: dict[str, Comment] = {}
    for comment in comments.values():
        if comment.answers is None or comment.answers not in comments:
            ordered |= {each.id: each for each in (comment, *answers.get(comment.id, ()))}
    return [*ordered.values(), *(comment for comment in comments.values() if comment.id not in ordered)]
