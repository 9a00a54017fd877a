"""A JSON parser that refuses what would be a server error or a poisoned row.

DRF's own parser lets four inputs through that end in a 500: very deep nesting, numbers
beyond any float, NUL characters, and lone surrogates (the latter three reach the database).
"""

import json
import math
from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser

MAX_BYTES = 1_048_576
MAX_DEPTH = 32


class TooLarge(APIException):
    """The body is over the limit."""

    status_code = 413
    default_detail = "The body is larger than 1 MiB. Send less in one request."
    default_code = "too_large"


class GuardedJSONParser(JSONParser):
    """JSON of at most 1 MiB and 32 levels, in well-formed Unicode without NUL."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        body = stream.read(MAX_BYTES + 1)
        if len(body) > MAX_BYTES:
            raise TooLarge
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError as error:
            raise ParseError("The body is not UTF-8.") from error
        if _depth(text) > MAX_DEPTH:
            raise ParseError(f"The body is nested deeper than {MAX_DEPTH} levels.")
        try:
            parsed = json.loads(text, parse_constant=_refuse_constant, parse_float=_finite_float)
        except ValueError as error:
            raise ParseError(f"The body is not JSON: {error}") from error
        _refuse_bad_text(parsed)
        return parsed


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON number.")


def _finite_float(text: str) -> float:
    """A fraction; what is too large for one would be read as infinity, which no column takes."""
    number = float(text)
    if math.isinf(number):
        raise ParseError(f"The number {text[:40]} is too large: give a smaller one.")
    return number


def _depth(text: str) -> int:
    """How deep brackets nest outside of strings, without recursion."""
    depth = deepest = 0
    inside = escaped = False
    for character in text:
        if inside:
            inside = escaped or character != '"'
            escaped = character == "\\" and not escaped
        elif character == '"':
            inside, escaped = True, False
        elif character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


def _refuse_bad_text(value: Any) -> None:
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
            raise ParseError("A text holds a NUL character or half a Unicode pair: take it out.")
    elif isinstance(value, dict):
        for key, entry in value.items():
            _refuse_bad_text(key)
            _refuse_bad_text(entry)
    elif isinstance(value, list):
        for entry in value:
            _refuse_bad_text(entry)
