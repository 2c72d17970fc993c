"""The pages in a browser: first paint, usable, bytes, requests, CPU of the page, frames while a graph is moved.

    python bench/pages.py --n 10000 --runs 100000
    python bench/pages.py --lib dagster --python PATH --n 1000

Needs what builds the pages (`cd ui && npm ci`) and Chromium. "Usable" is from the start of the navigation until what one
came for is there and the page answers; each page is loaded in a browser that has seen nothing, then once more. CPU is
that of the process of the page with all its threads, which other processes hardly disturb, unlike the times.
"""

import argparse
import atexit
import json
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

from web import PROJECT, Server, fill

HERE = Path(__file__).parent
STEPS = """

@dg.op(out=dg.DynamicOut())
def fan():
    for n in range({steps}):
        yield dg.DynamicOutput(n, mapping_key=f"k{{n}}")

@dg.op
def double(n):
    return n * 2

@dg.job(executor_def=dg.in_process_executor)
def fan_out():
    fan().map(double)

defs = dg.Definitions(assets=defs.assets, jobs=[click, fan_out])
"""
OURS = {
    "home": ("/", ".content"),
    "assets": ("/assets", "[role=row] [role=cell]"),
    "graph": ("/graph", ".graph[data-laid]"),
    "graph, all groups open": ("/graph?open=*", ".graph[data-laid='{n}']"),
    "asset": ("/asset?key=a5", ".content h2"),
    "runs": ("/runs", "[role=row] [role=cell]"),
    "run": ("/runs/{run}", ".timeline"),
}
REFERENCE = {
    "assets": ("/assets", "a[href*='/assets/a']"),
    "graph": ("/asset-groups", "svg foreignObject"),
}


def main() -> None:
    """Measure, and print one line of JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lib", default="weftwork", choices=("weftwork", "dagster"))
    parser.add_argument("--python", default=sys.executable, help="interpreter that has the library")
    parser.add_argument("--n", type=int, default=1000, help="assets; default 1000")
    parser.add_argument("--runs", type=int, default=1000, help="recorded runs; default 1000 (ours only)")
    parser.add_argument(
        "--steps", type=int, default=10_000, help="steps of the run that is looked at; default 10000"
    )
    args = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="bench-pages-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    is_ours = args.lib == "weftwork"
    steps = STEPS.format(steps=args.steps) if is_ours else ""
    (folder / "project.py").write_text(PROJECT.format(lib=args.lib, n=args.n) + steps)
    (folder / "home").mkdir()
    if is_ours:
        fill(folder / "home", args.n, args.runs)
    else:
        (folder / "home" / "dagster.yaml").write_text("telemetry:\n  enabled: false\n")
    with Server(args.lib, args.python, folder) as server:
        run = run_steps(server) if is_ours else ""
        pages = {
            name: [path.format(run=run), selector.format(n=args.n)]
            for name, (path, selector) in (OURS if is_ours else REFERENCE).items()
        }
        order = json.dumps({"server": server.url, "pages": pages})
        found = subprocess.run(
            ["node", str(HERE / "pages.mjs")], input=order, capture_output=True, text=True, check=True
        )
    line = {
        "name": "pages",
        "lib": args.lib,
        "n": args.n,
        "runs": args.runs,
        "pages": json.loads(found.stdout),
    }
    print(json.dumps(line))


def run_steps(server: Server) -> str:
    """Run the job of many steps to its end; return the id of the run."""
    body = json.dumps({"job": "fan_out"}).encode()
    address = f"{server.url}/api/v1/runs/launch"
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})  # noqa: S310 - our own server
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - as above
        run_id: str = json.loads(answer.read())["run_ids"][0]
    for _ in range(3000):
        if json.loads(server.ask(f"/api/v1/runs/{run_id}")[0])["is_finished"]:
            break
        subprocess.run(["sleep", "0.1"], check=True)
    return run_id


if __name__ == "__main__":
    main()
