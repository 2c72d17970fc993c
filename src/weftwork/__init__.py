"""Weftwork: declare what data should exist, how it is computed and when; the documented names, loaded on first use."""

from __future__ import annotations

import msgspec as _msgspec  # noqa: F401 - whatever name is used first needs it; a first call has it already

from weftwork.base.collector.loading import load_module
from weftwork.base.lifecycle import WARNS, with_warning

_MODULES = {
    "base.errors": "CheckError DagsterAssetCheckFailedError DagsterBackfillFailedError DagsterCodeLocationLoadError DagsterCodeLocationNotFoundError DagsterConfigMappingFunctionError DagsterError DagsterEventLogInvalidForRun DagsterExecutionHandleOutputError DagsterExecutionInterruptedError DagsterExecutionLoadInputError DagsterExecutionStepExecutionError DagsterExecutionStepNotFoundError DagsterHomeNotSetError DagsterImportError DagsterInvalidAssetKey DagsterInvalidAssetSelectionError DagsterInvalidConfigDefinitionError DagsterInvalidConfigError DagsterInvalidDagsterTypeInPythonicConfigDefinitionError DagsterInvalidDefinitionError DagsterInvalidInvocationError DagsterInvalidMetadata DagsterInvalidObservationError DagsterInvalidPropertyError DagsterInvalidPythonicConfigDefinitionError DagsterInvalidSubsetError DagsterInvariantViolationError DagsterLaunchFailedError DagsterMaxRetriesExceededError DagsterPipesExecutionError DagsterResourceFunctionError DagsterRunAlreadyExists DagsterRunConflict DagsterRunNotFoundError DagsterRunTimeoutError DagsterSnapshotDoesNotExist DagsterStepOutputNotFoundError DagsterStepTimeoutError DagsterStorageError DagsterSubprocessError DagsterTypeCheckDidNotPass DagsterTypeCheckError DagsterTypeLoadingError DagsterUndefinedDataVersionError DagsterUnknownPartitionError DagsterUnknownResourceError DagsterUnknownStepStateError DagsterUnmetExecutorRequirementsError DagsterUserCodeExecutionError DagsterUserCodeLoadError HookExecutionError JobError ParameterCheckError PartitionExecutionError RunStatusSensorExecutionError ScheduleExecutionError SensorExecutionError",
    "base.relative_path": "file_relative_path",
    "base.warnings": "BetaWarning ConfigArgumentWarning PreviewWarning SupersessionWarning deprecation_warning",
    "components": "components",
    "components.assets.asset_models": "AssetAttributesModel ResolvedAssetCheckSpec ResolvedAssetKey ResolvedAssetSpec",
    "components.built_in.definitions_component": "DefinitionsComponent",
    "components.built_in.function_component": "FunctionComponent",
    "components.built_in.script_components": "PythonScriptComponent UvRunComponent",
    "components.built_in.sql_components": "SqlComponent TemplatedSqlComponent",
    "components.component": "Component ComponentTypeSpec",
    "components.load_context": "ComponentLoadContext",
    "components.marks": "component_instance template_var",
    "components.resolved.model": "ComponentFormConfig Model",
    "components.resolved.resolution_context": "ResolutionContext",
    "components.resolved.resolvable": "Resolvable",
    "components.resolved.resolver": "Injected Resolver",
    "components.scaffold.scaffolder": "ScaffoldRequest Scaffolder scaffold_with",
    "components.scaffold.scaffolding": "scaffold_component",
    "components.state.state_backed_component": "StateBackedComponent",
    "components.state.state_storage": "UPathDefsStateStorage",
    "components.tree.component_tree": "ComponentTree",
    "components.tree.containers": "DefsFolderComponent",
    "components.tree.load_defs": "build_component_defs build_defs_for_component component_defs get_all_components_defs_within_project get_component_defs_within_project load_defs load_from_defs_folder",
    "conditions.context": "AutomationContext",
    "conditions.expression": "AutomationCondition",
    "conditions.legacy": "AutoMaterializeAssetPartitionsFilter AutoMaterializePolicy AutoMaterializeRule",
    "conditions.result": "AutomationResult",
    "config.config_type": "Enum EnumValue",
    "config.containers": "Array Map Noneable ScalarUnion",
    "config.env_var": "EnvVar",
    "config.pythonic.config": "Config PermissiveConfig",
    "config.run_config": "RunConfig",
    "config.schema": "ConfigSchema Field Permissive Selector Shape",
    "config.sources": "BoolSource IntSource StringSource",
    "config.yaml_config": "config_from_files config_from_pkg_resources config_from_yaml_strings",
    "definitions.assets.asset_job_definition": "define_asset_job",
    "definitions.assets.assets_definition": "AssetsDefinition",
    "definitions.assets.decorators.asset": "asset",
    "definitions.assets.decorators.graph_asset": "graph_asset graph_multi_asset",
    "definitions.assets.decorators.multi_asset": "multi_asset multi_observable_source_asset",
    "definitions.assets.decorators.observable_source_asset": "observable_source_asset",
    "definitions.assets.source_asset": "SourceAsset",
    "definitions.assets.spec_change": "map_asset_specs",
    "definitions.assets.specs.asset_dep": "AssetDep",
    "definitions.assets.specs.asset_in": "AssetIn",
    "definitions.assets.specs.asset_out": "AssetOut",
    "definitions.assets.specs.asset_spec": "AssetSpec",
    "definitions.assets.specs.backfill_policy": "BackfillPolicy",
    "definitions.assets.specs.check_spec": "AssetCheckSpec",
    "definitions.assets.specs.freshness_policy": "FreshnessPolicy LegacyFreshnessPolicy apply_freshness_policy",
    "definitions.checks.asset_check": "asset_check multi_asset_check",
    "definitions.checks.asset_checks_definition": "AssetChecksDefinition",
    "definitions.checks.built_in.freshness_checks": "build_last_update_freshness_checks build_time_partition_freshness_checks",
    "definitions.checks.built_in.freshness_sensor": "build_sensor_for_freshness_checks",
    "definitions.checks.built_in.metadata_checks": "build_column_schema_change_checks build_metadata_bounds_checks",
    "definitions.events": "AssetCheckResult DynamicOutput Failure MaterializeResult ObserveResult Output RetryRequested TypeCheck",
    "definitions.executors.builtin_executors": "async_executor in_process_executor multi_or_in_process_executor multiprocess_executor thread_executor",
    "definitions.executors.executor_definition": "Executor ExecutorDefinition ExecutorRequirement InitExecutorContext executor multiple_process_executor_requirements",
    "definitions.graphs.decorator": "graph",
    "definitions.graphs.edge_types": "check_edge_types",
    "definitions.graphs.graph_definition": "GraphDefinition",
    "definitions.hooks.hook_context": "HookContext build_hook_context",
    "definitions.hooks.hook_definition": "HookDefinition HookExecutionResult failure_hook success_hook",
    "definitions.instigators.skip_reason": "SkipReason",
    "definitions.io.build_contexts": "build_input_context build_output_context",
    "definitions.io.configurable_io_manager": "ConfigurableIOManager ConfigurableIOManagerFactory ConfigurableLegacyIOManagerAdapter",
    "definitions.io.input_context": "InputContext",
    "definitions.io.input_manager": "InputManager InputManagerDefinition input_manager",
    "definitions.io.io_manager": "IOManager IOManagerDefinition io_manager",
    "definitions.io.output_context": "OutputContext",
    "definitions.jobs.decorator": "job",
    "definitions.jobs.job_definition": "JobDefinition",
    "definitions.locations.asset_value_loader": "AssetValueLoader",
    "definitions.locations.automation": "EvaluateAutomationConditionsResult evaluate_automation_conditions",
    "definitions.locations.code_references": "AnchorBasedFilePathMapping FilePathMapping link_code_references_to_git with_source_code_references",
    "definitions.locations.definitions": "Definitions create_repository_using_definitions_args",
    "definitions.locations.load_assets": "load_asset_checks_from_current_module load_asset_checks_from_modules load_asset_checks_from_package_module load_asset_checks_from_package_name load_assets_from_current_module load_assets_from_modules load_assets_from_package_module load_assets_from_package_name",
    "definitions": "definitions",
    "definitions.locations.load_definitions": "load_definitions_from_current_module load_definitions_from_module load_definitions_from_modules load_definitions_from_package_module load_definitions_from_package_name",
    "definitions.locations.repository": "RepositoryDefinition repository",
    "definitions.locations.repository_data": "RepositoryData",
    "definitions.loggers.capture": "get_dagster_logger",
    "definitions.loggers.console": "JsonLogFormatter colored_console_logger default_loggers default_system_loggers json_console_logger",
    "definitions.loggers.log_manager": "DagsterLogManager",
    "definitions.loggers.logger_definition": "InitLoggerContext LoggerDefinition build_init_logger_context logger",
    "definitions.nodes.dependencies": "DependencyDefinition MultiDependencyDefinition NodeInvocation",
    "definitions.nodes.inputs": "GraphIn In",
    "definitions.nodes.invocation": "PendingNodeInvocation",
    "definitions.nodes.mappings": "InputMapping OutputMapping",
    "definitions.nodes.outputs": "DynamicOut GraphOut Out",
    "definitions.ops.decorator": "op",
    "definitions.ops.op_definition": "OpDefinition",
    "definitions.partitioned_config": "PartitionedConfig daily_partitioned_config dynamic_partitioned_config hourly_partitioned_config monthly_partitioned_config partitioned_config static_partitioned_config weekly_partitioned_config",
    "definitions.resources.namespace": "IAttachDifferentObjectToOpContext",
    "definitions.resources.build_resources": "build_init_resource_context build_resources make_values_resource",
    "definitions.resources.configurable_resource": "ConfigurableResource",
    "definitions.resources.init_context": "InitResourceContext",
    "definitions.resources.resource_definition": "ResourceDefinition resource",
    "definitions.resources.resource_dependency": "ResourceDependency ResourceParam",
    "definitions.resources.with_resources": "with_resources",
    "definitions.run_config.config_mapping": "ConfigMapping config_mapping",
    "definitions.run_config.configured": "configured",
    "definitions.run_config.json_schema": "config_json_schema",
    "definitions.schedules.decorator": "schedule",
    "definitions.schedules.partitioned_schedule": "build_schedule_from_partitioned_job",
    "definitions.schedules.schedule_context": "ScheduleEvaluationContext build_schedule_context",
    "definitions.schedules.schedule_definition": "DefaultScheduleStatus ScheduleDefinition",
    "definitions.sensors.asset_sensor": "AssetSensorDefinition asset_sensor",
    "definitions.sensors.automation_sensor": "AutomationConditionSensorDefinition",
    "definitions.sensors.decorator": "sensor",
    "definitions.sensors.multi_asset_context": "MultiAssetSensorEvaluationContext build_multi_asset_sensor_context",
    "definitions.sensors.multi_asset_sensor": "MultiAssetSensorDefinition multi_asset_sensor",
    "definitions.sensors.run_status_context": "RunFailureSensorContext RunStatusSensorContext build_run_status_sensor_context",
    "definitions.sensors.run_status_sensor": "RunStatusSensorDefinition run_failure_sensor run_status_sensor",
    "definitions.sensors.selectors": "CodeLocationSelector JobSelector RepositorySelector",
    "definitions.sensors.sensor_context": "SensorEvaluationContext build_sensor_context",
    "definitions.sensors.sensor_definition": "DefaultSensorStatus SensorDefinition",
    "definitions.sensors.sensor_result": "SensorResult SensorReturnTypesUnion",
    "definitions.types.builtin_types": "Any Bool Float Int Nothing String",
    "definitions.types.checking": "check_dagster_type",
    "definitions.types.dagster_type": "DagsterType PythonObjectDagsterType",
    "definitions.types.loader": "DagsterTypeLoader DagsterTypeLoaderContext dagster_type_loader",
    "definitions.types.resolution": "Dict List Optional Set Tuple make_python_type_usable_as_dagster_type usable_as_dagster_type",
    "definitions.types.type_check_context": "TypeCheckContext",
    "execution.contexts.op_context": "AssetCheckExecutionContext AssetExecutionContext OpExecutionContext",
    "execution.email_sensor": "make_email_on_run_failure_sensor",
    "execution.invocation.build_contexts": "build_asset_check_context build_asset_context build_op_context",
    "execution.reconstructable": "build_reconstructable_job reconstructable",
    "execution.results.in_process_result": "ExecuteInProcessResult",
    "execution.results.job_result": "JobExecutionResult",
    "execution.runs.execute_job": "execute_job",
    "execution.runs.interrupts": "raise_execution_interrupts",
    "execution.runs.materialize": "materialize materialize_to_memory",
    "execution.runs.reexecution": "ReexecutionOptions",
    "execution.runs.run_config": "validate_run_config",
    "instance.classes.run_coordinators": "QueuedRunCoordinator SubmitRunContext",
    "instance.classes.run_launchers": "DefaultRunLauncher",
    "instance.instance": "DagsterInstance",
    "instance.testing": "instance_for_test",
    "io_managers.by_type.type_dispatch": "TypeDispatchIOManager",
    "io_managers.by_type.value_format": "ValueFormat",
    "io_managers.filesystem": "custom_path_fs_io_manager fs_io_manager",
    "io_managers.filesystem_resource": "FilesystemIOManager",
    "io_managers.in_memory": "InMemoryIOManager mem_io_manager",
    "io_managers.local_file_manager": "FileHandle LocalFileHandle local_file_manager",
    "io_managers.tables.duckdb_io_manager": "DuckDBIOManager",
    "io_managers.tables.parquet_io_manager": "ParquetIOManager",
    "io_managers.upath": "UPathIOManager",
    "legacy": "BindResourcesToJobs DynamicOutputDefinition EventMetadata EventMetadataEntry ExecuteJobResult InputDefinition Materialization MetadataEntry OutputDefinition PartitionMetadataEntry ReconstructablePipeline VersionStrategy pipeline solid",
    "partitions.context": "partition_loading_context",
    "partitions.definition": "PartitionsDefinition",
    "partitions.dynamic": "AddDynamicPartitionsRequest DeleteDynamicPartitionsRequest DynamicPartitionsDefinition",
    "partitions.keys": "MultiPartitionKey Partition PartitionKeyRange TimeWindow",
    "partitions.mappings": "AllPartitionMapping DimensionPartitionMapping IdentityPartitionMapping LastPartitionMapping MultiPartitionMapping MultiToSingleDimensionPartitionMapping PartitionMapping SpecificPartitionsPartitionMapping StaticPartitionMapping TimeWindowPartitionMapping",
    "partitions.multi": "MultiPartitionsDefinition",
    "partitions.static": "StaticPartitionsDefinition",
    "partitions.time_window": "DailyPartitionsDefinition HourlyPartitionsDefinition MonthlyPartitionsDefinition TimeWindowPartitionsDefinition WeeklyPartitionsDefinition",
    "planning.selection.asset_selection": "AssetSelection",
    "records.values.asset_job_key": "AssetJobKey AssetOrCheckKey",
    "records.asset_events": "AssetCheckEvaluation AssetCheckSeverity AssetMaterialization AssetObservation ExpectationResult",
    "records.data_version": "DataProvenance DataVersion DataVersionsByPartition",
    "records.event_type": "DagsterEventType",
    "records.events": "DagsterEvent EventLogEntry EventLogRecord EventRecordsResult",
    "records.keys": "AssetCheckKey AssetKey",
    "records.lookups.assets": "AssetPartitionStatus",
    "records.lookups.filters": "AssetRecordsFilter EventRecordsFilter RunStatusChangeRecordsFilter",
    "records.lookups.pages": "PaginatedResults RunShardedEventsCursor",
    "records.retry": "Backoff Jitter RetryPolicy",
    "records.run_request": "RunRequest",
    "records.runs": "DagsterRun DagsterRunStatus RunRecord RunsFilter",
    "records.tags": "MAX_RUNTIME_SECONDS_TAG",
    "records.values.metadata_value": "BoolMetadataValue CodeReferencesMetadataValue DagsterAssetMetadataValue DagsterJobMetadataValue DagsterRunMetadataValue FloatMetadataValue IntMetadataValue JsonMetadataValue LocalFileCodeReference MarkdownMetadataValue MetadataValue NotebookMetadataValue NullMetadataValue PathMetadataValue PoolMetadataValue PythonArtifactMetadataValue TableColumnLineageMetadataValue TableMetadataValue TableSchemaMetadataValue TextMetadataValue TimestampMetadataValue UrlCodeReference UrlMetadataValue",
    "records.values.tables": "TableColumn TableColumnConstraints TableColumnDep TableColumnLineage TableConstraints TableRecord TableSchema",
    "definitions.stored_values": "deserialize_value",
    "serde.codec": "serialize_value",
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names.split()}

__all__ = sorted(_HOMES)  # noqa: PLE0605 - the names are in the table


def __getattr__(name: str) -> object:
    module = _HOMES.get(name)
    if module is None:
        raise AttributeError(f"module 'weftwork' has no attribute '{name}'{_hint(name)}", name=name)
    found = getattr(load_module(f"weftwork.{module}"), name)
    if name in WARNS:
        found = with_warning(name, found)
    globals()[name] = found
    return found


def _hint(name: str) -> str:
    """Return what to write instead of a name that is not there."""
    if name.startswith("_"):
        return ""
    former = _GONE.get(name)
    if former is not None:
        return f": {former}"
    from weftwork.base.text import did_you_mean  # only on the way to an error

    return f".{did_you_mean(name, _HOMES)}"


_GONE = {
    "ModeDefinition": "write one job per mode: graph.to_job(resource_defs=…)",
    "PipelineDefinition": "write @job",
    "PresetDefinition": "give the job its config: @job(config=…)",
    "SolidDefinition": "write @op",
    "composite_solid": "write @graph",
    "execute_pipeline": "write job.execute_in_process(), or execute_job",
    "execute_solid": "call the op: my_op(build_op_context(…), …)",
    "lambda_solid": "write @op",
    "reexecute_pipeline": "write execute_job(…, reexecution_options=ReexecutionOptions(…))",
}


def __dir__() -> list[str]:
    return sorted(_HOMES)
