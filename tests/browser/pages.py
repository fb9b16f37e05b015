"""The program as a process, and a page in a browser as the tests ask for it; no tests."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.common.by import By

SEEDS = Path(__file__).parents[2] / "seeds"


def boilerstrip(*args: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the program."""
    command = [sys.executable, "-m", "boilerstrip", *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=300)


class Page:
    """A page in the browser."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver

    def open(self, path: Path, anchor: str = "") -> None:
        self.driver.get("about:blank")
        self.driver.get(path.as_uri() + anchor)

    def js(self, script: str, *args: Any) -> Any:
        return self.driver.execute_script(f"return {script}", *args)

    def click(self, selector: str) -> None:
        self.js("document.querySelector(arguments[0]).click()", selector)

    def keys(self, text: str) -> None:
        self.driver.find_element(By.CSS_SELECTOR, "body").send_keys(text)

    def text(self, selector: str) -> str:
        return str(self.js("document.querySelector(arguments[0]).textContent", selector))

    def choose(self, name: str, value: str) -> None:
        """Set a filter."""
        self.js("(() => { const field = document.querySelector('.filters').elements[arguments[0]]; "
                "field.value = arguments[1]; field.dispatchEvent(new Event('input', {bubbles: true})); })"
                ".apply(null, arguments)", name, value)  # fmt: skip

    def documents(self) -> list[str]:
        """The names of the documents that are shown now."""
        return list(self.js("[...document.querySelectorAll('article:not([hidden]) h3')].map(e => e.textContent)"))

    def requests(self) -> list[str]:
        """The addresses that pages have asked for since this was last called."""
        rows = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        return [row["params"]["request"]["url"] for row in rows if row["method"] == "Network.requestWillBeSent"]

    def console(self) -> list[str]:
        return [entry["message"] for entry in self.driver.get_log("browser")]
