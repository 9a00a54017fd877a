"""What the OpenAPI description says beside what it finds in the code: the errors."""

from typing import Any

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "An error, as RFC 9457 has it.",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong, in a sentence."},
        "errors": {
            "type": "array",
            "description": "With 400: each field that is wrong.",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
                "required": ["field", "message"],
            },
        },
    },
    "required": ["type", "title", "status", "detail"],
}
READS = {
    "400": "A parameter does not exist or has a bad value; nothing was read.",
    "401": "No token, or one that is unknown or has expired.",
    "404": "Not there, or not yours to see: there is no telling which.",
}
WRITES = {
    "403": "You can see this, but your role does not let you change it.",
    "409": "Somebody else has written here in the meantime.",
}


def add_problems(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Name the error answers of every operation (a hook of drf-spectacular)."""
    _forget_column_widths(result)
    result["components"].setdefault("schemas", {})["Problem"] = PROBLEM
    for path in result["paths"].values():
        for verb, operation in path.items():
            answers = READS if verb == "get" else READS | WRITES
            for status, description in answers.items():
                operation["responses"].setdefault(status, _answer(description))
    return result


def _forget_column_widths(result: dict[str, Any]) -> None:
    """What is only shown has no bounds: those found are of the database that is in use."""
    for schema in result["components"].get("schemas", {}).values():
        for shown in schema.get("properties", {}).values():
            if shown.get("readOnly") and shown.get("type") == "integer":
                for bound in ("minimum", "maximum", "format"):
                    shown.pop(bound, None)


def _answer(description: str) -> dict[str, Any]:
    problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {"description": description, "content": {"application/problem+json": problem}}
