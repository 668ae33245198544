"""What does somebody send who means no good, or has only half a program? The same requests for the same seed.

About half of what is drawn makes sense, so that it gets far: real words and values of the index, in all the operators
of the query language. The rest are strings that have broken other programs, numbers at the edge, bytes that are no
text.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote_from_bytes

from search import EXPORT_FORMATS, FACETS, SORTS
from webui import params
from webui.listparams import VALUES_PARAMETERS

STRINGS = (
    "",
    " ",
    "\0",
    "\r\nSet-Cookie: a=b",
    "\ufeff",
    "\u202e\u2066đảo ngược",
    "\u200b\u200d\u00ad",
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    "\ufffe\uffff\U0010ffff",
    "e" + "\u0301" * 60,
    "😀👨‍👩‍👧‍👦🇻🇳",
    "ﬀﬁﬂ ĳ ǆ ß İ ı K Å",
    "ؤ ק ไทย 中文 한국어 ꦱ",
    "a" * 1_200,
    "ế " * 600,
    "x y " * 2_000,
    "(" * 400,
    '"' * 401,
    "-" * 300,
    "* " * 200,
    "a* b* c* d* e*",
    "OR OR OR",
    "AND NOT",
    "((a OR b) -c",
    "-(",
    "tiêu đề:",
    "tiêu đề:tiêu đề:a",
    "từ:2021-02-30 đến:0000-00-00",
    "từ:9999-12-31",
    "đến:0001-01-01",
    "12/13/2021",
    "31-02-2021",
    "03-ĐA/TU 500m² 12/ 6/ 2021",
    "1e309",
    "-1",
    "0",
    "00000000000000000001",
    "²³",
    "١٢٣",
    "NaN",
    "Infinity",
    "0x7fffffff",
    "9" * 400,
    "9223372036854775808",
    "2021-02-31",
    "2021-6",
    "0000",
    "true",
    "None",
    "null",
    "[object Object]",
    "{{7*7}}${7*7}<%= 7*7 %>",
    "%s%n%x %(name)s {0.__class__}",
    "%00%0a%u0041%",
    "' OR 1=1 --",
    "'; DROP TABLE searches; --",
    "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "=cmd|' /C calc'!A0",
    "../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "/etc/passwd\0.svg",
    "file:///etc/passwd",
    "//evil.example/%2e%2e",
    "http://127.0.0.1:22/",
    "\\",
    "&&&=&=",
    "a=b&a=c",
    "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
    "(a+)+$",
    "_x0041_",
    "\x1b[31m\x07",
)
"""Texts that have broken programs."""

BYTES = (
    b"\xff\xfe",
    b"\xc0\xaf",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\x00",
    b"%",
    b"%f",
    b"%zz",
    b"+%2B",
    b";",
    b"#",
)
"""Bytes that are no UTF-8, or no address."""

OPERATORS = ("OR", "HOẶC", "AND", "-", "+", "(", ")", '"', "*", ":", "tiêu đề:", "tác giả:", "nguồn:", "từ:", "đến:")

ARGUMENTS = {
    "lang": ("vi", "en"),
    "theme": ("dark", "light", "auto"),
    "type": ("large", "normal"),
    "sort": SORTS,
    "format": tuple(EXPORT_FORMATS),
    "order": ("count", "name"),
    "exact": ("0", "1"),
    "explain": ("0", "1"),
    "page": ("1", "2", "7", "1000000"),
    "per_page": ("1", "10", "100"),
    "limit": ("1", "5", "50"),
    "from": ("2021", "2021-06", "12/6/2021"),
    "to": ("2023", "2021-06-30"),
    "at": ("1", "10", "999"),
}
"""What parameters may hold; those that are missing hold words and facet values."""

NAMES = tuple(
    dict.fromkeys((*params.SEARCH_PARAMETERS, *VALUES_PARAMETERS, *params.ARTICLE_PARAMETERS, *ARGUMENTS, "v", "x", ""))
)

COMMON = ("q", "page", "sort", *FACETS)
"""Parameters of most requests that have any."""

PLACES: Mapping[str, Sequence[str]] = {
    "facet": FACETS,
    "filename": ("icon.svg", "css/base.css", ""),
    "name": ("site.css", "site.js", "x"),
}
"""What routes may have in them."""

HEADERS: Mapping[str, Sequence[str]] = {
    "Accept": ("text/html", "application/json;q=0.1", "*/*;q=x", ";;;,,,"),
    "Accept-Encoding": ("gzip", "br", "zstd", "identity;q=0", "*;q=0", "gzip;q=1e9"),
    "Accept-Language": ("vi", "en-GB", "xx", "*", "vi;q=2", "a" * 500),
    "If-None-Match": ("*", 'W/"x"', '"', ","),
    "If-Modified-Since": ("Sat, 29 Oct 1994 19:43:31 GMT", "Thu, 99 Foo 99999"),
    "Range": ("bytes=0-", "bytes=9-1", "bytes=-"),
    "Cookie": ("lang=en", "lang=xx; theme=dark", "theme=", "=;=;="),
    "Host": ("tin.example", "evil.example:99999", "[::1", "a b", "-"),
    "Origin": ("null", "https://evil.example"),
    "Authorization": ("Bearer x", "Basic !!!"),
    "X-Request-ID": ("abc", "x" * 500),
    "X-Forwarded-For": ("::1", "x"),
    "X-Forwarded-Host": ("evil.example", "a/b", ":::"),
    "X-Forwarded-Proto": ("https", "gopher"),
    "X-Forwarded-Prefix": ("/tim", "//evil.example", "tim/"),
    "Content-Type": ("application/json", "multipart/form-data"),
    "User-Agent": ("", "() { :; }; echo"),
}

METHODS = ("GET",) * 60 + ("HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "FOO")


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent: a path and a query string as bytes, the path not escaped, and headers."""

    method: str
    path: bytes
    query: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def target(self) -> bytes:
        """The two as they stand in the first line of a request: of the path everything is escaped that has to be, of
        the query only what gunicorn would not let through.
        """
        query = b"".join(bytes((byte,)) if 0x20 < byte < 0x7F else b"%%%02X" % byte for byte in self.query)
        return quote_from_bytes(self.path, safe="/:").encode() + (b"?" + query if query else b"")


class Rude:
    """Draws requests for the routes ``rules`` (as Flask writes them), with ``words`` and facet ``values`` of the index
    and ``ids`` of articles in them.
    """

    def __init__(
        self, seed: int, rules: Sequence[str], words: Sequence[str], values: Sequence[str], ids: Sequence[str]
    ) -> None:
        self._draw = random.Random(seed)  # noqa: S311 - nothing is secret here
        self._rules, self._words, self._values, self._ids = rules, words, values, ids

    def request(self) -> Request:
        """Return the next one."""
        draw = self._draw
        names = draw.sample(list(HEADERS), draw.choice((0, 0, 1, 1, 2, 5)))
        headers = {name: self._header(name) for name in names}
        return Request(draw.choice(METHODS), self._path(), self._query(), headers)

    def _path(self) -> bytes:
        rule = self._draw.choice(self._rules)
        parts = []
        for at, part in enumerate(rule.split("<")):
            if at:
                argument, _, part = part.partition(">")  # noqa: PLW2901 - what follows the argument
                parts.append(self._argument(argument))
            parts.append(part.encode())
        path = b"".join(parts)
        if self._draw.random() < 0.05:
            path += self._draw.choice((b"/", b"//", *BYTES, *(text.encode() for text in STRINGS[:60])))
        return path

    def _argument(self, argument: str) -> bytes:
        draw = self._draw
        kind, _, name = argument.rpartition(":")
        if draw.random() < 0.1:
            return draw.choice((*BYTES, draw.choice(STRINGS).encode()))
        if kind.startswith("any("):
            return draw.choice(kind[4:-1].split(",")).encode()
        if name in PLACES:
            return draw.choice(PLACES[name]).encode()
        return draw.choice((*self._ids, *self._words[:3])).encode()

    def _query(self) -> bytes:
        draw = self._draw
        if draw.random() < 0.05:
            return draw.randbytes(draw.randrange(60))
        names = COMMON if draw.random() < 0.6 else NAMES
        fields = [self._field(names) for _ in range(draw.choice((0, 1, 1, 2, 2, 3, 5, 8)))]
        if draw.random() < 0.01:
            fields *= 100
        return b"&".join(fields)

    def _field(self, names: Sequence[str]) -> bytes:
        draw = self._draw
        name = "q" if draw.random() < 0.4 else draw.choice(names)
        value = self._value(name).encode("utf-8", "surrogatepass")
        how = draw.random()
        if how < 0.7:
            written = quote_from_bytes(value).encode()
        elif how < 0.85:
            written = value
        elif how < 0.93:
            written = quote_from_bytes(value).encode()[: draw.randrange(1, 30)]
        else:
            written = value + draw.choice(BYTES)
        return name.encode() + (b"=" if draw.random() < 0.97 else b"") + written

    def _value(self, name: str) -> str:
        draw = self._draw
        how = draw.random()
        if how < 0.3:
            return draw.choice(STRINGS)
        if how < 0.4:
            return self._noise()
        if name == "id":
            return draw.choice(self._ids)
        if name in ARGUMENTS:
            return draw.choice(ARGUMENTS[name])
        if name.removeprefix(params.EXCLUDE) in FACETS:
            return draw.choice(self._values)
        return self._typed()

    def _typed(self) -> str:
        """Return what somebody may type: words, whole or begun, between operators."""
        draw = self._draw
        parts = []
        for _ in range(draw.choice((1, 1, 2, 2, 3, 4, 6, 12, 70))):
            word = draw.choice(self._words)
            how = draw.random()
            if how < 0.15:
                word = word[: draw.randrange(1, len(word) + 1)] + "*"
            elif how < 0.3:
                word = draw.choice(OPERATORS) + word
            elif how < 0.4:
                word += " " + draw.choice(OPERATORS)
            elif how < 0.45:
                word = draw.choice(STRINGS)[:40]
            parts.append(word)
        return " ".join(parts)

    def _noise(self) -> str:
        draw = self._draw
        ranges = ((0, 0x7F), (0xA0, 0x24F), (0x300, 0x36F), (0x1E00, 0x1EFF), (0x2000, 0x206F), (0xFF00, 0x1FFFF))
        first, last = draw.choice(ranges)
        return "".join(chr(draw.randint(first, last)) for _ in range(draw.choice((1, 3, 10, 100))))

    def _header(self, name: str) -> str:
        draw = self._draw
        text = draw.choice(HEADERS[name]) if draw.random() < 0.7 else draw.choice(STRINGS) or self._noise()
        # What would end the line cannot be part of it, and a line has an end.
        return "".join(char for char in text.encode().decode("latin-1") if char not in "\r\n\0")[:4000]
