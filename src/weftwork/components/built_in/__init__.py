"""Components that come with Weftwork: functions, scripts, SQL, Python files."""
