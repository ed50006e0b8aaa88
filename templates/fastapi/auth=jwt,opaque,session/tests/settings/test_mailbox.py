"""MAIL_FROM: one mailbox, without recipients or headers behind it."""

import pytest
from pydantic import TypeAdapter, ValidationError

from app.mail.mailbox import parse_mailbox
from app.settings.mailbox import Mailbox

SETTING: TypeAdapter[str] = TypeAdapter(Mailbox)


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        ("no-reply@example.com", "", "no-reply@example.com"),
        (" Orders <no-reply@example.com> ", "Orders", "no-reply@example.com"),
        ('"Orders, Inc." <no-reply@example.com>', "Orders, Inc.", "no-reply@example.com"),
        ("Über <no-reply@straße.example>", "Über", "no-reply@xn--strae-oqa.example"),
    ],
)
def test_a_sender_is_an_address_with_or_without_a_name(text: str, name: str, address: str) -> None:
    parsed = parse_mailbox(SETTING.validate_python(text))
    assert (parsed.display_name, parsed.addr_spec) == (name, address)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Orders",
        "@example.com",
        "no-reply@",
        "a@example.com, b@example.com",
        "A <a@example.com>, B <b@example.com>",
        "a@example.com\r\nBcc: b@example.com",
        "A\r\nBcc: b@example.com <a@example.com>",
        '"A" <a@example.com> <b@example.com>',
        "team: a@example.com;",
    ],
)
def test_a_sender_cannot_add_recipients_or_headers(text: str) -> None:
    with pytest.raises(ValidationError, match="must be one address"):
        SETTING.validate_python(text)
