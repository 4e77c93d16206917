"""The page-checking browser itself: it must find fault where there is one."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import Headers

from tests.page_rules import faults_of, invalid, tree_of

HEADERS = Headers(
    {"Content-Security-Policy": "script-src 'self'", "X-Content-Type-Options": "nosniff"}
)
GOOD = """<!DOCTYPE html><html lang="id"><head><title>Judul</title></head><body><h1>Judul</h1>
<form method="post" action="/x"><input type="hidden" name="csrf_token" value="1">
<label for="a">A</label><input id="a" name="a"><button>Kirim</button></form>
<p id="b">b</p><a href="#b">b</a><img src="/x.png" alt=""></body></html>"""


def found(text: str, headers: Headers = HEADERS) -> str:
    return "\n".join([*faults_of(tree_of(text), headers, language="id"), *invalid(text)])


def test_a_page_that_keeps_the_rules_has_no_fault() -> None:
    assert found(GOOD) == ""


@pytest.mark.parametrize(
    ("good", "bad", "fault"),
    [
        ("<h1>Judul</h1>", "", "not one h1"),
        ("<h1>Judul</h1>", "<h1>Judul</h1><h1>Lagi</h1>", "not one h1"),
        ("<title>Judul</title>", "<title></title>", "no title"),
        ('lang="id"', 'lang="en"', "lang is 'en'"),
        ('<p id="b">', '<p id="a">', "stands 2 times"),
        ('href="#b"', 'href="#c"', "points nowhere"),
        ('<label for="a">', '<label for="c">', "has no label"),
        ("<label", "<b", "has no label"),
        (' action="/x"', "", "without action"),
        ('name="csrf_token"', 'name="token"', "csrf_token of post"),
        ('method="post"', 'method="get"', "csrf_token of get"),
        ("<button>", '<button name="kembali">', "does not go forward"),
        ("<button>Kirim</button>", "<button></button>", "a button without words"),
        ("<p id", '<p style="color:red" id', "inline style on p"),
        ("<p id", '<p onclick="x()" id', "inline onclick on p"),
        ("<h1>", "<script>x()</script><h1>", "inline script"),
        ("</head>", "<style>p{}</style></head>", "inline style"),
        ('href="#b"', 'href="javascript:x()"', "script in href"),
        (' alt=""', "", "picture without alt"),
        ("<p id", "<p><div></p><p id", "not valid HTML"),
        ("<!DOCTYPE html>", "", "not valid HTML"),
    ],
)
def test_each_fault_is_found(good: str, bad: str, fault: str) -> None:
    assert good in GOOD
    assert fault in found(GOOD.replace(good, bad, 1))


@pytest.mark.parametrize(
    "headers",
    [
        Headers({"X-Content-Type-Options": "nosniff"}),
        Headers({"Content-Security-Policy": "script-src 'self'"}),
        Headers(
            {
                "Content-Security-Policy": "script-src 'self'; style-src 'unsafe-inline'",
                "X-Content-Type-Options": "nosniff",
            }
        ),
    ],
)
def test_a_weak_header_is_found(headers: Headers) -> None:
    assert found(GOOD, headers)
