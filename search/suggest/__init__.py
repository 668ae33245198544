"""What might the person have meant?

Accent restoration, did-you-mean, completion and what else is offered while one types, all from the index itself:
nothing is downloaded, and nothing here excludes or ranks by itself.
"""
