"""From text to tokens with offsets into the original, and from tokens to views. Used alike by indexing, querying and
highlighting.
"""
