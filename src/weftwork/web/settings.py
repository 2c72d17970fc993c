"""How a web server is set up."""

from __future__ import annotations

from weftwork.serde.record import Record

LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "[::1]")


class WebSettings(Record):
    """How a web server is set up.

    Attributes:
        allowed_hosts: the names, without port, under which it may be asked; "*" for any.
        needs_login: whether a token is needed.
        is_read_only: whether nothing may be changed.
        max_body_bytes: how large the body of a request may be.
        body_timeout_s: how long a body may take to arrive, in seconds.
        deadline_s: how long an answer may take, in seconds.
        news_interval_s: how often the store is looked at for news while somebody listens, in seconds.
    """

    allowed_hosts: tuple[str, ...] = LOOPBACK_HOSTS
    needs_login: bool = False
    is_read_only: bool = False
    max_body_bytes: int = 2 * 1024 * 1024
    body_timeout_s: float = 15.0
    deadline_s: float = 60.0
    news_interval_s: float = 0.25
