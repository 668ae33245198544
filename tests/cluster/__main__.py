"""Fetch the distribution, so that the first test need not wait for it: python -m tests.cluster."""

from __future__ import annotations

import sys

from .distribution import NotAvailable, check, fetch

try:
    check()
    fetch()
except NotAvailable as error:
    sys.exit(str(error))
