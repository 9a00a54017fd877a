"""What every page may show without a view passing it."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, str | bool]:
    """The product's name and whether the demo's mailbox is on this machine."""
    return {"site_name": settings.SITE_NAME, "demo": bool(settings.DEMO_MAIL_DIR)}
