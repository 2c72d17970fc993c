"""Helpers for tests of components: a project in a temporary folder."""

from weftwork.components.testing.sandbox import (
    DefsFolderSandbox,
    DefsPathSandbox,
    create_defs_folder_sandbox,
    scaffold_defs_sandbox,
)
from weftwork.components.testing.source import (
    copy_code_to_file,
    get_module_path,
    get_original_module_name,
    random_importable_name,
)
from weftwork.components.tree.load_defs import (
    component_defs,
    get_all_components_defs_within_project,
    get_component_defs_within_project,
)

__all__ = [
    "DefsFolderSandbox",
    "DefsPathSandbox",
    "component_defs",
    "copy_code_to_file",
    "create_defs_folder_sandbox",
    "get_all_components_defs_within_project",
    "get_component_defs_within_project",
    "get_module_path",
    "get_original_module_name",
    "random_importable_name",
    "scaffold_defs_sandbox",
]
