"""Mixed texts for the page: articles of many scripts with lines of rules around them; the same on each run."""

from __future__ import annotations

from pathlib import Path

from boilerstrip import load_rules

ARTICLES = Path(__file__).parents[1] / "keep/articles"
HOSTILE = (
    "The bridge was closed on Monday after engineers had found cracks in two of its pillars, and it stays closed.\n"
    "<script>document.title = 'taken'</script></style><img src=x onerror=\"document.title='taken'\"> said the clerk.\n"
    "A line with \x1b[31mcolours\x1b[0m, \u202ebackwards\u202c and a \x07 bell, as a reader had sent it to them.\n"
    "Sign up for our weekly newsletter.\n"
    "</textarea><script>alert(1)</script>{{ 7 * 7 }}\n"
    "Read more: <b onclick=alert(1)>The \u202eold\u202c </del></script><script>alert(1)</script> bridge</b>\n"
)


def write_mixed(folder: Path, count: int = 300) -> None:
    """Write `count` texts: the articles in turn, each with three examples of rules of its language around it."""
    folder.mkdir()
    (folder / "hostile <b>&.txt").write_text(HOSTILE, "utf-8")
    articles = sorted(ARTICLES.glob("*.txt"))
    examples: dict[str, list[str]] = {}
    for rule in load_rules():
        if rule.scope in ("line", "sentence") and rule.confidence != "possible" and not rule.publisher:
            examples.setdefault(rule.lang or "en", []).extend(rule.removes[:1])
    for number in range(1, count):
        article = articles[number % len(articles)]
        lines = examples.get(article.name[:2], examples["en"])
        around = [lines[(number * 7 + step) % len(lines)] for step in range(3)]
        text = f"{around[0]}\n{article.read_text('utf-8').strip()}\n{around[1]}\n{around[2]}\n"
        (folder / f"{number:03}-{article.name}").write_text(text, "utf-8")
