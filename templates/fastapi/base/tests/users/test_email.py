"""The normal form of e-mail addresses."""

import pytest
from pydantic import TypeAdapter, ValidationError

from app.users.email import Email

EMAIL: TypeAdapter[str] = TypeAdapter(Email)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Ann.Lee@Example.COM", "ann.lee@example.com"),
        (f"{'A' * 64}@example.com", f"{'a' * 64}@example.com"),
        ("ann@BÜCHER.example", "ann@bücher.example"),
        ("ann@xn--bcher-kva.example", "ann@bücher.example"),
        ("ann+list@例え.テスト.example", "ann+list@例え.テスト.example"),
    ],
)
def test_an_address_has_one_form(typed: str, stored: str) -> None:
    assert EMAIL.validate_python(typed) == stored


@pytest.mark.parametrize(
    "text",
    [
        "ann",
        "ann@",
        "@example.com",
        "ann@@example.com",
        "a b@example.com",
        f"{'a' * 65}@example.com",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="is not an e-mail address"):
        EMAIL.validate_python(text)


@pytest.mark.parametrize(
    "text",
    [
        "änn@example.com",
        "\u0430nn@example.com",
        "用户@例え.example",
        "fran\u212a@example.com",
        "\u212aatie@example.com",
    ],
)
def test_a_local_part_outside_ascii_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="nothing but ASCII characters before the @"):
        EMAIL.validate_python(text)
