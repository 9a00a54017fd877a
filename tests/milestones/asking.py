"""Asking for another due date on the pages, in one line each."""

from django.test import Client
from django.urls import reverse

WHY = "Two posts could not be filled."


def signed_in(company, role) -> Client:
    client = Client()
    client.force_login(company[role])
    return client


def ask(company, item, role="lead", follow=False, **changes):
    typed = {"ask": "move", "due_date": "2026-08-31", "justification": WHY} | changes
    address = reverse(f"{item._meta.model_name}-ask", args=[item.pk])
    return signed_in(company, role).post(address, typed, follow=follow)


def draft(company, role="lead", follow=False, **changes):
    typed = {"title": "All later", "justification": WHY, "step": "submit"} | changes
    address = reverse("amendment-new", args=["AUR-1"])
    return signed_in(company, role).post(address, typed, follow=follow)


def field_of(item) -> str:
    return f"due_{item._meta.model_name}_{item.pk}"


def errors_of(answer) -> dict[str, list[str]]:
    assert answer.status_code == 422
    return answer.context["form"].errors
