"""Unreachable servers."""


def why_unreachable(error: BaseException) -> str:
    """Return why; messages of other errors may contain values and are not repeated."""
    if not isinstance(error, OSError):
        return type(error).__name__
    said = error.strerror or str(error) or "no answer in time"
    return f"the server cannot be reached: {said}"
