"""What every refusal looks like."""

from collections.abc import Set
from typing import Any

import httpx2


def problem_of(
    response: httpx2.Response,
    status: int,
    *,
    media_type: str = "application/problem+json",
    members: Set[str] = frozenset(),
) -> dict[str, Any]:
    """Return the problem document of a response, after checking that it is one (RFC 9457).

    `members` are those that it has beside the usual ones.
    """
    assert response.status_code == status, f"{response.status_code}: {response.text}"
    assert response.headers["content-type"] == media_type
    problem: dict[str, Any] = response.json()
    shape = {"type", "title", "status", "detail", "request_id"} | members
    assert set(problem) == (shape | {"errors"} if status == 422 else shape)
    assert problem["status"] == status
    assert problem["request_id"] == response.headers["x-request-id"]
    assert problem["detail"]
    if status == 422:
        assert problem["errors"]
        assert all(set(error) == {"field", "message"} for error in problem["errors"])
    return problem


def fields_of(response: httpx2.Response) -> list[str]:
    """Return the names of the fields that a 422 refuses."""
    return [error["field"] for error in problem_of(response, 422)["errors"]]
