"""Under which address can the citation of an article be had as a file?"""

from __future__ import annotations

import unicodedata

from flask import Blueprint, Response, abort, request

from . import params
from .addresses import article_url, web_address, whole
from .citation import STYLES, Cited
from .filenames import as_download, filename
from .state import state

citing = Blueprint("citing", __name__)


@citing.get(f"/citation/<any({','.join(STYLES)}):style>")
def citation(style: str) -> Response:
    """Send the citation of the article ``id`` in a style."""
    wanted = next((value for name, value in params.decode(request.query_string) if name == "id"), "")
    if not wanted:
        abort(404)
    document = state().index.get().article(unicodedata.normalize("NFC", wanted))
    cited = Cited.of(document, web_address(document.url) or whole(article_url(document.id)))
    chosen = STYLES[style]
    response = Response(chosen.write(cited) + "\n", content_type=f"{chosen.media_type}; charset=utf-8")
    return as_download(response, filename((cited.title,), chosen.suffix))
