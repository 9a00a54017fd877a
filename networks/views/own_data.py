"""A person takes their own data along."""

from __future__ import annotations

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from networks.own_data import own_data
from networks.pages import signed_in


@method_decorator(never_cache, name="dispatch")
class OwnData(LoginRequiredMixin, View):
    """One JSON file of all that is on file about whoever asks; about nobody else."""

    def get(self, request: HttpRequest) -> HttpResponse:
        now = timezone.now()
        answer = JsonResponse(
            own_data(signed_in(request), now),
            json_dumps_params={"ensure_ascii": False, "indent": 1},
        )
        name = f"my-data-{now:%Y-%m-%d}.json"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer
