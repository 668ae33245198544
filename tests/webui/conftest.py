from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from webui import create_app

from .site import documents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session", autouse=True)
def _catalogues() -> None:
    """Compile the message catalogues, as the build does, where a checkout has none or old ones."""
    sources = list(ROOT.glob("webui/translations/*/LC_MESSAGES/*.po"))
    compiled = [source.with_suffix(".mo") for source in sources]
    if all(mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime for po, mo in zip(sources, compiled, strict=True)):
        return
    spec = spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.compile_catalogues()


@pytest.fixture(scope="session")
def app(_catalogues: None) -> Iterator[Flask]:
    built = create_app({"TIMTIN_INDEX": "memory:", "TESTING": True})
    access = built.extensions["timtin"].index
    with access.get().writer() as writer:
        for document in documents():
            writer.add(document)
        writer.commit()
    yield built
    access.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client(use_cookies=False)
