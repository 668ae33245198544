"""Could a folded word be one Vietnamese syllable?

Onset, rhyme and coda after folding, from the standard description of the written syllable (onset + glide + nucleus +
coda). Used to tell
``daklak`` and ``tphcm``, which are several words written as one, from ``hoan``, which is not ``ho an``.
"""

from __future__ import annotations

import re

_ONSET = "b|ch?|d|gh?|gi|h|kh?|l|m|ngh?|nh?|ph?|qu|r|s|th?|tr|v|x"
_OPEN = (
    "a|ai|ao|au|ay|e|eo|eu|i|ia|ieu|iu|o|oa|oai|oao|oay|oe|oeo|oi|oo|"
    "u|ua|uay|ue|ueu|ui|uo|uoi|uou|uu|uy|uya|uyu|y|ya|yeu"
)
_CLOSED = "(?:a|e|i|ie|o|oa|oe|oo|u|ua|ue|uo|uy|uye|y|ye)(?:ch|ng|nh|[cmnpt])"
_SYLLABLE = re.compile(f"(?:{_ONSET})?(?:{_OPEN}|{_CLOSED})")


def is_syllable(folded: str) -> bool:
    """Say whether ``folded`` (lower-case ASCII) has the form of one Vietnamese syllable without its marks."""
    return _SYLLABLE.fullmatch(folded) is not None
