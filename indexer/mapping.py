"""How does an article become a document? And when are two documents the same?"""

from __future__ import annotations

import base64
import hashlib
import json

from corpus import Article
from search import Document, Paragraph

MAPPING_VERSION = 1
"""Raised when the same article would become another document than before."""

_DIGEST_BYTES = 12


def document_of(article: Article) -> Document:
    """Return the document that stands for ``article``, in the form in which the index stores it."""
    return Document(
        id=article.id,
        title=article.title,
        lead=article.lead,
        body=tuple(Paragraph(block.text, block.crosshead) for block in article.body),
        captions=article.captions,
        authors=article.authors,
        category=article.category,
        places=article.places,
        published=article.published,
        source=article.source,
        url=article.url,
    ).normalized()


def digest_of(document: Document) -> str:
    """Return 16 characters that differ where two documents differ in anything that is stored."""
    published = document.published
    content = (
        document.id,
        document.title,
        document.lead,
        [(paragraph.text, paragraph.crosshead) for paragraph in document.body],
        document.captions,
        document.authors,
        document.category,
        document.places,
        published.isoformat() if published else None,
        document.source,
        document.url,
    )
    return short_hash(json.dumps(content, separators=(",", ":")).encode("ascii"))


def size_of(document: Document) -> int:
    """Return the bytes that the texts of ``document`` take as UTF-8."""
    return sum(len(text.encode("utf-8", "replace")) for _, _, text in document.blocks())


def short_hash(data: bytes) -> str:
    """Return the 96-bit BLAKE2b hash of ``data`` as 16 characters (URL-safe base64)."""
    return hash_text(hashlib.blake2b(data, digest_size=_DIGEST_BYTES))


def hash_text(state: hashlib.blake2b) -> str:
    """Return what ``state`` has hashed as characters."""
    return base64.urlsafe_b64encode(state.digest()).decode("ascii")


def new_hash() -> hashlib.blake2b:
    """Return the hash that :func:`short_hash` uses, empty."""
    return hashlib.blake2b(digest_size=_DIGEST_BYTES)
