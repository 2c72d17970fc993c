"""Components: definitions that are made from defs.yaml files and Python files in the folders of a project.

The documented names are loaded on first use.
"""

from __future__ import annotations

import importlib
import sys

_MODULES = {
    "assets.asset_models": "AssetAttributesModel AssetCheckSpecKwargs AssetSpecKwargs AssetSpecUpdateKwargs AssetsDefUpdateKwargs OpSpec ResolvedAssetAttributes ResolvedAssetCheckSpec ResolvedAssetKey ResolvedAssetSpec SharedAssetKwargs resolve_asset_check_spec resolve_asset_spec",
    "assets.post_processing": "AssetPostProcessor AssetPostProcessorModel apply_post_processor_to_defs post_process_defs",
    "assets.translation": "TranslatorResolvingInfo",
    "built_in.definitions_component": "DefinitionsComponent",
    "built_in.executable_component": "ExecutableComponent",
    "built_in.function_component": "FunctionComponent FunctionSpec",
    "built_in.script_components": "PythonScriptComponent ScriptSpec UvRunComponent",
    "built_in.sql_components": "SQLClient SqlComponent SqlFile TemplatedSqlComponent",
    "component": "Component ComponentTypeSpec",
    "component_path": "ComponentPath",
    "errors": "ComponentFileError ComponentTreeException DuplicateDefsStateKeyWarning ResolutionException",
    "load_context": "ComponentLoadContext",
    "marks": "component_instance is_template_var template_var",
    "resolved.model": "ComponentFormConfig Model",
    "resolved.resolution_context": "ResolutionContext",
    "resolved.resolvable": "Resolvable",
    "resolved.resolver": "Injected Resolver",
    "scaffold.scaffolder": "NoParams ScaffoldRequest Scaffolder get_scaffolder has_scaffolder scaffold_with",
    "scaffold.scaffolding": "parse_params_model scaffold_component scaffold_object",
    "state.defs_state": "DefsStateConfig DefsStateConfigArgs DefsStateManagementType ResolvedDefsStateConfig",
    "state.state_backed_component": "StateBackedComponent",
    "state.state_storage": "DefsStateStorage UPathDefsStateStorage",
    "tree.component_tree": "ComponentTree",
    "tree.containers": "CompositeYamlComponent DefsFolderComponent PythonFileComponent",
    "tree.load_defs": "build_component_defs build_defs_for_component component_defs get_all_components_defs_within_project get_component_defs_within_project load_defs load_from_defs_folder",
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names.split()}
_DEFINITIONS = "definitions"

__all__ = sorted([*_HOMES, _DEFINITIONS])  # noqa: PLE0605 - the names are in the table


def __getattr__(name: str) -> object:
    # `weftwork.components` is a name of the facade too, which asks modules for their names.
    if name == "components":
        return sys.modules[__name__]
    if name == _DEFINITIONS:
        return importlib.import_module("weftwork.definitions.locations.load_definitions").definitions
    module = _HOMES.get(name)
    if module is None:
        raise AttributeError(f"module 'weftwork.components' has no attribute '{name}'", name=name)
    found = getattr(importlib.import_module(f"weftwork.components.{module}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return list(__all__)
