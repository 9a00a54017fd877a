"""A file as somebody with tools reads it: unpacked, with everything that stands behind the text."""

from __future__ import annotations

import re
import subprocess
import zipfile
from io import BytesIO

from pypdf import PdfReader


def all_of(body: bytes) -> str:
    """Everything in a file: a PDF's text, tags and properties, an Office file's parts.

    Without white space and soft hyphens, so that no line break hides a word. What is no such
    file is not packed, and comes back as it is.
    """
    if body.startswith(b"%PDF"):
        said = _pdf(body)
    elif body.startswith(b"PK"):
        said = _office(body)
    else:
        return body.decode(errors="replace")
    return re.sub(r"[\s\u00ad\u2060]+", "", said)


def _pdf(body: bytes) -> str:
    text = subprocess.run(["pdftotext", "-", "-"], input=body, capture_output=True, check=True)
    reader = PdfReader(BytesIO(body))
    parts = [text.stdout.decode(), str(reader.metadata)]
    for number in range(1, len(reader.xref[0])):
        found = reader.get_object(number)
        parts.append(str(found))
        if hasattr(found, "get_data"):
            parts.append(found.get_data().decode("latin-1"))
    return "\n".join(parts)


def _office(body: bytes) -> str:
    with zipfile.ZipFile(BytesIO(body)) as packed:
        # Comments and properties are parts like the text itself.
        return "\n".join(packed.read(name).decode(errors="replace") for name in packed.namelist())
