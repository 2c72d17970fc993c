"""`weft materialize --only-stale` and `--detach`, and where definitions come from, as a user meets them."""

CODE = """
    import weftwork as dg

    @dg.asset(code_version="{version}")
    def raw():
        return 1

    @dg.asset(code_version="1")
    def clean(raw):
        return raw

    @dg.asset_check(asset=clean)
    def positive(clean):
        return dg.AssetCheckResult(passed=clean > 0)

    @dg.asset(partitions_def=dg.StaticPartitionsDefinition(["a", "b"]))
    def parts():
        return 1
"""


def test_what_is_up_to_date_is_left_out_and_each_says_why(folder):
    folder.file("definitions.py", CODE.replace("{version}", "1"))
    assert folder.materialize("--select", "raw, clean").returncode == 0

    again = folder.materialize("--select", "raw, clean", "--only-stale")

    assert again.returncode == 0
    lines = [line[10:].split(maxsplit=2) for line in again.stdout.splitlines() if "  same " in line]
    assert lines == [
        ["same", "raw", "its code, config and data are unchanged"],
        ["same", "clean", "its code, config and data are unchanged"],
        ["same", "clean_positive", "it was evaluated since 'clean' was made"],
    ]
    assert "3 steps left out: up to date, and nothing was made." in again.stdout

    folder.file("definitions.py", CODE.replace("{version}", "2"))
    report = folder.json("materialize", "--select", "raw, clean", "--only-stale")

    assert [made["asset"] for made in report["made"]] == ["raw", "clean"]
    shown = folder.json("run", "show", report["runs"][0]["run_id"])
    reasons = {step["step_key"]: step["reason"] for step in shown["steps"]}
    assert reasons["raw"] == "its code_version changed from '1' to '2'"


def test_a_detached_run_is_recorded_and_goes_on_by_itself(folder):
    folder.file("definitions.py", CODE.replace("{version}", "1"))

    launched = folder.weft("materialize", "--select", "raw, clean", "--detach")

    assert launched.returncode == 0
    run_id = launched.stdout.strip()
    assert folder.weft("run", "wait", run_id).stdout == "SUCCESS\n"
    assert folder.json("asset", "show", "clean")["asset"]["status"] == "MATERIALIZED"


def test_several_detached_runs_are_made_one_after_the_other(folder):
    folder.file("definitions.py", CODE.replace("{version}", "1"))

    launched = folder.json("materialize", "--select", "parts", "--all-partitions", "--detach")

    assert (launched["run_id"], launched["runs"]) == (None, 2)
    while folder.statuses() != ["SUCCESS", "SUCCESS"]:
        pass  # the time limit of the test is the limit


def test_a_detached_run_is_checked_before(folder):
    folder.file("definitions.py", CODE.replace("{version}", "1"))

    refused = folder.weft("materialize", "--select", "raw", "--detach", "--config-json", '{"opps": {}}')

    assert refused.returncode == 1
    assert "opps" in refused.stderr
    assert folder.json("run", "list")["runs"] == []


def test_definitions_come_from_a_workspace_file_by_their_name(folder):
    folder.file("one.py", CODE.replace("{version}", "1"))
    folder.file("two.py", CODE.replace("{version}", "1"))
    folder.file("ws.yaml", "load_from:\n  - python_file: one.py\n  - python_file: two.py\n")

    several = folder.weft("job", "list", "-w", "ws.yaml")
    assert several.returncode == 2
    assert "say which one, with -l NAME" in several.stderr

    wrong = folder.weft("job", "list", "-w", "ws.yaml", "-l", "tow.py")
    assert wrong.returncode == 2
    assert "Did you mean 'two.py'?" in wrong.stderr

    assert folder.weft("job", "list", "-w", "ws.yaml", "-l", "two.py").stdout == "No jobs.\n"
