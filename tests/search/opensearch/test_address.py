"""Are addresses read as they are meant, and are secrets never shown?"""

from __future__ import annotations

from pathlib import Path

import pytest

from search.engines.opensearch.address import Address, Credentials, is_address
from search.errors import ClusterRefused, InvalidAddress

SECRET = "v3ry-s3cret"  # noqa: S105  # nobody's


@pytest.mark.parametrize(
    ("text", "hosts", "tls", "name"),
    [
        ("opensearch://a:9201/news", (("a", 9201),), False, "news"),
        ("opensearch://a,b:9201,c/news", (("a", 9200), ("b", 9201), ("c", 9200)), False, "news"),
        ("opensearch+https://a.example/tin-tuc_2.1/", (("a.example", 9200),), True, "tin-tuc_2.1"),
        ("opensearch://[::1]:9201,127.0.0.1/news", (("::1", 9201), ("127.0.0.1", 9200)), False, "news"),
    ],
)
def test_addresses(text: str, hosts: tuple[tuple[str, int], ...], tls: bool, name: str) -> None:
    address = Address.parse(text)
    assert address == Address(hosts, tls, name)
    assert Address.parse(str(address)) == address


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("opensearch://a:9200", "name of an index"),
        ("opensearch://a:9200/", "name of an index"),
        ("opensearch:///news", "HOST"),
        ("opensearch://a,,b/news", "HOST"),
        ("opensearch://a:99999/news", "HOST"),
        ("opensearch://a:0/news", "HOST"),
        ("opensearch://a:x/news", "HOST"),
        ("opensearch://[::1/news", "cannot be read"),
        ("opensearch://a/News", "lower case"),
        ("opensearch://a/tin tức", "lower case"),
        ("opensearch://a/_news", "lower case"),
        ("opensearch://a/one/two", "lower case"),
        ("opensearch://a/" + "x" * 201, "200"),
        ("opensearch://a/news-000012", "generations"),
        ("opensearch://a/news.words", "generations"),
        ("opensearch://a/news.control", "generations"),
        (f"opensearch://a/news?password={SECRET}", "without ?"),
        (f"opensearch://a/news#{SECRET}", "without ?"),
        (f"opensearch://reader:{SECRET}@a/news", "TIMTIN_OPENSEARCH_PASSWORD"),
        (f"opensearch://a,reader:{SECRET}@b/news", "TIMTIN_OPENSEARCH_API_KEY"),
        ("https://a/news", "opensearch://"),
    ],
)
def test_what_is_no_address(text: str, said: str) -> None:
    with pytest.raises(InvalidAddress) as caught:
        Address.parse(text)
    assert said in str(caught.value)
    assert SECRET not in repr(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("opensearch://a/news", True),
        ("opensearch+https://a", True),
        ("opensearch:/a/news", True),
        ("var/index", False),
        ("/opensearch", False),
        ("opensearch", True),
        ("memory:", False),
        (Path("var"), False),
    ],
)
def test_what_is_meant_as_an_address(text: object, meant: bool) -> None:
    assert is_address(text) is meant


FILES = [
    f'user = "reader"\npassword = "{SECRET}"\nca = "/etc/ca.pem"\n',
    f"USER=reader\nPASSWORD={SECRET}\nCA=/etc/ca.pem\n",
    f"""# for timtin
export TIMTIN_OPENSEARCH_USER='reader'
TIMTIN_OPENSEARCH_PASSWORD="{SECRET}"
TIMTIN_OPENSEARCH_CA=/etc/ca.pem
""",
]


@pytest.mark.parametrize("text", FILES)
def test_credentials_from_a_file(tmp_path: Path, text: str) -> None:
    file = tmp_path / "credentials"
    file.write_text(text)
    assert Credentials.read({"TIMTIN_OPENSEARCH_CREDENTIALS": str(file)}) == Credentials(
        "reader", SECRET, None, "/etc/ca.pem"
    )


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "credentials"
    file.write_text(FILES[0])
    given = {"TIMTIN_OPENSEARCH_CREDENTIALS": str(file), "TIMTIN_OPENSEARCH_USER": "writer"}
    assert Credentials.read(given).user == "writer"


def test_no_credentials() -> None:
    assert Credentials.read({}) == Credentials()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"USER": "reader"}, "belong together"),
        ({"PASSWORD": SECRET}, "belong together"),
        ({"USER": "reader", "PASSWORD": SECRET, "API_KEY": SECRET}, "not both"),
        ({"API_KEY": SECRET + "ợ"}, "copy it anew"),
        ({"API_KEY": SECRET + "\n"}, "copy it anew"),
        ({"CREDENTIALS": "/nowhere/at/all"}, "No such file"),
        ({"CREDENTIALS": "/"}, "cannot be read"),
    ],
)
def test_credentials_that_do_not_fit(given: dict[str, str], said: str) -> None:
    with pytest.raises(ClusterRefused, match=said) as caught:
        Credentials.read({f"TIMTIN_OPENSEARCH_{name}": value for name, value in given.items()})
    assert SECRET not in repr(caught.value)


def test_credentials_are_not_shown() -> None:
    credentials = Credentials("reader", SECRET, SECRET, "ca")
    assert SECRET not in repr(credentials) + str(credentials) + f"{credentials}"
