"""The user's side of a code location: loads definitions once, forks a child for each request, answers with records."""
