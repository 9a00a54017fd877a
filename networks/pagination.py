"""How every list of the API is paged."""

from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request

# Beyond this, rows are reached by filters: nobody turns two million pages.
MAX_PAGE = 1_000_000


class Pages(PageNumberPagination):
    """Numbered pages of 50 rows; ``page_size`` up to 200."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200

    def get_page_size(self, request: Request) -> int:
        """The size asked for, at most 200; what is not a number is an error."""
        return min(_whole(request, "page_size", self.page_size), self.max_page_size)

    def get_page_number(self, request: Request, paginator: Any) -> int:
        """The page asked for; what is not a number is an error."""
        return _whole(request, "page", 1)

    @classmethod
    def asked(cls, request: Request) -> tuple[int, int]:
        """Number and size of the page asked for, for lists that page themselves."""
        return _whole(request, "page", 1), cls().get_page_size(request)


def _whole(request: Request, name: str, default: int) -> int:
    asked = request.query_params.get(name, "")
    if not asked:
        return default
    if not (asked.isascii() and asked.isdigit() and 1 <= int(asked[:9]) <= MAX_PAGE):
        raise ValidationError({name: ["Give a whole number from 1 up."]})
    return int(asked[:9])
