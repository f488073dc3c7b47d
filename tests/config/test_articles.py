"""config/articles/: what customers can do at once by themselves (R10.5)."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.model.plan import Article
from daemon.settings.articles import MAX_ARTICLES, MAX_OCTETS, read_articles
from daemon.settings.findings import Findings
from daemon.settings.kinds import LANGUAGES
from tests.config.folders import EXAMPLE, example_copy, loaded, refusal


def one_article(folder: Path, octets: bytes) -> tuple[tuple[Article, ...], Findings]:
    """Return what is read where the only article is an English one of these octets."""
    place = folder / "articles" / "en" / "10-x.md"
    place.parent.mkdir(parents=True)
    place.write_bytes(octets)
    findings = Findings()
    return read_articles(folder, findings), findings


def test_r10_5_the_example_names_all_that_customers_can_do_in_both_languages() -> None:
    """R10.5: password reset; creating and deleting users; updating user data; creating and deleting phones."""
    articles = loaded(EXAMPLE).plan.articles

    titles = {language: [a.title for a in articles if a.language == language] for language in LANGUAGES}
    assert titles["en"] == [
        "Password reset",
        "Creating and deleting users",
        "Updating user data",
        "Creating and deleting phones",
    ]
    assert len(titles["fr"]) == len(titles["en"])
    assert all(article.summary for article in articles)


@pytest.mark.parametrize(
    ("octets", "title", "summary"),
    [
        (b"# Title\n\nOne\nline.\n\nMore.\n", "Title", "One line."),
        (b"# Title\r\nAt once.\r\n", "Title", "At once."),
        (b"\xef\xbb\xbf# Title", "Title", ""),
        (b"# Title\n\n## Part\n\nNot this.\n", "Title", ""),
        ("# Où\u00a0?\n\nIci\u202f: là.\n".encode(), "Où\u00a0?", "Ici\u202f: là."),
    ],
)
def test_r10_5_the_first_line_is_the_title_the_first_paragraph_the_summary(
    octets: bytes, title: str, summary: str, tmp_path: Path
) -> None:
    """R10.5: a mail names the article by its title and shows its summary; the rest is not mailed."""
    assert one_article(tmp_path, octets)[0] == (Article("en", title, summary),)


def test_r10_5_an_article_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    """S4.6: files are bounded, and so is their number."""
    config = example_copy(tmp_path)
    (config / "articles" / "en" / "10-password-reset.md").write_bytes(b"# x\n" * MAX_OCTETS)
    for number in range(MAX_ARTICLES):
        (config / "articles" / "fr" / f"50-{number}.md").write_text("# x\n", encoding="utf-8")

    first, second = refusal(config)

    assert first.startswith("articles/en/10-password-reset.md:1:1: the file is too large")
    assert "at most 50 a language" in second


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("articles/em/10-password-reset.md", "articles/em:1:1: warning: not read: no language of the desk"),
        ("articles/readme.md", "articles/readme.md:1:1: warning: not read: articles stand in a folder"),
        ("articles/en/more.txt", "articles/en/more.txt:1:1: warning: not read: only names that end in `.md`"),
        ("articles/en/50-more.md", "articles/fr/50-more.md:1:1: warning: missing: there is one of this name"),
    ],
)
def test_r10_5_what_is_not_read_or_not_in_every_language_is_warned_of(name: str, words: str, tmp_path: Path) -> None:
    """R10.5: nobody writes an article that no customer sees without being told."""
    config = example_copy(tmp_path)
    (config / name).parent.mkdir(exist_ok=True)
    (config / name).write_text("# More\n\nText.\n", encoding="utf-8")

    assert [line for line in loaded(config).warnings if line.startswith(words)]


def test_r10_5_a_desk_without_articles_is_warned(tmp_path: Path) -> None:
    """R10.5: the acknowledgement should name something; without the folder it cannot, and the desk still runs."""
    findings = Findings()

    assert read_articles(tmp_path, findings) == ()
    assert [line.split(":")[0] for line in findings.warnings()] == ["articles"]


@given(octets=st.binary(max_size=80) | st.text(max_size=80).map(lambda text: f"# {text}".encode()))
@settings(max_examples=150, deadline=None)
def test_any_octets_are_an_article_or_a_fault(octets: bytes) -> None:
    """S4.6: a bad file never takes the daemon down: it is an article with a title, or a fault at a place."""
    with TemporaryDirectory() as folder:
        articles, findings = one_article(Path(folder), octets)

    assert findings.faults() or all(article.title for article in articles)
    assert all(fault.line >= 1 for fault in findings.faults())
