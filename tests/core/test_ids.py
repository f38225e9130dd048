"""Codes and tokens."""

from mou_service.core import ids


def test_a_code_survives_being_read_out_and_typed() -> None:
    made = ids.code()
    assert len(made) == 12
    assert not set(made) & set("01ILOU")
    assert ids.ungrouped(ids.grouped(made).lower()) == made
    assert ids.ungrouped(f" {ids.grouped(made)} ") == made


def test_a_token_is_kept_only_as_its_hash() -> None:
    secret = ids.token()
    assert secret not in ids.token_hash(secret)
    assert ids.token_hash(secret) == ids.token_hash(secret) != ids.token_hash(ids.token())
