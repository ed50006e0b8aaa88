"""What is stored of a secret."""

import base64


def is_readable(digest: bytes, secret: str) -> bool:
    """Return whether a part of a secret can be read from what is stored of it."""
    forms = (secret.encode(), base64.urlsafe_b64decode(f"{secret}="))
    return any(form[start : start + 8] in digest for form in forms for start in range(25))
