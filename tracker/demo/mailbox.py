"""The demo's mailbox: what the SMTP sink really received, readable in the browser.

Routed only where DEMO_MAIL_DIR is set, which :mod:`tracker.checks` forbids on a public site.
"""

from pathlib import Path

from csp.constants import NONE, SELF
from csp.decorators import csp, csp_update
from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from tracker.demo.mails import Mail, find, newest_first

PER_PAGE = 50
# A stranger's HTML: nothing runs, nothing is fetched, links open in a tab of their own.
MAIL_POLICY = {
    "default-src": [NONE],
    "img-src": ["data:"],
    "style-src": ["'unsafe-inline'"],
    "form-action": [NONE],
    "frame-ancestors": [SELF],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}
OPEN_LINKS_OUTSIDE = '<base target="_blank">'


class RecipientForm(forms.Form):
    """Whose mail to show."""

    to = forms.CharField(label=_("Recipient"), required=False, max_length=254)


def folder() -> Path:
    """The sink's folder; without one there is no mailbox."""
    if not settings.DEMO_MAIL_DIR:
        raise Http404
    return Path(settings.DEMO_MAIL_DIR)


def mail_or_404(name: str) -> Mail:
    """Find a mail by its name; any other name, however crafted, is a 404."""
    mail = find(folder(), name)
    if mail is None:
        raise Http404
    return mail


@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """List the mails, newest first, of everybody or of one recipient."""
    mails = newest_first(folder())
    form = RecipientForm(request.GET)
    wanted = form.cleaned_data["to"].strip().lower() if form.is_valid() else ""
    if wanted:
        mails = [mail for mail in mails if any(wanted in to.lower() for to in mail.to)]
    page = Paginator(mails, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "demo/mailbox.html", {"page": page, "form": form, "found": len(mails)})


@require_safe
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # Typed for views without arguments.
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """Show one mail: headers, plain text, and the HTML part in a frame of its own."""
    return render(request, "demo/mail.html", {"mail": mail_or_404(name)})


@require_safe
@xframe_options_sameorigin
@csp(MAIL_POLICY)  # type: ignore[arg-type]  # As above.
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    """Serve the HTML part alone, under a policy that lets it do nothing but look."""
    found = mail_or_404(name)
    if not found.html:
        raise Http404
    return HttpResponse(OPEN_LINKS_OUTSIDE + found.html)
