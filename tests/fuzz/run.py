#!/usr/bin/python3
"""One bounded run of a libFuzzer target: the same number of inputs from the same seed every time.

What it finds interesting goes into a folder that is gone afterwards; an input that fails is kept beside the
program, and belongs into the corpus once it is understood.
"""

from __future__ import annotations

import argparse
import pathlib
import subprocess
import sys
import tempfile

SEED = 7


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("target", type=pathlib.Path)
    options.add_argument("corpora", type=pathlib.Path, nargs="+")
    options.add_argument("--runs", type=int, required=True)
    options.add_argument("--longest", type=int, required=True, help="octets of an input")
    options.add_argument("--dictionary", type=pathlib.Path)
    chosen = options.parse_args()
    words = [f"-runs={chosen.runs}", f"-seed={SEED}", f"-max_len={chosen.longest}", "-timeout=60",
             "-rss_limit_mb=2048", "-verbosity=0", f"-artifact_prefix={chosen.target}-"]
    if chosen.dictionary:
        words.append(f"-dict={chosen.dictionary}")
    with tempfile.TemporaryDirectory() as found:
        status = subprocess.run([chosen.target, *words, found, *chosen.corpora], check=False).returncode
    sys.exit(1 if status else 0)


if __name__ == "__main__":
    main()
