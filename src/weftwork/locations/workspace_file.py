"""workspace.yaml: the documented list of code locations."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from weftwork.base.errors import DagsterInvariantViolationError
from weftwork.base.text import did_you_mean, quote_names
from weftwork.config.text.bounded_yaml import load_yaml
from weftwork.records.control.code_origin import CodeOrigin
from weftwork.records.control.tls_files import TlsFiles
from weftwork.records.snapshots.origin import LocationOrigin

_CODE_KEYS = ("attribute", "location_name", "working_directory", "executable_path")
_TLS_KEYS = ("ca_file", "cert_file", "cert_key_file")
_SERVER_KEYS = (
    "host", "port", "socket", "location_name", "key_file", "ssl", *_TLS_KEYS, "additional_metadata",
)  # fmt: skip
DEFAULT_HOST = "localhost"

Build = Callable[[Mapping[str, Any], str, "_Place"], LocationOrigin]


class _Place:
    """Where in a file something stands, for messages; and the folder that its paths begin at."""

    def __init__(self, path: str, number: int) -> None:
        self.path = path
        self.folder = os.path.dirname(os.path.abspath(path))
        self.number = number

    def refuse(self, what: str) -> DagsterInvariantViolationError:
        """Return the error for this place."""
        return DagsterInvariantViolationError(f"{self.path}, entry {self.number} of load_from: {what}")

    def resolve(self, path: str | None) -> str | None:
        """Return a path of the file as an absolute one."""
        return None if path is None else os.path.normpath(os.path.join(self.folder, path))


def read_workspace_file(path: str | os.PathLike[str]) -> list[LocationOrigin]:
    """Return the code locations that a workspace.yaml names.

    Args:
        path: the file. Paths in it begin at its folder; a value may be ``{env: NAME}``.

    Raises:
        DagsterInvariantViolationError: if it cannot be read, or says something that is not known.
    """
    source = os.fspath(path)
    raw = _read_yaml(source)
    entries = raw.get("load_from") if isinstance(raw, Mapping) else None
    if not isinstance(raw, Mapping) or not isinstance(entries, list):
        raise DagsterInvariantViolationError(
            f"{source} must have the key load_from with a list of code locations, such as `- python_file: definitions.py`."
        )
    unknown = [str(key) for key in raw if key != "load_from"]
    if unknown:
        raise DagsterInvariantViolationError(
            f"{source} has {quote_names(unknown)}; it knows 'load_from' only."
        )
    return [_read_entry(entry, _Place(source, number)) for number, entry in enumerate(entries, start=1)]


def _read_yaml(path: str) -> Any:
    import yaml  # heavy, and most commands read none

    try:
        with open(path, encoding="utf-8") as file:
            return load_yaml(file.read())
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise DagsterInvariantViolationError(f"{path} cannot be read: {reason}.") from error
    except yaml.YAMLError as error:
        raise DagsterInvariantViolationError(f"{path} is no YAML: {error}") from error


def _read_entry(entry: Any, place: _Place) -> LocationOrigin:
    if not isinstance(entry, Mapping) or len(entry) != 1:
        raise place.refuse(f"expected one of {quote_names(_KINDS)} with its settings, found {entry!r:.100}.")
    kind, given = next(iter(entry.items()))
    known = _KINDS.get(kind)
    if known is None:
        raise place.refuse(
            f"unknown kind '{kind}'.{did_you_mean(str(kind), _KINDS)} Known: {quote_names(_KINDS)}."
        )
    main, keys, build = known
    settings = {main: given} if isinstance(given, str) else given
    if not isinstance(settings, Mapping):
        raise place.refuse(f"'{kind}' takes text or settings, not {given!r:.100}.")
    for key in settings:
        if key not in (main, *keys):
            raise place.refuse(f"'{kind}' has no setting '{key}'.{did_you_mean(str(key), (main, *keys))}")
    filled = {key: _fill(value, place) for key, value in settings.items()}
    return build(filled, main, place)


def _fill(value: Any, place: _Place) -> Any:
    if not isinstance(value, Mapping) or set(value) != {"env"}:
        return value
    name = str(value["env"])
    if name not in os.environ:
        raise place.refuse(f"the environment variable {name} is not set.")
    return os.environ[name]


def _require_text(settings: Mapping[str, Any], key: str, place: _Place) -> str:
    value = settings.get(key)
    if not isinstance(value, str) or not value:
        raise place.refuse(f"'{key}' must be text, not {value!r:.100}.")
    return value


def _find_text(settings: Mapping[str, Any], key: str, place: _Place) -> str | None:
    return None if settings.get(key) is None else _require_text(settings, key, place)


def _build_code(settings: Mapping[str, Any], main: str, place: _Place) -> LocationOrigin:
    target = _require_text(settings, main, place)
    attribute = _find_text(settings, "attribute", place)
    is_file = main == "relative_path"
    default_name = os.path.basename(target) if is_file else target
    if attribute is not None:
        default_name += f":{attribute}"
    code = CodeOrigin(
        python_file=place.resolve(target) if is_file else None,
        module_name=target if main == "module_name" else None,
        package_name=target if main == "package_name" else None,
        working_directory=place.resolve(_find_text(settings, "working_directory", place)) or place.folder,
        attribute=attribute,
        python=place.resolve(_find_text(settings, "executable_path", place)),
    )
    return LocationOrigin(name=_find_text(settings, "location_name", place) or default_name, code=code)


def _build_autoload(settings: Mapping[str, Any], main: str, place: _Place) -> LocationOrigin:
    renamed = {**settings, "package_name": settings.get(main)}
    return _build_code(renamed, "package_name", place)


def _build_server(settings: Mapping[str, Any], _main: str, place: _Place) -> LocationOrigin:
    host, port, socket = (settings.get(key) for key in ("host", "port", "socket"))
    if (port is None) == (socket is None):
        raise place.refuse("give the server's port or its socket, one of them.")
    if port is not None and not str(port).isdecimal():
        raise place.refuse(f"port must be a number, not {port!r:.100}.")
    address = place.resolve(str(socket)) if socket is not None else f"{host or DEFAULT_HOST}:{port}"
    return LocationOrigin(
        name=_find_text(settings, "location_name", place) or str(address), address=address,
        key_file=place.resolve(_find_text(settings, "key_file", place)), tls=_build_tls(settings, place),
    )  # fmt: skip


def _build_tls(settings: Mapping[str, Any], place: _Place) -> TlsFiles | None:
    wants = settings.get("ssl", False)
    if not isinstance(wants, bool):
        raise place.refuse(f"ssl must be true or false, not {wants!r:.100}.")
    ca_file, cert_file, key_file = (place.resolve(_find_text(settings, key, place)) for key in _TLS_KEYS)
    if not wants:
        if ca_file or cert_file or key_file:
            raise place.refuse(f"{quote_names(_TLS_KEYS)} go with `ssl: true`.")
        return None
    if settings.get("socket") is not None:
        raise place.refuse("ssl goes with a port; a socket never leaves the machine.")
    if (cert_file is None) != (key_file is None):
        raise place.refuse("cert_file and cert_key_file go together.")
    return TlsFiles(ca_file=ca_file, cert_file=cert_file, key_file=key_file)


_KINDS: dict[str, tuple[str, tuple[str, ...], Build]] = {
    "python_file": ("relative_path", _CODE_KEYS, _build_code),
    "python_module": ("module_name", _CODE_KEYS, _build_code),
    "python_package": ("package_name", _CODE_KEYS, _build_code),
    "autoload_defs_module": ("module_name", _CODE_KEYS, _build_autoload),
    "grpc_server": ("host", _SERVER_KEYS, _build_server),
    "code_server": ("host", _SERVER_KEYS, _build_server),
}
