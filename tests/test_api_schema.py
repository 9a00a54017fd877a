"""The description of the API: valid, without a warning, and the one that is committed."""

import io
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from rest_framework.test import APIClient

from tests.api import BASE, actions, endpoints

COMMITTED = Path(__file__).resolve().parent.parent / "docs" / "openapi.yaml"


@pytest.fixture(scope="module")
def described() -> str:
    out = io.StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)
    return out.getvalue()


def test_the_committed_description_is_the_one_the_code_gives(described: str) -> None:
    assert yaml.safe_load(described) == yaml.safe_load(COMMITTED.read_text()), (
        "Run: python manage.py spectacular --file docs/openapi.yaml"
    )


def test_every_endpoint_and_action_is_described(described: str) -> None:
    paths: dict[str, Any] = yaml.safe_load(described)["paths"]
    for endpoint in endpoints():
        assert f"{BASE}{endpoint}/" in paths
    for endpoint, path in actions():
        assert "post" in paths[f"{BASE}{endpoint}/{{id}}/{path}/"]


def test_every_filter_is_described(described: str) -> None:
    paths: dict[str, Any] = yaml.safe_load(described)["paths"]
    for endpoint, viewset in endpoints().items():
        told = {entry["name"] for entry in paths[f"{BASE}{endpoint}/"]["get"]["parameters"]}
        assert set(viewset.filterset_class.base_filters) <= told


def test_every_operation_says_what_can_go_wrong(described: str) -> None:
    paths: dict[str, Any] = yaml.safe_load(described)["paths"]
    for path in paths.values():
        for verb, operation in path.items():
            assert {"400", "401", "404"} <= set(operation["responses"])
            assert verb == "get" or {"403", "409"} <= set(operation["responses"])


def test_schema_and_docs_are_open_and_the_api_is_not(db: None) -> None:
    asker = APIClient()
    codes = [asker.get(f"{BASE}{path}").status_code for path in ("schema/", "docs/", "")]
    assert codes == [200, 200, 401]


def test_the_docs_have_no_inline_script_or_style(db: None) -> None:
    page = APIClient().get(f"{BASE}docs/")
    assert b"<style" not in page.content
    assert page.content.count(b"<script ") == page.content.count(b"<script src=") == 3
    assert "unsafe" not in page.headers["Content-Security-Policy"]
