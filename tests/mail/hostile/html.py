# ruff: noqa: E501 -- a table, one row a line
"""HTML that is deep, broken, huge, hidden, or wants something."""

from daemon.model.mail import InboundMail
from tests.mail.hostile.message import LONG_TEXT, Hostile, one_part


def html(body: bytes) -> bytes:
    """Return a request in HTML."""
    return one_part(b"text/html; charset=utf-8", body, encoding=b"8bit")


def is_only(text: str) -> object:
    """Ask for a text that says this and nothing else."""
    return lambda mail: mail.text.split() == text.split()


def says_only_hello(mail: InboundMail) -> bool:
    """Ask for a text in which only "hello" is seen."""
    return mail.text.split() == ["hello"]


CASES: tuple[Hostile, ...] = (
    Hostile("100,000 open div", lambda n: html(b"hello" + b"<div>" * n), 50_000),
    Hostile("100,000 open div, text at the bottom", lambda n: html(b"<div>" * n + b"hello"), 40_000, text=""),
    Hostile("div closed", lambda n: html(b"<div>" * n + b"hello" + b"</div>" * n), 20_000, text=""),
    Hostile("closed div that were never open", lambda n: html(b"hello" + b"</div>" * n), 40_000),
    Hostile("blockquotes in blockquotes", lambda n: html(b"hello" + b"<blockquote>x" * n), 18_000),
    Hostile("tables in tables", lambda n: html(b"hello" + b"<table><tr><td>x" * n), 15_000),
    Hostile("tables of one row", lambda n: html(b"hello<table><tr>" + b"<td>x" * n), 40_000),
    Hostile("lists in lists", lambda n: html(b"hello" + b"<ul><li>x" * n), 20_000),
    Hostile("formatting that never closes", lambda n: html(b"hello" + b"<b><i><u><font>" * n), 15_000),
    Hostile("formatting closed in the wrong order", lambda n: html(b"hello" + b"<b><i><p></b></i>x" * n), 12_000),
    Hostile("paragraphs", lambda n: html(b"hello" + b"<p>" * n), 80_000),
    Hostile("line breaks", lambda n: html(b"hello" + b"<br>" * n), 60_000),
    Hostile("angles", lambda n: html(b"hello" + b"<" * n), 200_000),
    Hostile("angles that close", lambda n: html(b"hello" + b">" * n), 200_000),
    Hostile("an attribute of 200,000 letters", lambda n: html(b'hello<p title="' + b"x" * n + b'">y'), 200_000),
    Hostile("20,000 attributes", lambda n: html(b"hello<p " + b"".join(b"a%d=1 " % i for i in range(n)) + b">y"), 20_000),
    Hostile("the same attribute 40,000 times", lambda n: html(b"hello<p " + b"class=a " * n + b">y"), 30_000),
    Hostile("a class of 50,000 names", lambda n: html(b'hello<p class="' + b"abc " * n + b'">y'), 50_000),
    Hostile("a class of prefixes", lambda n: html(b'hello<p class="' + b"x_" * n + b'">y'), 90_000),
    Hostile("a quote of an attribute that never ends", lambda n: html(b'hello<a href="' + b"x<p>" * n), 50_000),
    Hostile("a comment that never ends", lambda n: html(b"hello<!--" + b"-" * n), 200_000),
    Hostile("comments", lambda n: html(b"hello" + b"<!-- x -->" * n), 20_000, holds=says_only_hello),
    Hostile("conditional comments", lambda n: html(b"hello" + b"<!--[if mso]><p>x</p><![endif]-->" * n), 7_000),
    Hostile("CDATA and declarations", lambda n: html(b"hello" + b"<![CDATA[x]]><!DOCTYPE x><?php x ?>" * n), 6_000),
    Hostile("a style that never ends", lambda n: html(b"hello<style>" + b"a{b:c}" * n), 40_000, holds=says_only_hello),
    Hostile("styles", lambda n: html(b"hello" + b"<style>a{b:c}</style>" * n), 10_000, holds=says_only_hello),
    Hostile("a style of 100,000 spaces", lambda n: html(b'hello<p style="display' + b" " * n + b':none">y'), 100_000),
    Hostile("styles that nearly hide", lambda n: html(b'hello<p style="' + b"display:" * n + b'">y'), 30_000),
    Hostile("styles on each word", lambda n: html(b"hello" + b'<span style="margin:0;display:block;visibility:visible">x</span>' * n), 3_500),
    Hostile("a script", lambda n: html(b"hello<script>" + b"alert(1);" * n + b"</script>"), 25_000, holds=says_only_hello),
    Hostile("a script that never ends", lambda n: html(b"hello<script>" + b"alert(1);" * n), 25_000, holds=says_only_hello),
    Hostile("scripts in scripts", lambda n: html(b"hello" + b"<script><script>" * n), 12_000, holds=says_only_hello),
    Hostile("text that is hidden", lambda n: html(b"hello" + b'<div style="display:none">secret</div>' * n), 6_000, holds=says_only_hello),
    Hostile("what would be fetched", lambda n: html(b'hello<link rel=stylesheet href="http://192.0.2.1/a"><img src="http://192.0.2.1/b"><iframe src="file:///etc/passwd"></iframe><object data=x></object>' * n), 1_500),
    Hostile("a picture's words of 200,000 letters", lambda n: html(b'hello<img alt="' + b"x" * n + b'">'), 200_000),
    Hostile("frames and forms", lambda n: html(b"hello" + b"<form><select><option>x<frameset>" * n), 7_000),
    Hostile("entities", lambda n: html(b"hello" + b"&amp;" * n), 50_000),
    Hostile("entities that never end", lambda n: html(b"hello" + b"&" * n), 200_000),
    Hostile("entities of no letter", lambda n: html(b"hello" + b"&#0;&#xd800;&#x110000;&#x202e;&#99999999999;" * n), 5_000),
    Hostile("an entity of 200,000 digits", lambda n: html(b"hello&#" + b"9" * n + b";"), 200_000),
    Hostile("entities declared", lambda n: html(b'<!DOCTYPE x [<!ENTITY a "' + b"a" * 100 + b'"><!ENTITY c SYSTEM "file:///etc/passwd">]>hello' + b"&a;&c;" * n), 30_000),
    Hostile("pre with empty lines", lambda n: html(b"hello<pre>" + b"\n" * n), 150_000),
    Hostile("pre in pre", lambda n: html(b"hello" + b"<pre>\nx\n" * n), 20_000),
    Hostile("quotes of every mailer", lambda n: html(b"hello" + b"<div class=gmail_quote>x</div><div id=appendonsend></div><div class=moz-cite-prefix>" * n), 2_500),
    Hostile("signatures of every mailer", lambda n: html(b"hello" + b"<div class=gmail_signature>x</div><div id=AppleMailSignature>" * n), 4_000),
    Hostile("NULs between letters", lambda n: html(b"hello" + b"<\0p\0>\0" * n), 40_000),
    Hostile("SVG and mathematics", lambda n: html(b"hello" + b"<svg><math><mi><g>x" * n), 12_000),
    Hostile("500 kB of HTML", lambda n: html(b"hello" + b"<p>word " * n), 65_000, (LONG_TEXT,)),
    Hostile("a charset changed inside", lambda n: html(b"<meta charset=utf-16><meta http-equiv=Content-Type content='text/html; charset=utf-7'>hello" + b"+ADw-script+AD4-" * n), 10_000),
)  # fmt: skip
