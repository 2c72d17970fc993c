"""What a server loads before somebody asks for it."""

import subprocess
import sys


def test_graphql_is_loaded_when_it_is_asked_for():
    code = "import sys, weftwork.web.application; print([name for name in ('graphql', 'ariadne', 'pydantic') if name in sys.modules])"

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "[]"
