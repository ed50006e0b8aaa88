"""Bodies that a route takes, made from what the API document says of them."""

from typing import Any, Final

from fastapi import FastAPI

_FORMATS: Final = {
    "date-time": "2099-01-01T00:00:00Z",
    "email": "someone@example.com",
    "uuid": "00000000-0000-7000-8000-000000000000",
}


def valid_body(app: FastAPI, method: str, path: str) -> Any:
    """Make the least JSON body that a route takes; None if it takes none."""
    document = app.openapi()
    body = document["paths"][path][method.lower()].get("requestBody")
    if body is None:
        return None
    return _least(document["components"]["schemas"], body["content"]["application/json"]["schema"])


def _least(schemas: dict[str, Any], schema: dict[str, Any]) -> Any:
    while "$ref" in schema or "anyOf" in schema:
        reference = schema.get("$ref", "").rpartition("/")[2]
        schema = schemas[reference] if reference else schema["anyOf"][0]
    if "enum" in schema:
        return schema["enum"][0]
    match schema["type"]:
        case "object":
            fields = schema["properties"]
            return {name: _least(schemas, fields[name]) for name in schema.get("required", [])}
        case "array":
            return [_least(schemas, schema["items"])] * schema.get("minItems", 0)
        case "string":
            return _FORMATS.get(schema.get("format", ""), "a" * schema.get("minLength", 0))
        case number_or_boolean:
            return number_or_boolean == "boolean" or schema.get("minimum", 0)
