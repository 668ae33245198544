"""Which forms mean the same (acronyms, i for y), and where in a query do they stand? Used at query time only."""
