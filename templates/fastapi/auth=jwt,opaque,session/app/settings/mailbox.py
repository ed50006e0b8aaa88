"""`MAIL_FROM`: who the mails are from."""

from typing import Annotated

from pydantic import AfterValidator

from app.mail.mailbox import parse_mailbox


def _check(text: str) -> str:
    try:
        parse_mailbox(text)
    except ValueError:
        raise ValueError("must be one address, such as Orders <no-reply@example.com>") from None
    return text.strip()


Mailbox = Annotated[str, AfterValidator(_check)]
