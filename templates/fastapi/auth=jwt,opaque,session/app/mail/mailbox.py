"""Mailboxes: `ann@example.com`, or `Ann <ann@example.com>` (RFC 5322, 3.4)."""

from email.headerregistry import Address
from email.message import EmailMessage

import idna


def parse_mailbox(text: str) -> Address:
    """Return the mailbox of a text; raises `ValueError` unless it is exactly one.

    The domain is encoded in ASCII, which every server understands (RFC 5891).
    """
    parsed = EmailMessage()
    try:
        parsed["To"] = text
        header = parsed["To"]
    except IndexError as error:
        # The parser takes an end for a character.
        raise ValueError("a mail needs one address") from error
    # A group holds addresses as well.
    if header.defects or len(header.groups) != 1 or header.groups[0].display_name is not None:
        raise ValueError("a mail needs one address")
    (address,) = header.addresses
    domain = address.domain
    if not address.username or not domain:
        raise ValueError("a mail needs one address")
    if not domain.isascii():
        domain = idna.encode(domain, uts46=True).decode()
    return Address(address.display_name, address.username, domain)
