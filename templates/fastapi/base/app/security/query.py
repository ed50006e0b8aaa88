"""Strict query parameters."""

from typing import Final

from fastapi.dependencies.models import Dependant
from pydantic import BaseModel
from starlette.requests import Request

from app.errors import BadRequest, Unprocessable

MAX_PARAMETERS: Final = 100


def declared_parameters(dependant: Dependant) -> frozenset[str]:
    """Return the names of the query parameters of an endpoint and its dependencies."""
    names: set[str] = set()
    for parameter in dependant.query_params:
        model = parameter.field_info.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            names |= {field.alias or name for name, field in model.model_fields.items()}
        else:
            names.add(parameter.alias)
    return frozenset(names).union(*map(declared_parameters, dependant.dependencies))


def check_query(request: Request, declared: frozenset[str]) -> None:
    """Raise `BadRequest` or `Unprocessable` for undeclared parameters.

    Of a repeated parameter, a proxy may have read the other value (CWE-235).
    """
    query = request.scope["query_string"]
    if not query:
        return
    if query.count(b"&") >= MAX_PARAMETERS:
        raise BadRequest("The query has too many parameters.")
    given: set[str] = set()
    for name, _ in request.query_params.multi_items():
        if name not in declared:
            raise Unprocessable(name or "query", "is not a parameter of this path")
        if name in given:
            raise Unprocessable(name, "is given more than once")
        given.add(name)
