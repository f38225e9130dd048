"""The page on which a kind of document is chosen: each kind once, under its purpose, with its editions."""

from dataclasses import replace
from pathlib import Path

from mou_service.documents.word.templates import manifest
from mou_service.drafting import kinds

MANIFESTS = manifest.load(Path(__file__).parents[2] / "document_templates")


def test_every_template_is_offered_once_and_under_a_purpose():
    offered = kinds.by_purpose(MANIFESTS.values())
    assert [purpose for purpose, _ in offered] == [purpose for purpose, _ in kinds.PURPOSES]
    every = [kind for _, under in offered for kind in under]
    types = [each.type for kind in every for each in (kind.manifest, *kind.editions)]
    assert sorted(types) == sorted(MANIFESTS)


def test_a_kind_nobody_foresaw_comes_last():
    unknown = replace(MANIFESTS["letter-of-intent"], code="XYZ", type="else")
    offered = kinds.by_purpose([unknown, MANIFESTS["amendment"]])
    assert [kind.manifest.type for _, under in offered for kind in under] == ["amendment", "else"]
