"""The cleaner that travels: what its pickle holds, and where it is refused."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from boilerstrip import SettingsError, load_rules
from boilerstrip.integrations import portable
from boilerstrip.integrations.portable import PortableCleaner
from boilerstrip.packs import parse_pack
from integrations.shared import PACK, POISON, SLOW

ZAPPED = "The council met on Monday to vote on the bridge, and the vote was put off.\nZap this line.\n"
KEPT = "The council met on Monday to vote on the bridge, and the vote was put off.\n"


@pytest.fixture(autouse=True)
def nothing_restored() -> None:
    portable._restored.cache_clear()


def test_default_rules_do_not_travel_and_own_rules_do() -> None:
    assert len(pickle.dumps(PortableCleaner())) < 1000
    own = pickle.dumps(PortableCleaner(rules=parse_pack(PACK.read_text())))
    assert pickle.loads(own).cleaner.clean(ZAPPED).text == KEPT


def test_a_worker_without_the_pack_file_cleans_with_its_rules(tmp_path: Path) -> None:
    pack = tmp_path / "own.toml"
    pack.write_text(PACK.read_text())
    cleaner = PortableCleaner(rules=load_rules([pack]), select=("own-zap",))
    pack.unlink()
    worker = "import pickle, sys; sys.stdout.write(pickle.load(sys.stdin.buffer).clean(sys.argv[1]).text)"
    ran = subprocess.run([sys.executable, "-c", worker, ZAPPED], input=pickle.dumps(cleaner), capture_output=True)
    assert (ran.stdout.decode(), ran.stderr.decode()) == (KEPT, "")


def test_a_process_makes_it_once() -> None:
    data = pickle.dumps(PortableCleaner(select=("newsletter",)))
    first, second = pickle.loads(data), pickle.loads(data)
    assert first is second is copy.deepcopy(second)


def test_another_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = pickle.dumps(PortableCleaner(select=("newsletter",)))
    monkeypatch.setattr(portable, "__version__", "9.9.9")
    with pytest.raises(SettingsError, match=r"made with boilerstrip .*, and this worker has 9\.9\.9"):
        pickle.loads(data)


def test_other_shipped_rules_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = pickle.dumps(PortableCleaner(select=("newsletter",)))
    monkeypatch.setattr("boilerstrip.cleaner.load_rules", lambda: parse_pack(PACK.read_text()))
    with pytest.raises(SettingsError, match=r"the rules of this worker .* are not the driver's"):
        pickle.loads(data)


def test_the_fingerprint_tells_rules_and_settings_apart() -> None:
    def fingerprint(**settings: object) -> str:
        return PortableCleaner(rules=parse_pack(PACK.read_text()), **settings).fingerprint

    assert fingerprint() == fingerprint()
    assert (
        len({fingerprint(), fingerprint(budget=0.5), fingerprint(ignore=("own-zap",)), fingerprint(lang=("zz",))}) == 4
    )


def test_what_is_no_string_says_nothing_of_the_publisher() -> None:
    cleaner = PortableCleaner(rules=parse_pack(PACK.read_text()))
    result = cleaner.clean(ZAPPED, url=7, publisher=float("nan"), lang=None)
    assert not isinstance(result, str)
    assert result.text == KEPT


def test_a_record_that_cannot_be_cleaned_says_so() -> None:
    said = PortableCleaner(rules=parse_pack(SLOW.read_text())).clean(POISON)
    assert isinstance(said, str)
    assert said.startswith("error: rule 'slow-one' took longer than")
