"""Words of ours inside a sentence."""

from django.utils.translation import get_language


def in_a_sentence(word: object) -> str:
    """The word of a state as it stands within a sentence: German keeps its capitals."""
    words = str(word)
    return words if (get_language() or "en").startswith("de") else words.lower()
