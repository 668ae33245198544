"""Vietnamese syllables, made of their parts."""

from __future__ import annotations

from hypothesis import strategies as st

from search.analysis.normalize import TONES
from search.suggest.spelling import spell

ONSETS = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x".split()
RHYMES = """a ai ao au ay âu ây am an ang anh ac ach ap at ăm ăn ăng ăc ăp ăt âm ân âng âc âp ât e eo em en eng ec et ê
    êu êm ên ênh êch êt i ia iêu iêm iên iêng iêc iêp iêt im in inh ich ip it o oa oai oay oe oeo oi oan oang oanh oac
    oat
    oăn oăng oăc oen on ong oc op ot ô ôi ôm ôn ông ôc ôp ôt ơ ơi ơm ơn ơp ơt u ua ui uê uy uya uyu uân uât uôi uôm uôn
    uông uôc uôt um un ung uc up ut uyên uyêt uynh uych uyt uơ ư ưa ưi ưu ưng ưc ưt ươi ươu ươm ươn ương ươc ươp
    ươt""".split()


def syllables() -> st.SearchStrategy[str]:
    """Properly spelled syllables in lower case; not all of them are words."""
    onset = st.sampled_from(["", *ONSETS])
    # After qu- and gi- the glide is part of the onset, so that rhymes with their own glide do not follow.
    follows = st.tuples(onset, st.sampled_from(RHYMES)).filter(
        lambda parts: parts[0] not in {"qu", "gi"} or parts[1][0] not in "iouyưôơ"
    )
    return st.builds(lambda parts, tone: spell("".join(parts) + tone), follows, st.sampled_from(["", *TONES]))
