"""What holds for every test: nobody's own instance is touched."""

import os

os.environ.pop("DAGSTER_HOME", None)
