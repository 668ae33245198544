"""What might the person have meant?

Accent restoration, did-you-mean and completion, all from the index's own vocabulary: nothing is downloaded, and
nothing here excludes or ranks by itself.
"""

from __future__ import annotations
