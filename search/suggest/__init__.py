"""What might the person have meant?

Accent restoration, did-you-mean, completion and what else is offered while one types, all from the index itself:
nothing is downloaded, and nothing here excludes or ranks by itself.
"""

from __future__ import annotations

from .complete import Completer
from .correct import DidYouMean
from .keyboard import telex, vni
from .restore import Restored, Restorer, Syllable
from .spelling import spell
from .suggestions import Suggester

__all__ = ["Completer", "DidYouMean", "Restored", "Restorer", "Suggester", "Syllable", "spell", "telex", "vni"]
