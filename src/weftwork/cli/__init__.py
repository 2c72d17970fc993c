"""The command `weft`: parse, build the objects, call, print."""


def main() -> None:
    """Run the command with the arguments of the process, and end the process with its exit status."""
    from weftwork.cli.root import weft  # importing this package stays free of click

    weft(prog_name="weft")
