"""Which syllables are written with i and with y alike?

``kỹ thuật`` and ``kĩ thuật``, ``lý`` and ``lí``, ``Mỹ`` and ``Mĩ``, ``quý`` and ``quí``: after h, k, l, m, s, t and qu
an open i may be a y. Elsewhere the two tell words apart (``hai`` and ``hay``, ``thuy`` and ``thui``): replacing every
y would bring 137 pairs of syllables together.
"""

from __future__ import annotations

from ..analysis.tokens import Token

_WITH_Y = {f"{onset}y": f"{onset}i" for onset in ("h", "k", "l", "m", "s", "t", "qu")}
_OTHER = _WITH_Y | {with_i: with_y for with_y, with_i in _WITH_Y.items()}


def other_spelling(token: Token) -> tuple[str, str] | None:
    """Return the folded and the exact key of the other spelling of ``token``, or None where there is but one."""
    other = _OTHER.get(token.folded)
    if other is None:
        return None
    old, new = token.folded[-1], other[-1]
    return other, token.exact.replace(old, new)
