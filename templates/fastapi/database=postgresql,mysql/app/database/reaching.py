"""Servers that are not reached."""


def why_unreachable(error: BaseException) -> str:
    """Say why; the text of any other error may hold values, and is not repeated."""
    if not isinstance(error, OSError):
        return type(error).__name__
    said = error.strerror or str(error) or "no answer in time"
    return f"the server cannot be reached: {said}"
