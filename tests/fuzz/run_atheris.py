"""Fuzz the readers guided by coverage: `python tests/fuzz/run_atheris.py TARGET SECONDS [FOLDER]`.

What it finds is written to FOLDER (`crash-...`); copy it into tests/fuzz/corpus/TARGET, where it is a test.
"""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> None:
    name, seconds, *more = sys.argv[1:]
    try:
        import atheris
    except ImportError:
        print("atheris is not installed: pip install atheris (Linux, CPython). Nothing was fuzzed.")
        return
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    with atheris.instrument_imports(include=["readiness", "yaml", "csv", "json"]):
        from tests.fuzz.targets import TARGETS
    corpus = Path(__file__).parent / "corpus" / name
    found = Path(more[0] if more else "fuzz-found")
    found.mkdir(parents=True, exist_ok=True)
    limits = [f"-max_total_time={seconds}", "-timeout=20", "-rss_limit_mb=4000", "-max_len=4096"]
    atheris.Setup(["fuzz", *limits, f"-artifact_prefix={found}/", str(found), str(corpus)], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
