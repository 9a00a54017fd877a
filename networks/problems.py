"""Errors of the API as RFC 9457 problem documents.

Every error body has ``type``, ``title``, ``status`` and ``detail``; a refused field is
listed under ``errors`` as ``{"field": …, "message": …}`` so that a program can show it
beside its input.
"""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import IntegrityError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from networks.refusals import Conflict, Refusal


def problem_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn any expected exception into a problem document; leave the rest to Django."""
    response = exception_handler(_as_api_error(error), context)
    if response is None:
        return None
    errors = list(_flatten(response.data)) if response.status_code == 400 else []
    detail = errors[0]["message"] if errors else _detail(response.data)
    response.data = {
        "type": "about:blank",
        "title": response.status_text,
        "status": response.status_code,
        "detail": detail,
    }
    if errors:
        response.data["errors"] = errors
    response.content_type = "application/problem+json"
    return response


def _as_api_error(error: Exception) -> Exception:
    if isinstance(error, Conflict):
        return _conflict(str(error))
    if isinstance(error, IntegrityError):
        # The services check first; what still gets here lost a race with somebody else.
        return _conflict("Somebody else has just written the same. Look again, and send it anew.")
    if isinstance(error, Refusal):
        return exceptions.ValidationError({error.field: [str(error)]})
    if isinstance(error, DjangoValidationError):
        detail = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        return exceptions.ValidationError(detail)
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied(str(error) or None)
    if isinstance(error, Http404):
        # One body for everything that is not there or not yours: no oracle.
        return exceptions.NotFound()
    return error


def _conflict(detail: str) -> exceptions.APIException:
    conflict = exceptions.APIException(detail, code="conflict")
    conflict.status_code = 409
    return conflict


def _detail(data: Any) -> str:
    return str(data.get("detail", "")) if isinstance(data, dict) else str(data)


def _flatten(data: Any, field: str = "") -> Iterator[dict[str, str]]:
    if isinstance(data, dict):
        for name, inner in data.items():
            path = f"{field}.{name}" if field else str(name)
            yield from _flatten(inner, path)
    elif isinstance(data, list):
        for index, inner in enumerate(data):
            nested = isinstance(inner, dict | list)
            yield from _flatten(inner, f"{field}[{index}]" if nested else field)
    else:
        yield {"field": field, "message": str(data)}
