"""How much does what count?

A score is the sum, over the terms of the query and the fields of the index, of weight · BM25 or weight · idf. BM25
is Lucene's::

    idf(n) = ln(1 + (N - n + 0.5) / (n + 0.5))            N documents, n of them hold the term
    bm25   = idf · tf / (tf + K1 · (1 - b + b · len / avg))

without the constant factor (K1 + 1), with statistics over live documents (Robertson and Zaragoza, "The Probabilistic
Relevance Framework", 2009; Lucene's BM25Similarity). ``len`` is the number of a field's tokens in the document,
``avg`` its mean over live documents.
"""

from __future__ import annotations

import math
from typing import NamedTuple

K1 = 1.2

SCORE_DIGITS = 6
"""Decimal places of a score that are told: further ones depend on the order in which an engine adds."""

RELAX_ABOVE = 4
"""Up to so many words a query's words must all match; a longer one is a remembered title, of which most must match."""

RELAXED_SHARE = 0.4
"""The share of a long query's idf that a document must hold. Measured on 500 known titles (nDCG@10, accented): .857
without a bound and at .3, .854 at .4 and .45, .852 at .5, .838 at .55, .833 at .6; demanding every word finds .53,
since the article lacks a word of its title in 221 of 500 cases.
"""

PHRASE_BONUS = 4.5
"""Added where the whole query stands as one phrase, and once more where it stands so with its accents. Measured on
600 names of people: nDCG@10 .855 to .999 (as written) and .784 to .997 (without accents), while other queries move
by no more than .005.
"""


RECENCY = 0.2
"""The most that a recent date adds to a score: enough to put the newer of two equally good articles first, too
little to lift a worse one far. Not measured: the articles of the development set have made-up dates, so it is left
out where they are judged (``dated=False``).
"""

RECENCY_HALF_LIFE = 2 * 365.25 * 86400.0
"""Seconds after which a date adds half as much; counted back from the newest article of the index."""

RESOLVED_DATE = 0.3
"""What a day without a year (ngày 27/11) is worth for a query with one, where the article's own date says which year is
meant; as a share of what a written date is worth."""

EXPANSION = 0.5
"""What an equivalent form (HĐND for hội đồng nhân dân) is worth, as a share of what the typed one is. Measured on
titles and windows in which one form was put for the other: nDCG@10 .741 to .801 and .069 to .269 (.7 gives .802 and
.283), while as they were written they stay (title .887, window .429 to .440; with .7 .434, topics lose more).
"""

OTHER_SPELLING = 0.1
"""The same for a syllable written with i for y, or y for i. Measured likewise: windows .177 to .261 (with .3 .269),
topics as they were written .540 to .536 (with .3 .524).
"""


class Weight(NamedTuple):
    """What a query's terms of one field are worth. ``accented``: only what was typed with accents is looked up
    there.
    """

    field: str
    weight: float
    frequency: bool = True
    b: float = 0.75
    accented: bool = False


WEIGHTS = (
    # Syllables of the whole article, then how many of them are there at all.
    Weight("text", 1.0),
    Weight("text", 0.227, frequency=False),
    Weight("lead", 0.3, b=0.5),
    # Neighbouring syllables and compounds: on known titles S alone reaches .718, with .5 and .3 of these .818.
    Weight("pair", 0.4),
    Weight("lead_pair", 0.1, b=0.5),
    Weight("compound", 0.3),
    Weight("lead_compound", 0.1, b=0.5),
    # The accents as typed: 1.5 beats 1.0 (titles +.007, windows +.004), 2.0 and more than .7 for pairs do not.
    Weight("exact", 1.5, accented=True),
    Weight("exact", 0.318, frequency=False, accented=True),
    Weight("exact_pair", 0.7, accented=True),
    # Dates, document numbers, measures: .997 for document numbers and dates, where words alone (Tantivy) reach .70 and
    # .09; a weight of 3.0 costs titles .003, since years and measures stand in many.
    Weight("key", 1.0, b=0.0),
    # On the articles with their titles, where topic queries are words of titles: without a title weight .602, at .3
    # .830, at .6 .918, while queries that differ by accents alone go .955, .946, .938; a set of mirrored titles
    # found .8 too much (-.03). Captions (.2: topics -.017) and authors (.3) are worth no weight of their own beside
    # the whole text.
    Weight("title", 0.45, b=0.5),
    Weight("title_pair", 0.15, b=0.5),
    Weight("title_compound", 0.15, b=0.5),
)
"""What each weight does: the change of nDCG@10, in thousandths, when it is left out. Half of the development queries,
accented / unaccented where there are both; the best 120 documents of each query put into order anew.

=================== ============ ============ ============ ========== ====
left out            title        window       topic        confusable name
=================== ============ ============ ============ ========== ====
(nothing: nDCG@10)  .855 / .843  .497 / .458  .459 / .443  .976       .998
text                 -3 /  -9     -7 / -16     +1 /   0       0         +1
text, presence       +1 /  +1      0 /  -8      0 /   0       0          0
lead                 -1 /  -6     -7 / -21     -8 /  +2       0          0
pair                 -1 / -40     -6 / -28     -1 / -11       0         +1
lead_pair            +1 /  -3     -3 /  -3     -5 /   0       0          0
compound             -1 /  -4     +1 /  +6     -5 / -11       0         +1
lead_compound        -2 /  -3     +1 /  +4     -4 /  -2       0          0
exact               -18 /   0    -21 /   0     +3 /   0       0         +1
exact, presence      -3 /   0     -2 /   0      0 /   0       0         -1
exact_pair           -5 /   0     -5 /   0     -7 /   0      -3         +1
the phrase bonus      0 /  +2     +2 /  -2      0 /   0     -53       -189
=================== ============ ============ ============ ========== ====

Tried on top and left out: the share of a query that stands within one window of text (windows of 1.5, 3 and 6 times the
query's length, weights .05 to .4: titles -.005 to .000, windows -.002 to +.006); the number of documents that hold a
pair or compound without its frequency; other lengths of normalisation (b .3 to .9) and saturation (k1 .8 to 2).
"""


def idf(documents: int, holding: int) -> float:
    """Return the inverse document frequency of what ``holding`` of ``documents`` documents hold."""
    return math.log(1.0 + (documents - holding + 0.5) / (holding + 0.5))


def recency(instant: int | None, newest: int | None) -> float:
    """Return the share of a recency bonus that a document of ``instant`` gets, where the newest is of ``newest``
    (both in seconds): 1 for the newest, half as much for each half-life of age, 0 without a date.
    """
    return 0.0 if instant is None or newest is None else math.exp2((instant - newest) / RECENCY_HALF_LIFE)


def score_rank(score: float) -> int:
    """Return the sort key of a score: smaller is better, equal where scores agree to 1e-6."""
    return -round(score * 1e6)
