"""The documented names, for type checkers and editors."""

from weftwork import components as components
from weftwork.base.errors import CheckError as CheckError
from weftwork.base.errors import DagsterAssetCheckFailedError as DagsterAssetCheckFailedError
from weftwork.base.errors import DagsterBackfillFailedError as DagsterBackfillFailedError
from weftwork.base.errors import DagsterCodeLocationLoadError as DagsterCodeLocationLoadError
from weftwork.base.errors import DagsterCodeLocationNotFoundError as DagsterCodeLocationNotFoundError
from weftwork.base.errors import DagsterConfigMappingFunctionError as DagsterConfigMappingFunctionError
from weftwork.base.errors import DagsterError as DagsterError
from weftwork.base.errors import DagsterEventLogInvalidForRun as DagsterEventLogInvalidForRun
from weftwork.base.errors import DagsterExecutionHandleOutputError as DagsterExecutionHandleOutputError
from weftwork.base.errors import DagsterExecutionInterruptedError as DagsterExecutionInterruptedError
from weftwork.base.errors import DagsterExecutionLoadInputError as DagsterExecutionLoadInputError
from weftwork.base.errors import DagsterExecutionStepExecutionError as DagsterExecutionStepExecutionError
from weftwork.base.errors import DagsterExecutionStepNotFoundError as DagsterExecutionStepNotFoundError
from weftwork.base.errors import DagsterHomeNotSetError as DagsterHomeNotSetError
from weftwork.base.errors import DagsterImportError as DagsterImportError
from weftwork.base.errors import DagsterInvalidAssetKey as DagsterInvalidAssetKey
from weftwork.base.errors import DagsterInvalidAssetSelectionError as DagsterInvalidAssetSelectionError
from weftwork.base.errors import DagsterInvalidConfigDefinitionError as DagsterInvalidConfigDefinitionError
from weftwork.base.errors import DagsterInvalidConfigError as DagsterInvalidConfigError
from weftwork.base.errors import (
    DagsterInvalidDagsterTypeInPythonicConfigDefinitionError as DagsterInvalidDagsterTypeInPythonicConfigDefinitionError,
)
from weftwork.base.errors import DagsterInvalidDefinitionError as DagsterInvalidDefinitionError
from weftwork.base.errors import DagsterInvalidInvocationError as DagsterInvalidInvocationError
from weftwork.base.errors import DagsterInvalidMetadata as DagsterInvalidMetadata
from weftwork.base.errors import DagsterInvalidObservationError as DagsterInvalidObservationError
from weftwork.base.errors import DagsterInvalidPropertyError as DagsterInvalidPropertyError
from weftwork.base.errors import (
    DagsterInvalidPythonicConfigDefinitionError as DagsterInvalidPythonicConfigDefinitionError,
)
from weftwork.base.errors import DagsterInvalidSubsetError as DagsterInvalidSubsetError
from weftwork.base.errors import DagsterInvariantViolationError as DagsterInvariantViolationError
from weftwork.base.errors import DagsterLaunchFailedError as DagsterLaunchFailedError
from weftwork.base.errors import DagsterMaxRetriesExceededError as DagsterMaxRetriesExceededError
from weftwork.base.errors import DagsterPipesExecutionError as DagsterPipesExecutionError
from weftwork.base.errors import DagsterResourceFunctionError as DagsterResourceFunctionError
from weftwork.base.errors import DagsterRunAlreadyExists as DagsterRunAlreadyExists
from weftwork.base.errors import DagsterRunConflict as DagsterRunConflict
from weftwork.base.errors import DagsterRunNotFoundError as DagsterRunNotFoundError
from weftwork.base.errors import DagsterRunTimeoutError as DagsterRunTimeoutError
from weftwork.base.errors import DagsterSnapshotDoesNotExist as DagsterSnapshotDoesNotExist
from weftwork.base.errors import DagsterStepOutputNotFoundError as DagsterStepOutputNotFoundError
from weftwork.base.errors import DagsterStepTimeoutError as DagsterStepTimeoutError
from weftwork.base.errors import DagsterStorageError as DagsterStorageError
from weftwork.base.errors import DagsterSubprocessError as DagsterSubprocessError
from weftwork.base.errors import DagsterTypeCheckDidNotPass as DagsterTypeCheckDidNotPass
from weftwork.base.errors import DagsterTypeCheckError as DagsterTypeCheckError
from weftwork.base.errors import DagsterTypeLoadingError as DagsterTypeLoadingError
from weftwork.base.errors import DagsterUndefinedDataVersionError as DagsterUndefinedDataVersionError
from weftwork.base.errors import DagsterUnknownPartitionError as DagsterUnknownPartitionError
from weftwork.base.errors import DagsterUnknownResourceError as DagsterUnknownResourceError
from weftwork.base.errors import DagsterUnknownStepStateError as DagsterUnknownStepStateError
from weftwork.base.errors import (
    DagsterUnmetExecutorRequirementsError as DagsterUnmetExecutorRequirementsError,
)
from weftwork.base.errors import DagsterUserCodeExecutionError as DagsterUserCodeExecutionError
from weftwork.base.errors import DagsterUserCodeLoadError as DagsterUserCodeLoadError
from weftwork.base.errors import HookExecutionError as HookExecutionError
from weftwork.base.errors import JobError as JobError
from weftwork.base.errors import ParameterCheckError as ParameterCheckError
from weftwork.base.errors import PartitionExecutionError as PartitionExecutionError
from weftwork.base.errors import RunStatusSensorExecutionError as RunStatusSensorExecutionError
from weftwork.base.errors import ScheduleExecutionError as ScheduleExecutionError
from weftwork.base.errors import SensorExecutionError as SensorExecutionError
from weftwork.base.relative_path import file_relative_path as file_relative_path
from weftwork.base.warnings import BetaWarning as BetaWarning
from weftwork.base.warnings import ConfigArgumentWarning as ConfigArgumentWarning
from weftwork.base.warnings import PreviewWarning as PreviewWarning
from weftwork.base.warnings import SupersessionWarning as SupersessionWarning
from weftwork.base.warnings import deprecation_warning as deprecation_warning
from weftwork.components.assets.asset_models import AssetAttributesModel as AssetAttributesModel
from weftwork.components.assets.asset_models import ResolvedAssetCheckSpec as ResolvedAssetCheckSpec
from weftwork.components.assets.asset_models import ResolvedAssetKey as ResolvedAssetKey
from weftwork.components.assets.asset_models import ResolvedAssetSpec as ResolvedAssetSpec
from weftwork.components.built_in.definitions_component import DefinitionsComponent as DefinitionsComponent
from weftwork.components.built_in.function_component import FunctionComponent as FunctionComponent
from weftwork.components.built_in.script_components import PythonScriptComponent as PythonScriptComponent
from weftwork.components.built_in.script_components import UvRunComponent as UvRunComponent
from weftwork.components.built_in.sql_components import SqlComponent as SqlComponent
from weftwork.components.built_in.sql_components import TemplatedSqlComponent as TemplatedSqlComponent
from weftwork.components.component import Component as Component
from weftwork.components.component import ComponentTypeSpec as ComponentTypeSpec
from weftwork.components.load_context import ComponentLoadContext as ComponentLoadContext
from weftwork.components.marks import component_instance as component_instance
from weftwork.components.marks import template_var as template_var
from weftwork.components.resolved.model import ComponentFormConfig as ComponentFormConfig
from weftwork.components.resolved.model import Model as Model
from weftwork.components.resolved.resolution_context import ResolutionContext as ResolutionContext
from weftwork.components.resolved.resolvable import Resolvable as Resolvable
from weftwork.components.resolved.resolver import Injected as Injected
from weftwork.components.resolved.resolver import Resolver as Resolver
from weftwork.components.scaffold.scaffolder import Scaffolder as Scaffolder
from weftwork.components.scaffold.scaffolder import ScaffoldRequest as ScaffoldRequest
from weftwork.components.scaffold.scaffolder import scaffold_with as scaffold_with
from weftwork.components.scaffold.scaffolding import scaffold_component as scaffold_component
from weftwork.components.state.state_backed_component import StateBackedComponent as StateBackedComponent
from weftwork.components.state.state_storage import UPathDefsStateStorage as UPathDefsStateStorage
from weftwork.components.tree.component_tree import ComponentTree as ComponentTree
from weftwork.components.tree.containers import DefsFolderComponent as DefsFolderComponent
from weftwork.components.tree.load_defs import build_component_defs as build_component_defs
from weftwork.components.tree.load_defs import build_defs_for_component as build_defs_for_component
from weftwork.components.tree.load_defs import component_defs as component_defs
from weftwork.components.tree.load_defs import (
    get_all_components_defs_within_project as get_all_components_defs_within_project,
)
from weftwork.components.tree.load_defs import (
    get_component_defs_within_project as get_component_defs_within_project,
)
from weftwork.components.tree.load_defs import load_defs as load_defs
from weftwork.components.tree.load_defs import load_from_defs_folder as load_from_defs_folder
from weftwork.conditions.evaluation.context import AutomationContext as AutomationContext
from weftwork.conditions.expression import AutomationCondition as AutomationCondition
from weftwork.conditions.legacy import (
    AutoMaterializeAssetPartitionsFilter as AutoMaterializeAssetPartitionsFilter,
)
from weftwork.conditions.legacy import AutoMaterializePolicy as AutoMaterializePolicy
from weftwork.conditions.legacy import AutoMaterializeRule as AutoMaterializeRule
from weftwork.conditions.result import AutomationResult as AutomationResult
from weftwork.config.config_type import Enum as Enum
from weftwork.config.config_type import EnumValue as EnumValue
from weftwork.config.containers import Array as Array
from weftwork.config.containers import Map as Map
from weftwork.config.containers import Noneable as Noneable
from weftwork.config.containers import ScalarUnion as ScalarUnion
from weftwork.config.env_var import EnvVar as EnvVar
from weftwork.config.pythonic.config import Config as Config
from weftwork.config.pythonic.config import PermissiveConfig as PermissiveConfig
from weftwork.config.run_config import RunConfig as RunConfig
from weftwork.config.schema import ConfigSchema as ConfigSchema
from weftwork.config.schema import Field as Field
from weftwork.config.schema import Permissive as Permissive
from weftwork.config.schema import Selector as Selector
from weftwork.config.schema import Shape as Shape
from weftwork.config.sources import BoolSource as BoolSource
from weftwork.config.sources import IntSource as IntSource
from weftwork.config.sources import StringSource as StringSource
from weftwork.config.yaml_config import config_from_files as config_from_files
from weftwork.config.yaml_config import config_from_pkg_resources as config_from_pkg_resources
from weftwork.config.yaml_config import config_from_yaml_strings as config_from_yaml_strings
from weftwork.definitions.assets.asset_job_definition import define_asset_job as define_asset_job
from weftwork.definitions.assets.assets_definition import AssetsDefinition as AssetsDefinition
from weftwork.definitions.assets.decorators.asset import asset as asset
from weftwork.definitions.assets.decorators.graph_asset import graph_asset as graph_asset
from weftwork.definitions.assets.decorators.graph_asset import graph_multi_asset as graph_multi_asset
from weftwork.definitions.assets.decorators.multi_asset import multi_asset as multi_asset
from weftwork.definitions.assets.decorators.multi_asset import (
    multi_observable_source_asset as multi_observable_source_asset,
)
from weftwork.definitions.assets.decorators.observable_source_asset import (
    observable_source_asset as observable_source_asset,
)
from weftwork.definitions.assets.source_asset import SourceAsset as SourceAsset
from weftwork.definitions.assets.spec_change import map_asset_specs as map_asset_specs
from weftwork.definitions.assets.specs.asset_dep import AssetDep as AssetDep
from weftwork.definitions.assets.specs.asset_in import AssetIn as AssetIn
from weftwork.definitions.assets.specs.asset_out import AssetOut as AssetOut
from weftwork.definitions.assets.specs.asset_spec import AssetSpec as AssetSpec
from weftwork.definitions.assets.specs.backfill_policy import BackfillPolicy as BackfillPolicy
from weftwork.definitions.assets.specs.check_spec import AssetCheckSpec as AssetCheckSpec
from weftwork.definitions.assets.specs.freshness_policy import FreshnessPolicy as FreshnessPolicy
from weftwork.definitions.assets.specs.freshness_policy import LegacyFreshnessPolicy as LegacyFreshnessPolicy
from weftwork.definitions.assets.specs.freshness_policy import (
    apply_freshness_policy as apply_freshness_policy,
)
from weftwork.definitions.checks.asset_check import asset_check as asset_check
from weftwork.definitions.checks.asset_check import multi_asset_check as multi_asset_check
from weftwork.definitions.checks.asset_checks_definition import AssetChecksDefinition as AssetChecksDefinition
from weftwork.definitions.checks.built_in.freshness_checks import (
    build_last_update_freshness_checks as build_last_update_freshness_checks,
)
from weftwork.definitions.checks.built_in.freshness_checks import (
    build_time_partition_freshness_checks as build_time_partition_freshness_checks,
)
from weftwork.definitions.checks.built_in.freshness_sensor import (
    build_sensor_for_freshness_checks as build_sensor_for_freshness_checks,
)
from weftwork.definitions.checks.built_in.metadata_checks import (
    build_column_schema_change_checks as build_column_schema_change_checks,
)
from weftwork.definitions.checks.built_in.metadata_checks import (
    build_metadata_bounds_checks as build_metadata_bounds_checks,
)
from weftwork.definitions.events import AssetCheckResult as AssetCheckResult
from weftwork.definitions.events import DynamicOutput as DynamicOutput
from weftwork.definitions.events import Failure as Failure
from weftwork.definitions.events import MaterializeResult as MaterializeResult
from weftwork.definitions.events import ObserveResult as ObserveResult
from weftwork.definitions.events import Output as Output
from weftwork.definitions.events import RetryRequested as RetryRequested
from weftwork.definitions.events import TypeCheck as TypeCheck
from weftwork.definitions.executors.builtin_executors import async_executor as async_executor
from weftwork.definitions.executors.builtin_executors import in_process_executor as in_process_executor
from weftwork.definitions.executors.builtin_executors import (
    multi_or_in_process_executor as multi_or_in_process_executor,
)
from weftwork.definitions.executors.builtin_executors import multiprocess_executor as multiprocess_executor
from weftwork.definitions.executors.builtin_executors import thread_executor as thread_executor
from weftwork.definitions.executors.executor_definition import Executor as Executor
from weftwork.definitions.executors.executor_definition import ExecutorDefinition as ExecutorDefinition
from weftwork.definitions.executors.executor_definition import ExecutorRequirement as ExecutorRequirement
from weftwork.definitions.executors.executor_definition import InitExecutorContext as InitExecutorContext
from weftwork.definitions.executors.executor_definition import executor as executor
from weftwork.definitions.executors.executor_definition import (
    multiple_process_executor_requirements as multiple_process_executor_requirements,
)
from weftwork.definitions.graphs.decorator import graph as graph
from weftwork.definitions.graphs.edge_types import check_edge_types as check_edge_types
from weftwork.definitions.graphs.graph_definition import GraphDefinition as GraphDefinition
from weftwork.definitions.hooks.hook_context import HookContext as HookContext
from weftwork.definitions.hooks.hook_context import build_hook_context as build_hook_context
from weftwork.definitions.hooks.hook_definition import HookDefinition as HookDefinition
from weftwork.definitions.hooks.hook_definition import HookExecutionResult as HookExecutionResult
from weftwork.definitions.hooks.hook_definition import failure_hook as failure_hook
from weftwork.definitions.hooks.hook_definition import success_hook as success_hook
from weftwork.definitions.instigators.skip_reason import SkipReason as SkipReason
from weftwork.definitions.io.build_contexts import build_input_context as build_input_context
from weftwork.definitions.io.build_contexts import build_output_context as build_output_context
from weftwork.definitions.io.configurable_io_manager import ConfigurableIOManager as ConfigurableIOManager
from weftwork.definitions.io.configurable_io_manager import (
    ConfigurableIOManagerFactory as ConfigurableIOManagerFactory,
)
from weftwork.definitions.io.configurable_io_manager import (
    ConfigurableLegacyIOManagerAdapter as ConfigurableLegacyIOManagerAdapter,
)
from weftwork.definitions.io.input_context import InputContext as InputContext
from weftwork.definitions.io.input_manager import InputManager as InputManager
from weftwork.definitions.io.input_manager import InputManagerDefinition as InputManagerDefinition
from weftwork.definitions.io.input_manager import input_manager as input_manager
from weftwork.definitions.io.io_manager import IOManager as IOManager
from weftwork.definitions.io.io_manager import IOManagerDefinition as IOManagerDefinition
from weftwork.definitions.io.io_manager import io_manager as io_manager
from weftwork.definitions.io.output_context import OutputContext as OutputContext
from weftwork.definitions.jobs.decorator import job as job
from weftwork.definitions.jobs.job_definition import JobDefinition as JobDefinition
from weftwork.definitions.locations.asset_value_loader import AssetValueLoader as AssetValueLoader
from weftwork.definitions.locations.automation import (
    EvaluateAutomationConditionsResult as EvaluateAutomationConditionsResult,
)
from weftwork.definitions.locations.automation import (
    evaluate_automation_conditions as evaluate_automation_conditions,
)
from weftwork.definitions.locations.code_references import (
    AnchorBasedFilePathMapping as AnchorBasedFilePathMapping,
)
from weftwork.definitions.locations.code_references import FilePathMapping as FilePathMapping
from weftwork.definitions.locations.code_references import (
    link_code_references_to_git as link_code_references_to_git,
)
from weftwork.definitions.locations.code_references import (
    with_source_code_references as with_source_code_references,
)
from weftwork.definitions.locations.definitions import Definitions as Definitions
from weftwork.definitions.locations.definitions import (
    create_repository_using_definitions_args as create_repository_using_definitions_args,
)
from weftwork.definitions.locations.libraries import DagsterLibraryRegistry as DagsterLibraryRegistry
from weftwork.definitions.locations.load_assets import (
    load_asset_checks_from_current_module as load_asset_checks_from_current_module,
)
from weftwork.definitions.locations.load_assets import (
    load_asset_checks_from_modules as load_asset_checks_from_modules,
)
from weftwork.definitions.locations.load_assets import (
    load_asset_checks_from_package_module as load_asset_checks_from_package_module,
)
from weftwork.definitions.locations.load_assets import (
    load_asset_checks_from_package_name as load_asset_checks_from_package_name,
)
from weftwork.definitions.locations.load_assets import (
    load_assets_from_current_module as load_assets_from_current_module,
)
from weftwork.definitions.locations.load_assets import load_assets_from_modules as load_assets_from_modules
from weftwork.definitions.locations.load_assets import (
    load_assets_from_package_module as load_assets_from_package_module,
)
from weftwork.definitions.locations.load_assets import (
    load_assets_from_package_name as load_assets_from_package_name,
)
from weftwork.definitions.locations.load_definitions import definitions as definitions
from weftwork.definitions.locations.load_definitions import (
    load_definitions_from_current_module as load_definitions_from_current_module,
)
from weftwork.definitions.locations.load_definitions import (
    load_definitions_from_module as load_definitions_from_module,
)
from weftwork.definitions.locations.load_definitions import (
    load_definitions_from_modules as load_definitions_from_modules,
)
from weftwork.definitions.locations.load_definitions import (
    load_definitions_from_package_module as load_definitions_from_package_module,
)
from weftwork.definitions.locations.load_definitions import (
    load_definitions_from_package_name as load_definitions_from_package_name,
)
from weftwork.definitions.locations.repository import RepositoryDefinition as RepositoryDefinition
from weftwork.definitions.locations.repository import repository as repository
from weftwork.definitions.locations.repository_data import RepositoryData as RepositoryData
from weftwork.definitions.loggers.capture import get_dagster_logger as get_dagster_logger
from weftwork.definitions.loggers.console import JsonLogFormatter as JsonLogFormatter
from weftwork.definitions.loggers.console import colored_console_logger as colored_console_logger
from weftwork.definitions.loggers.console import default_loggers as default_loggers
from weftwork.definitions.loggers.console import default_system_loggers as default_system_loggers
from weftwork.definitions.loggers.console import json_console_logger as json_console_logger
from weftwork.definitions.loggers.log_manager import DagsterLogManager as DagsterLogManager
from weftwork.definitions.loggers.logger_definition import InitLoggerContext as InitLoggerContext
from weftwork.definitions.loggers.logger_definition import LoggerDefinition as LoggerDefinition
from weftwork.definitions.loggers.logger_definition import (
    build_init_logger_context as build_init_logger_context,
)
from weftwork.definitions.loggers.logger_definition import logger as logger
from weftwork.definitions.nodes.dependencies import DependencyDefinition as DependencyDefinition
from weftwork.definitions.nodes.dependencies import MultiDependencyDefinition as MultiDependencyDefinition
from weftwork.definitions.nodes.dependencies import NodeInvocation as NodeInvocation
from weftwork.definitions.nodes.inputs import GraphIn as GraphIn
from weftwork.definitions.nodes.inputs import In as In
from weftwork.definitions.nodes.invocation import PendingNodeInvocation as PendingNodeInvocation
from weftwork.definitions.nodes.mappings import InputMapping as InputMapping
from weftwork.definitions.nodes.mappings import OutputMapping as OutputMapping
from weftwork.definitions.nodes.outputs import DynamicOut as DynamicOut
from weftwork.definitions.nodes.outputs import GraphOut as GraphOut
from weftwork.definitions.nodes.outputs import Out as Out
from weftwork.definitions.ops.decorator import op as op
from weftwork.definitions.ops.op_definition import OpDefinition as OpDefinition
from weftwork.definitions.partitioned_config import PartitionedConfig as PartitionedConfig
from weftwork.definitions.partitioned_config import daily_partitioned_config as daily_partitioned_config
from weftwork.definitions.partitioned_config import dynamic_partitioned_config as dynamic_partitioned_config
from weftwork.definitions.partitioned_config import hourly_partitioned_config as hourly_partitioned_config
from weftwork.definitions.partitioned_config import monthly_partitioned_config as monthly_partitioned_config
from weftwork.definitions.partitioned_config import partitioned_config as partitioned_config
from weftwork.definitions.partitioned_config import static_partitioned_config as static_partitioned_config
from weftwork.definitions.partitioned_config import weekly_partitioned_config as weekly_partitioned_config
from weftwork.definitions.resources.build_resources import (
    build_init_resource_context as build_init_resource_context,
)
from weftwork.definitions.resources.build_resources import build_resources as build_resources
from weftwork.definitions.resources.build_resources import make_values_resource as make_values_resource
from weftwork.definitions.resources.configurable.resource import ConfigurableResource as ConfigurableResource
from weftwork.definitions.resources.init_context import InitResourceContext as InitResourceContext
from weftwork.definitions.resources.namespace import (
    IAttachDifferentObjectToOpContext as IAttachDifferentObjectToOpContext,
)
from weftwork.definitions.resources.resource_definition import ResourceDefinition as ResourceDefinition
from weftwork.definitions.resources.resource_definition import resource as resource
from weftwork.definitions.resources.resource_dependency import ResourceDependency as ResourceDependency
from weftwork.definitions.resources.resource_dependency import ResourceParam as ResourceParam
from weftwork.definitions.resources.with_resources import with_resources as with_resources
from weftwork.definitions.run_config.config_mapping import ConfigMapping as ConfigMapping
from weftwork.definitions.run_config.config_mapping import config_mapping as config_mapping
from weftwork.definitions.run_config.configured import configured as configured
from weftwork.definitions.run_config.json_schema import config_json_schema as config_json_schema
from weftwork.definitions.schedules.decorator import schedule as schedule
from weftwork.definitions.schedules.partitioned_schedule import (
    build_schedule_from_partitioned_job as build_schedule_from_partitioned_job,
)
from weftwork.definitions.schedules.schedule_context import (
    ScheduleEvaluationContext as ScheduleEvaluationContext,
)
from weftwork.definitions.schedules.schedule_context import build_schedule_context as build_schedule_context
from weftwork.definitions.schedules.schedule_definition import DefaultScheduleStatus as DefaultScheduleStatus
from weftwork.definitions.schedules.schedule_definition import ScheduleDefinition as ScheduleDefinition
from weftwork.definitions.sensors.asset_sensor import AssetSensorDefinition as AssetSensorDefinition
from weftwork.definitions.sensors.asset_sensor import asset_sensor as asset_sensor
from weftwork.definitions.sensors.automation_sensor import (
    AutomationConditionSensorDefinition as AutomationConditionSensorDefinition,
)
from weftwork.definitions.sensors.decorator import sensor as sensor
from weftwork.definitions.sensors.multi_asset_context import (
    MultiAssetSensorEvaluationContext as MultiAssetSensorEvaluationContext,
)
from weftwork.definitions.sensors.multi_asset_context import (
    build_multi_asset_sensor_context as build_multi_asset_sensor_context,
)
from weftwork.definitions.sensors.multi_asset_sensor import (
    MultiAssetSensorDefinition as MultiAssetSensorDefinition,
)
from weftwork.definitions.sensors.multi_asset_sensor import multi_asset_sensor as multi_asset_sensor
from weftwork.definitions.sensors.run_status_context import RunFailureSensorContext as RunFailureSensorContext
from weftwork.definitions.sensors.run_status_context import RunStatusSensorContext as RunStatusSensorContext
from weftwork.definitions.sensors.run_status_context import (
    build_run_status_sensor_context as build_run_status_sensor_context,
)
from weftwork.definitions.sensors.run_status_sensor import (
    RunStatusSensorDefinition as RunStatusSensorDefinition,
)
from weftwork.definitions.sensors.run_status_sensor import run_failure_sensor as run_failure_sensor
from weftwork.definitions.sensors.run_status_sensor import run_status_sensor as run_status_sensor
from weftwork.definitions.sensors.selectors import CodeLocationSelector as CodeLocationSelector
from weftwork.definitions.sensors.selectors import JobSelector as JobSelector
from weftwork.definitions.sensors.selectors import RepositorySelector as RepositorySelector
from weftwork.definitions.sensors.sensor_context import SensorEvaluationContext as SensorEvaluationContext
from weftwork.definitions.sensors.sensor_context import build_sensor_context as build_sensor_context
from weftwork.definitions.sensors.sensor_definition import DefaultSensorStatus as DefaultSensorStatus
from weftwork.definitions.sensors.sensor_definition import SensorDefinition as SensorDefinition
from weftwork.definitions.sensors.sensor_result import SensorResult as SensorResult
from weftwork.definitions.sensors.sensor_result import SensorReturnTypesUnion as SensorReturnTypesUnion
from weftwork.definitions.stored_values import deserialize_value as deserialize_value
from weftwork.definitions.types.builtin_types import Any as Any
from weftwork.definitions.types.builtin_types import Bool as Bool
from weftwork.definitions.types.builtin_types import Float as Float
from weftwork.definitions.types.builtin_types import Int as Int
from weftwork.definitions.types.builtin_types import Nothing as Nothing
from weftwork.definitions.types.builtin_types import String as String
from weftwork.definitions.types.checking import check_dagster_type as check_dagster_type
from weftwork.definitions.types.dagster_type import DagsterType as DagsterType
from weftwork.definitions.types.dagster_type import PythonObjectDagsterType as PythonObjectDagsterType
from weftwork.definitions.types.loader import DagsterTypeLoader as DagsterTypeLoader
from weftwork.definitions.types.loader import DagsterTypeLoaderContext as DagsterTypeLoaderContext
from weftwork.definitions.types.loader import dagster_type_loader as dagster_type_loader
from weftwork.definitions.types.resolution import Dict as Dict
from weftwork.definitions.types.resolution import List as List
from weftwork.definitions.types.resolution import Optional as Optional
from weftwork.definitions.types.resolution import Set as Set
from weftwork.definitions.types.resolution import Tuple as Tuple
from weftwork.definitions.types.resolution import (
    make_python_type_usable_as_dagster_type as make_python_type_usable_as_dagster_type,
)
from weftwork.definitions.types.resolution import usable_as_dagster_type as usable_as_dagster_type
from weftwork.definitions.types.type_check_context import TypeCheckContext as TypeCheckContext
from weftwork.execution.contexts.op_context import AssetCheckExecutionContext as AssetCheckExecutionContext
from weftwork.execution.contexts.op_context import AssetExecutionContext as AssetExecutionContext
from weftwork.execution.contexts.op_context import OpExecutionContext as OpExecutionContext
from weftwork.execution.email_sensor import (
    make_email_on_run_failure_sensor as make_email_on_run_failure_sensor,
)
from weftwork.execution.invocation.build_contexts import (
    build_asset_check_context as build_asset_check_context,
)
from weftwork.execution.invocation.build_contexts import build_asset_context as build_asset_context
from weftwork.execution.invocation.build_contexts import build_op_context as build_op_context
from weftwork.execution.reconstructable import build_reconstructable_job as build_reconstructable_job
from weftwork.execution.reconstructable import reconstructable as reconstructable
from weftwork.execution.results.in_process_result import ExecuteInProcessResult as ExecuteInProcessResult
from weftwork.execution.results.job_result import JobExecutionResult as JobExecutionResult
from weftwork.execution.runs.execute_job import execute_job as execute_job
from weftwork.execution.runs.interrupts import raise_execution_interrupts as raise_execution_interrupts
from weftwork.execution.runs.materialize import materialize as materialize
from weftwork.execution.runs.materialize import materialize_to_memory as materialize_to_memory
from weftwork.execution.runs.reexecution import ReexecutionOptions as ReexecutionOptions
from weftwork.execution.runs.run_config import validate_run_config as validate_run_config
from weftwork.instance.classes.run_coordinators import QueuedRunCoordinator as QueuedRunCoordinator
from weftwork.instance.classes.run_coordinators import SubmitRunContext as SubmitRunContext
from weftwork.instance.classes.run_launchers import DefaultRunLauncher as DefaultRunLauncher
from weftwork.instance.instance import DagsterInstance as DagsterInstance
from weftwork.instance.testing import instance_for_test as instance_for_test
from weftwork.io_managers.by_type.type_dispatch import TypeDispatchIOManager as TypeDispatchIOManager
from weftwork.io_managers.by_type.value_format import ValueFormat as ValueFormat
from weftwork.io_managers.filesystem import custom_path_fs_io_manager as custom_path_fs_io_manager
from weftwork.io_managers.filesystem import fs_io_manager as fs_io_manager
from weftwork.io_managers.filesystem_resource import FilesystemIOManager as FilesystemIOManager
from weftwork.io_managers.in_memory import InMemoryIOManager as InMemoryIOManager
from weftwork.io_managers.in_memory import mem_io_manager as mem_io_manager
from weftwork.io_managers.local_file_manager import FileHandle as FileHandle
from weftwork.io_managers.local_file_manager import LocalFileHandle as LocalFileHandle
from weftwork.io_managers.local_file_manager import local_file_manager as local_file_manager
from weftwork.io_managers.tables.duckdb_io_manager import DuckDBIOManager as DuckDBIOManager
from weftwork.io_managers.tables.parquet_io_manager import ParquetIOManager as ParquetIOManager
from weftwork.io_managers.upath import UPathIOManager as UPathIOManager
from weftwork.legacy import BindResourcesToJobs as BindResourcesToJobs
from weftwork.legacy import DynamicOutputDefinition as DynamicOutputDefinition
from weftwork.legacy import EventMetadata as EventMetadata
from weftwork.legacy import EventMetadataEntry as EventMetadataEntry
from weftwork.legacy import ExecuteJobResult as ExecuteJobResult
from weftwork.legacy import InputDefinition as InputDefinition
from weftwork.legacy import Materialization as Materialization
from weftwork.legacy import MetadataEntry as MetadataEntry
from weftwork.legacy import OutputDefinition as OutputDefinition
from weftwork.legacy import PartitionMetadataEntry as PartitionMetadataEntry
from weftwork.legacy import ReconstructablePipeline as ReconstructablePipeline
from weftwork.legacy import VersionStrategy as VersionStrategy
from weftwork.legacy import pipeline as pipeline
from weftwork.legacy import solid as solid
from weftwork.partitions.context import partition_loading_context as partition_loading_context
from weftwork.partitions.definition import PartitionsDefinition as PartitionsDefinition
from weftwork.partitions.dynamic import AddDynamicPartitionsRequest as AddDynamicPartitionsRequest
from weftwork.partitions.dynamic import DeleteDynamicPartitionsRequest as DeleteDynamicPartitionsRequest
from weftwork.partitions.dynamic import DynamicPartitionsDefinition as DynamicPartitionsDefinition
from weftwork.partitions.keys import MultiPartitionKey as MultiPartitionKey
from weftwork.partitions.keys import Partition as Partition
from weftwork.partitions.keys import PartitionKeyRange as PartitionKeyRange
from weftwork.partitions.keys import TimeWindow as TimeWindow
from weftwork.partitions.mappings import AllPartitionMapping as AllPartitionMapping
from weftwork.partitions.mappings import DimensionPartitionMapping as DimensionPartitionMapping
from weftwork.partitions.mappings import IdentityPartitionMapping as IdentityPartitionMapping
from weftwork.partitions.mappings import LastPartitionMapping as LastPartitionMapping
from weftwork.partitions.mappings import MultiPartitionMapping as MultiPartitionMapping
from weftwork.partitions.mappings import (
    MultiToSingleDimensionPartitionMapping as MultiToSingleDimensionPartitionMapping,
)
from weftwork.partitions.mappings import PartitionMapping as PartitionMapping
from weftwork.partitions.mappings import (
    SpecificPartitionsPartitionMapping as SpecificPartitionsPartitionMapping,
)
from weftwork.partitions.mappings import StaticPartitionMapping as StaticPartitionMapping
from weftwork.partitions.mappings import TimeWindowPartitionMapping as TimeWindowPartitionMapping
from weftwork.partitions.multi import MultiPartitionsDefinition as MultiPartitionsDefinition
from weftwork.partitions.static import StaticPartitionsDefinition as StaticPartitionsDefinition
from weftwork.partitions.time_window import DailyPartitionsDefinition as DailyPartitionsDefinition
from weftwork.partitions.time_window import HourlyPartitionsDefinition as HourlyPartitionsDefinition
from weftwork.partitions.time_window import MonthlyPartitionsDefinition as MonthlyPartitionsDefinition
from weftwork.partitions.time_window import TimeWindowPartitionsDefinition as TimeWindowPartitionsDefinition
from weftwork.partitions.time_window import WeeklyPartitionsDefinition as WeeklyPartitionsDefinition
from weftwork.pipes.host.client import PipesClient as PipesClient
from weftwork.pipes.host.client import PipesClientCompletedInvocation as PipesClientCompletedInvocation
from weftwork.pipes.host.handler import PipesExecutionResult as PipesExecutionResult
from weftwork.pipes.host.handler import PipesMessageHandler as PipesMessageHandler
from weftwork.pipes.host.injectors import PipesContextInjector as PipesContextInjector
from weftwork.pipes.host.injectors import PipesEnvContextInjector as PipesEnvContextInjector
from weftwork.pipes.host.injectors import PipesFileContextInjector as PipesFileContextInjector
from weftwork.pipes.host.injectors import PipesTempFileContextInjector as PipesTempFileContextInjector
from weftwork.pipes.host.readers import PipesBlobStoreMessageReader as PipesBlobStoreMessageReader
from weftwork.pipes.host.readers import PipesCompositeMessageReader as PipesCompositeMessageReader
from weftwork.pipes.host.readers import PipesFileMessageReader as PipesFileMessageReader
from weftwork.pipes.host.readers import PipesLaunchedData as PipesLaunchedData
from weftwork.pipes.host.readers import PipesLogReader as PipesLogReader
from weftwork.pipes.host.readers import PipesMessageReader as PipesMessageReader
from weftwork.pipes.host.readers import PipesTempFileMessageReader as PipesTempFileMessageReader
from weftwork.pipes.host.session import PipesSession as PipesSession
from weftwork.pipes.host.session import open_pipes_session as open_pipes_session
from weftwork.pipes.host.subprocess_client import PipesSubprocessClient as PipesSubprocessClient
from weftwork.planning.selection.asset_selection import AssetSelection as AssetSelection
from weftwork.records.asset_events import AssetCheckEvaluation as AssetCheckEvaluation
from weftwork.records.asset_events import AssetCheckSeverity as AssetCheckSeverity
from weftwork.records.asset_events import AssetMaterialization as AssetMaterialization
from weftwork.records.asset_events import AssetObservation as AssetObservation
from weftwork.records.asset_events import ExpectationResult as ExpectationResult
from weftwork.records.data_version import DataProvenance as DataProvenance
from weftwork.records.data_version import DataVersion as DataVersion
from weftwork.records.data_version import DataVersionsByPartition as DataVersionsByPartition
from weftwork.records.event_type import DagsterEventType as DagsterEventType
from weftwork.records.events import DagsterEvent as DagsterEvent
from weftwork.records.events import EventLogEntry as EventLogEntry
from weftwork.records.events import EventLogRecord as EventLogRecord
from weftwork.records.events import EventRecordsResult as EventRecordsResult
from weftwork.records.keys import AssetCheckKey as AssetCheckKey
from weftwork.records.keys import AssetKey as AssetKey
from weftwork.records.lookups.assets import AssetPartitionStatus as AssetPartitionStatus
from weftwork.records.lookups.filters import AssetRecordsFilter as AssetRecordsFilter
from weftwork.records.lookups.filters import EventRecordsFilter as EventRecordsFilter
from weftwork.records.lookups.filters import RunStatusChangeRecordsFilter as RunStatusChangeRecordsFilter
from weftwork.records.lookups.pages import PaginatedResults as PaginatedResults
from weftwork.records.lookups.pages import RunShardedEventsCursor as RunShardedEventsCursor
from weftwork.records.retry import Backoff as Backoff
from weftwork.records.retry import Jitter as Jitter
from weftwork.records.retry import RetryPolicy as RetryPolicy
from weftwork.records.run_request import RunRequest as RunRequest
from weftwork.records.runs import DagsterRun as DagsterRun
from weftwork.records.runs import DagsterRunStatus as DagsterRunStatus
from weftwork.records.runs import RunRecord as RunRecord
from weftwork.records.runs import RunsFilter as RunsFilter
from weftwork.records.tags import MAX_RUNTIME_SECONDS_TAG as MAX_RUNTIME_SECONDS_TAG
from weftwork.records.values.asset_job_key import AssetJobKey as AssetJobKey
from weftwork.records.values.asset_job_key import AssetOrCheckKey as AssetOrCheckKey
from weftwork.records.values.metadata_value import BoolMetadataValue as BoolMetadataValue
from weftwork.records.values.metadata_value import CodeReferencesMetadataValue as CodeReferencesMetadataValue
from weftwork.records.values.metadata_value import DagsterAssetMetadataValue as DagsterAssetMetadataValue
from weftwork.records.values.metadata_value import DagsterJobMetadataValue as DagsterJobMetadataValue
from weftwork.records.values.metadata_value import DagsterRunMetadataValue as DagsterRunMetadataValue
from weftwork.records.values.metadata_value import FloatMetadataValue as FloatMetadataValue
from weftwork.records.values.metadata_value import IntMetadataValue as IntMetadataValue
from weftwork.records.values.metadata_value import JsonMetadataValue as JsonMetadataValue
from weftwork.records.values.metadata_value import LocalFileCodeReference as LocalFileCodeReference
from weftwork.records.values.metadata_value import MarkdownMetadataValue as MarkdownMetadataValue
from weftwork.records.values.metadata_value import MetadataValue as MetadataValue
from weftwork.records.values.metadata_value import NotebookMetadataValue as NotebookMetadataValue
from weftwork.records.values.metadata_value import NullMetadataValue as NullMetadataValue
from weftwork.records.values.metadata_value import PathMetadataValue as PathMetadataValue
from weftwork.records.values.metadata_value import PoolMetadataValue as PoolMetadataValue
from weftwork.records.values.metadata_value import PythonArtifactMetadataValue as PythonArtifactMetadataValue
from weftwork.records.values.metadata_value import (
    TableColumnLineageMetadataValue as TableColumnLineageMetadataValue,
)
from weftwork.records.values.metadata_value import TableMetadataValue as TableMetadataValue
from weftwork.records.values.metadata_value import TableSchemaMetadataValue as TableSchemaMetadataValue
from weftwork.records.values.metadata_value import TextMetadataValue as TextMetadataValue
from weftwork.records.values.metadata_value import TimestampMetadataValue as TimestampMetadataValue
from weftwork.records.values.metadata_value import UrlCodeReference as UrlCodeReference
from weftwork.records.values.metadata_value import UrlMetadataValue as UrlMetadataValue
from weftwork.records.values.tables import TableColumn as TableColumn
from weftwork.records.values.tables import TableColumnConstraints as TableColumnConstraints
from weftwork.records.values.tables import TableColumnDep as TableColumnDep
from weftwork.records.values.tables import TableColumnLineage as TableColumnLineage
from weftwork.records.values.tables import TableConstraints as TableConstraints
from weftwork.records.values.tables import TableRecord as TableRecord
from weftwork.records.values.tables import TableSchema as TableSchema
from weftwork.serde.codec import serialize_value as serialize_value
