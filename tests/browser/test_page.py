"""The HTML report in a real browser: it shows, filters, steps, and what a reader marks as wrong is kept next time."""

from __future__ import annotations

import re
import shutil
import time
import tomllib
from pathlib import Path

from mixed_texts import HOSTILE
from pages import Page, boilerstrip


def test_the_seed(page: Page, seed: Path) -> None:
    page.open(seed)
    assert page.text(".numbers dd") == "36.6 %"
    struck = page.js("[...document.querySelectorAll('del')].map(e => e.textContent)")
    assert struck[0].endswith("A Message from The Moscow Times:")
    assert struck[-1].endswith("Remind me later.")
    assert page.js("document.querySelector('del').title").startswith(
        "themoscowtimes-appeal-undesirable (appeal, certain)"
    )
    assert "Reuters quoted the official as saying." in page.text(".text")


def test_three_hundred_documents(page: Page, mixed: Path) -> None:
    page.open(mixed)
    assert page.js("document.querySelectorAll('article').length") > 280
    assert re.fullmatch(r"(\d+) of \1 documents, \d+ removals", page.text(".count"))
    page.choose("category", "newsletter")
    shown = page.documents()
    assert 0 < len(shown) < 280
    tags = page.js("[...document.querySelectorAll('article:not([hidden]) .tag:not(.off)')].map(e => e.textContent)")
    assert set(tags) == {"newsletter"}
    page.choose("category", "")
    rule = page.js("document.querySelector('[data-filter=rule]').dataset.value")
    page.click("[data-filter=rule]")
    assert page.js("document.querySelector('.filters').elements.rule.value") == rule
    struck = page.js("document.querySelectorAll('article:not([hidden]) del[id]:not(.off)').length")
    assert page.text(".count").endswith(f" documents, {struck} removals")
    page.click(".filters [type=reset]")
    time.sleep(0.1)
    page.choose("confidence", "likely")
    assert 0 < len(page.documents()) < len(shown) + 280
    page.click(".filters [type=reset]")
    time.sleep(0.1)
    page.choose("search", "函館")
    assert page.documents() and all("ja-" in name for name in page.documents())


def test_steps_by_keyboard(page: Page, mixed: Path) -> None:
    page.open(mixed)
    ids = page.js("[...document.querySelectorAll('del[id]')].map(e => e.id)")
    page.keys("j")
    assert page.js("document.activeElement.id") == ids[0]
    page.keys("jj")
    assert page.js("document.activeElement.id") == ids[2]
    page.keys("k")
    assert page.js("document.activeElement.id") == ids[1]
    assert page.text("#panel h2") == page.js("document.querySelector('del.chosen').title.split(' ')[0]")
    assert page.js("document.querySelectorAll('#panel .reasons li').length") >= 1
    assert page.js("location.hash") == f"#{ids[1]}"
    page.driver.switch_to.active_element.send_keys("\ue00c")  # escape
    assert page.js("document.querySelector('#panel').hidden")
    page.keys("/")
    assert page.js("document.activeElement.name") == "search"


def test_a_permalink_opens_its_removal(page: Page, mixed: Path) -> None:
    page.open(mixed)
    wanted = page.js("[...document.querySelectorAll('del[id]')].at(-1).id")
    page.open(mixed, f"#{wanted}")
    assert page.js("document.querySelector('del.chosen').id") == wanted
    assert not page.js("document.querySelector('#panel').hidden")


def marked_wrong(page: Page, name: str) -> str:
    """Mark the last removal of the document of that name as wrong; return the entries that the page then offers."""
    wanted = page.js("[...[...document.querySelectorAll('article')].find(e => e.querySelector('h3').textContent === "
                     "arguments[0]).querySelectorAll('del[id]')].at(-1).id", name)  # fmt: skip
    page.js("document.getElementById(arguments[0]).click()", wanted)
    page.keys("w")
    assert page.text("#panel .wrong") == "Marked as wrong"
    assert page.text(".marked").startswith("1 marked")
    return str(page.js("document.querySelector('.export textarea').value"))


def test_a_removal_marked_as_wrong_is_kept_next_time(page: Page, mixed: Path, tmp_path: Path) -> None:
    """For each of several scripts, and the hostile text; the file is the one that the browser saves."""
    downloads = page.driver.downloads
    for name in ("hostile <b>&.txt", *sorted_names(mixed, ("-ja-", "-ar-", "-de-brief", "-en-poem"))):
        page.open(mixed)
        entries = marked_wrong(page, name)
        page.click(".download")
        saved = wait_for(downloads / "keep.toml")
        pack = tmp_path / "keep.toml"
        shutil.move(saved, pack)
        assert pack.read_text("utf-8") == entries
        kept = [entry["text"] for entry in tomllib.loads(entries)["keep"]]
        tested = boilerstrip("rules", "test", pack)
        assert tested.returncode == 0, tested.stderr
        source = mixed.parent / "in" / name
        before, after = boilerstrip("clean", source).stdout, boilerstrip("clean", source, "--rules", pack).stdout
        assert kept and all(text not in before and text in after for text in kept)
        page.keys("w")
        assert page.js("document.querySelector('.export').hidden")


def sorted_names(mixed: Path, parts: tuple[str, ...]) -> list[str]:
    """For each part, the first text whose name holds it and that changed."""
    folder = mixed.parent
    names = sorted(path.name for path in (folder / "in").iterdir())
    return [
        next(n for n in names if part in n and (folder / "out" / n).read_bytes() != (folder / "in" / n).read_bytes())
        for part in parts
    ]


def wait_for(path: Path) -> Path:
    for _ in range(100):
        if path.exists() and path.stat().st_size:  # a browser makes the file first, and fills it then
            return path
        time.sleep(0.1)
    raise AssertionError(f"{path.name} was not saved")


def test_marks_outlast_the_page(page: Page, seed: Path) -> None:
    page.open(seed)
    page.keys("jw")
    page.open(seed)
    assert page.text(".marked").startswith("1 marked")
    page.keys("jw")
    assert page.js("document.querySelector('.export').hidden")


def test_hostile_text_is_text(page: Page, mixed: Path) -> None:
    page.open(mixed)
    article = (
        "[...document.querySelectorAll('article')].find(e => e.querySelector('h3').textContent.startsWith('hostile'))"
    )
    text = page.js(f"{article}.querySelector('.text').textContent")
    assert "<script>document.title = 'taken'</script></style><img src=x onerror=\"document.title='taken'\">" in text
    assert "\\x1b[31mcolours\\x1b[0m, \\u202ebackwards\\u202c and a \\x07 bell" in text
    assert "</del></script><script>alert(1)</script> bridge</b>" in text
    assert page.js(f"{article}.querySelectorAll('script, img, b, style').length") == 0
    assert page.js("document.title") == "boilerstrip: what went"
    assert "\u202e" not in mixed.read_text("utf-8")
    assert "\x1b" not in mixed.read_text("utf-8")


def test_hostile_text_is_safe_in_the_terminal(mixed: Path) -> None:
    source = mixed.parent / "in" / "hostile <b>&.txt"
    assert "\x1b" in HOSTILE
    for command in ("check", "explain"):
        said = boilerstrip(command, source)
        assert said.stdout and "\x1b" not in said.stdout + said.stderr and "\u202e" not in said.stdout


def test_writing_direction_and_language(page: Page, mixed: Path) -> None:
    page.open(mixed)
    look = """[...document.querySelectorAll('article')]
        .filter(e => e.querySelector('h3').textContent.includes(arguments[0]))
        .map(e => [e.querySelector('.text').lang, getComputedStyle(e.querySelector('.row')).direction])"""
    assert ["ar", "rtl"] in page.js(look, "-ar-")
    assert ["ja", "ltr"] in page.js(look, "-ja-")


def test_it_can_be_read_without_its_script_and_by_assistive_tools(page: Page, mixed: Path) -> None:
    page.open(mixed)
    html = mixed.read_text("utf-8")
    assert html.index("<del") < html.index("<script")
    page.driver.execute_cdp_cmd("Accessibility.enable", {})
    nodes = page.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    roles = [(node.get("role", {}).get("value"), node.get("name", {}).get("value")) for node in nodes]
    names = {"main", "search", "heading", "deletion", "searchbox", "combobox", "status", "contentinfo"}
    assert names <= {role for role, _ in roles}
    assert all(name for role, name in roles if role in ("button", "combobox", "searchbox", "checkbox", "link"))


CONTRAST = """(() => {
  const light = (c) => { const [r, g, b] = c.match(/[\\d.]+/g).map((v) => { v /= 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const behind = (e) => { while (e) { const c = getComputedStyle(e).backgroundColor;
    if (!/, 0\\)$/.test(c)) return c; e = e.parentElement; } };
  const found = [];
  for (const selector of ['.row', 'del', '.tag', '.facts', '.said', '.chart button', '.legend', '.numbers dt', '.gap',
                          '.filters label', '.why', '#panel .where', '#panel .wrong', 'footer.page']) {
    const e = document.querySelector(selector); if (!e) continue;
    const [a, b] = [light(getComputedStyle(e).color), light(behind(e))].sort((x, y) => y - x);
    found.push([selector, (a + 0.05) / (b + 0.05)]);
  }
  return found;
})()"""


def test_contrast_in_light_and_dark(page: Page, mixed: Path) -> None:
    """At least 4.5 to 1, as WCAG asks of text."""
    for scheme in ("light", "dark"):
        page.driver.execute_cdp_cmd(
            "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        )
        page.open(mixed)
        page.keys("jw")
        measured = dict(page.js(CONTRAST))
        page.keys("w")
        assert len(measured) >= 12
        assert {name: ratio for name, ratio in measured.items() if ratio < 4.5} == {}


def test_a_phone_needs_no_scrolling_sideways(page: Page, mixed: Path) -> None:
    size = {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True}
    page.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        page.open(mixed)
        page.keys("j")
        assert page.js("document.documentElement.scrollWidth") <= 390
    finally:
        page.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_equal_runs_give_equal_reports(mixed: Path, tmp_path: Path) -> None:
    for name in ("1.html", "2.html"):
        done = boilerstrip("check", "in", "--report", tmp_path / name, cwd=mixed.parent)
        assert done.returncode == 1, done.stderr
    assert (tmp_path / "1.html").read_bytes() == (tmp_path / "2.html").read_bytes()
    assert (tmp_path / "1.html").read_bytes() == mixed.read_bytes()


def test_the_report_of_nothing(page: Page, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The council met on Monday and put off its vote on the bridge until the spring.\n")
    assert boilerstrip("clean", tmp_path / "a.txt", "--report", tmp_path / "x.html").returncode == 0
    page.open(tmp_path / "x.html")
    assert page.text(".sampled") == "Nothing went from any text."
