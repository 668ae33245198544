"""HTML values of content systems, reduced to paragraphs, crossheads and captions; markup itself is never text.

selectolax (lexbor) parses as browsers do. Attributes are not text: alternative texts repeat the caption or name the
file.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from .layout import Kind, Piece
from .text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

# Tag → the kind of the paragraphs inside it; these and PLAIN_BLOCKS begin and end a paragraph.
BLOCKS: dict[str, Kind] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), Kind.CROSSHEAD),
    **dict.fromkeys(("figcaption", "caption"), Kind.CAPTION),
    **dict.fromkeys(("li", "blockquote", "td", "th", "dt", "dd", "pre", "address"), Kind.TEXT),
}
PLAIN_BLOCKS = frozenset(
    "html body p div section article main table thead tbody tfoot tr ul ol dl figure center hr br header footer aside"
    " nav details summary fieldset".split()
)
DROPPED = frozenset(
    "head script style noscript template iframe object embed svg math canvas audio video form button select input"
    " textarea map".split()
)
PAGE_FURNITURE = frozenset(("nav", "header", "footer", "aside", "menu", "dialog"))

_INLINE = (
    "a abbr b big cite code del em font i img ins label mark q s small span strike strong sub sup time tt u wbr o:p"
)
_TAGS = sorted({*BLOCKS, *PLAIN_BLOCKS, *DROPPED, *_INLINE.split(), "link", "meta", "title", "iframe"}, key=len)
# Attributes count only with a value: "a <b and c> d" is a comparison.
_ATTRIBUTE = r"\s+[a-zA-Z_:@][a-zA-Z0-9_:.-]*\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'<>=]+)"
_MARKUP = re.compile(
    rf"<(?=[a-z/!])(?:!doctype\b|!--|/?(?:{'|'.join(reversed(_TAGS))})(?:{_ATTRIBUTE})*\s*/?>)", re.IGNORECASE
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
_CAPTION_CLASS = re.compile(
    r"caption|chu-?_?thich|(?:img|image|photo|pic)[-_]?(?:note|desc|cap)|^image$", re.IGNORECASE
)
_AUTHOR_CLASS = re.compile(r"^(?:p?author|tac-?_?gia|byline|article__author)", re.IGNORECASE)
_PAGE = re.compile(
    r"\ufeff?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html[\s>])", re.IGNORECASE | re.DOTALL
)
_MAX_DECODINGS = 3


def is_markup(text: str) -> bool:
    """Whether `text` holds HTML, also when all of it was escaped once more (``&lt;p&gt;``). A plain "<" is not HTML."""
    if "<" in text and _MARKUP.search(text):
        return True
    return "&lt;" in text and _MARKUP.search(html.unescape(text)) is not None


def is_page(text: str) -> bool:
    """Whether `text` is a whole HTML page rather than a text that holds HTML."""
    return _PAGE.match(text) is not None


def decode_entities(text: str) -> str:
    """Decode HTML entities, also doubly encoded ones (``&amp;agrave;``). An ampersand that begins none stays."""
    for _ in range(_MAX_DECODINGS):
        if "&" not in text or not _ENTITY.search(text):
            break
        text = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
    return text


def pieces_of_markup(text: str) -> list[Piece]:
    """Reduce HTML to pieces: headings are crossheads, figure captions captions, other blocks paragraphs."""
    if not _MARKUP.search(text):
        text = html.unescape(text)
    root = LexborHTMLParser(text).root
    return list(_Walk(DROPPED).pieces(root)) if root else []


def page_values(text: str) -> dict[str, list[object]]:
    """Take the title (h1, else title), the date and the text (article or main, else all) of a whole HTML page."""
    tree = LexborHTMLParser(text)
    heading = tree.css_first("h1")
    title = heading or tree.css_first("title")
    date = tree.css_first('meta[property="article:published_time"]')
    story = tree.css_first("article") or tree.css_first("main") or tree.body
    values: dict[str, list[object]] = {}
    if title is not None and clean(title.text()):
        values["title"] = [clean(decode_entities(title.text()))]
    if date is not None and date.attributes.get("content"):
        values["published"] = [date.attributes["content"]]
    if heading is not None:
        heading.decompose()
    if story is not None:
        values["body"] = [list(_Walk(DROPPED | PAGE_FURNITURE).pieces(story))]
    return values


class _Walk:
    """One pass over a tree, without recursion: exports nest elements by the thousand."""

    def __init__(self, dropped: frozenset[str]) -> None:
        self._dropped = dropped
        self._text: list[str] = []
        self._kinds: list[Kind] = [Kind.UNKNOWN]

    def pieces(self, root: LexborNode) -> Iterator[Piece]:
        node = root
        while True:
            yield from self._enter(node)
            child = node.child if (node.tag or "") not in self._dropped else None
            if child is not None:
                node = child
                continue
            yield from self._leave(node)
            while node.next is None:
                parent = node.parent
                if parent is None or node.mem_id == root.mem_id or parent.mem_id == root.mem_id:
                    yield from self._flush()
                    return
                node = parent
                yield from self._leave(node)
            if node.mem_id == root.mem_id:
                yield from self._flush()
                return
            node = node.next

    def _enter(self, node: LexborNode) -> Iterator[Piece]:
        tag = node.tag or ""
        if node.is_text_node:
            self._text.append(node.text_content or "")
        elif tag in BLOCKS or tag in PLAIN_BLOCKS:
            yield from self._flush()
            self._kinds.append(_kind(node, tag, self._kinds[-1]))

    def _leave(self, node: LexborNode) -> Iterator[Piece]:
        if (node.tag or "") in BLOCKS or (node.tag or "") in PLAIN_BLOCKS:
            yield from self._flush()
            self._kinds.pop()

    def _flush(self) -> Iterator[Piece]:
        text = clean(decode_entities("".join(self._text)))
        self._text.clear()
        if text:
            yield Piece(text, self._kinds[-1])


def _kind(node: LexborNode, tag: str, outer: Kind) -> Kind:
    """The kind of a block: its tag's, else its class's, else that of the block around it."""
    if tag in BLOCKS:
        return BLOCKS[tag]
    classes = (node.attributes.get("class") or "").split()
    if any(_CAPTION_CLASS.search(name) for name in classes):
        return Kind.CAPTION
    if any(_AUTHOR_CLASS.search(name) for name in classes):
        return Kind.AUTHOR
    return outer
