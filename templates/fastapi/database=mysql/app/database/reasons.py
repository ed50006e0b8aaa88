"""What MySQL, or the way to it, says of a failure."""

from app.database.driver import error_code
from app.database.reaching import why_unreachable


def reason_of(error: BaseException) -> str:
    """Say in its words what went wrong; `Connection.query` has taken the values out."""
    if code := error_code(error):
        return f"{error.args[-1]} (error {code})"
    return why_unreachable(error)
