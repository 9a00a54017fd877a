"""What is answered before any page is asked."""

from __future__ import annotations

import pytest
from django.test import Client


@pytest.mark.parametrize(
    "path", ["/public/x/networks/%00/", "/networks/%00/", "/join/%00/", "/api/v1/networks/%00/"]
)
def test_no_address_has_a_nul_in_it(client: Client, path: str) -> None:
    """No database is asked: PostgreSQL would refuse the character with an error."""
    answer = client.get(path)
    assert answer.status_code == 404
    kind = "application/problem+json" if path.startswith("/api/") else "text/html"
    assert answer["Content-Type"].startswith(kind)
