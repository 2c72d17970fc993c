"""All routes of the JSON API."""

from weftwork.web.route import Route
from weftwork.web.routes import access, assets, automation, jobs, overview, runs, system

ROUTES: tuple[Route, ...] = (
    *overview.ROUTES,
    *runs.ROUTES,
    *assets.ROUTES,
    *jobs.ROUTES,
    *automation.ROUTES,
    *system.ROUTES,
    *access.ROUTES,
)
"""All routes, in the order in which they are documented."""
