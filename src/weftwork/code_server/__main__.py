"""Started by a host with a ``ServerStart`` on standard input: loads code, says how that went, serves until the host is gone."""

from __future__ import annotations

from weftwork.code_server.started_by_host import main

if __name__ == "__main__":
    main()
