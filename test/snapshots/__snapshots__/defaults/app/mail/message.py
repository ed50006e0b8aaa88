"""A mail before it is sent."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """Plain text to one address."""

    to: str
    subject: str
    text: str
