"""What the tests of the page share: reports made by the real program, and a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from mixed_texts import write_mixed
from pages import SEEDS, Page, boilerstrip
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--window-size=1280,900")  # fmt: skip


@pytest.fixture(scope="session")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the seed."""
    report = tmp_path_factory.mktemp("seed") / "seed.html"
    done = boilerstrip("clean", *sorted(SEEDS.glob("*.txt")), "--report", report)
    assert done.returncode == 0, done.stderr
    return report


@pytest.fixture(scope="session")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of 300 texts in many scripts, with the texts in the folder `in` beside it."""
    folder = tmp_path_factory.mktemp("mixed")
    write_mixed(folder / "in")
    done = boilerstrip("clean", "in", "-o", "out", "--report", "mixed.html", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder / "mixed.html"


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    assert chromium and driver, "these tests need Debian's chromium and chromium-driver"
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    downloads = tmp_path_factory.mktemp("downloads")
    options.add_experimental_option("prefs", {"download.default_directory": str(downloads)})
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    running = webdriver.Chrome(options=options, service=Service(driver))
    running.downloads = downloads  # type: ignore[attr-defined]
    yield running
    running.quit()


@pytest.fixture
def page(browser: webdriver.Chrome) -> Iterator[Page]:
    """A page; at the end nothing may have been said on the console, and nothing asked for but files."""
    page = Page(browser)
    page.requests(), page.console()
    yield page
    asked = [url for url in page.requests() if not url.startswith(("data:", "blob:file:", "about:"))]
    assert all(url.startswith("file:///") and ".html" in url for url in asked), asked
    assert page.console() == []
