"""A cold import: CPU of a fresh process that does nothing else; the yardstick is an empty process."""

import subprocess
import sys

from measure import Benchmark


def run(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def main() -> None:
    bench = Benchmark("import", 5)
    code = f"import {bench.args.lib}, sys; print(len(sys.modules))"
    bench.facts["modules"] = int(run(code))  # also warms the file cache and the .pyc files
    bench.yard(run, "pass")
    with bench.timed():
        for _ in range(bench.n):
            run(code)
    bench.yard(run, "pass")
    bench.facts["note"] = "x_yard is for all n processes"
    bench.report()


main()
