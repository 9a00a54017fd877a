"""The files that the API gives beside JSON: the view has made them, the renderer names them."""

from __future__ import annotations

from typing import Any

from rest_framework.renderers import BaseRenderer, JSONRenderer

from reports.exports import FORMATS


class FileRenderer(BaseRenderer):
    """Bytes as they are; a refusal, which is no file, as JSON."""

    charset = None
    render_style = "binary"

    def render(self, data: Any, *args: Any, **kwargs: Any) -> bytes:
        """The body of the answer."""
        return data if isinstance(data, bytes) else bytes(JSONRenderer().render(data))


def _renderer(name: str, media_type: str) -> type[FileRenderer]:
    return type(f"{name.title()}File", (FileRenderer,), {"format": name, "media_type": media_type})


FILES = [_renderer(name, media.split(";")[0]) for name, (_write, media) in FORMATS.items()]
