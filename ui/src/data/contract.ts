// Types of the JSON API. Made from docs/openapi.yaml by contract.mjs; not edited by hand.

/** How bad it is when a check does not pass. */
export type AssetCheckSeverity = "ERROR" | "WARN";

/** An asset as a code location defines it. */
export interface AssetDefinition {
  /** the code location. */
  location: string;
  /** its repository. */
  repository: string;
  /** text for people, as Markdown. */
  description: string | null;
  /** its group. */
  group: string | null;
  /** its kinds. */
  kinds: Array<string>;
  /** who answers for it. */
  owners: Array<string>;
  /** its tags. */
  tags: Record<string, string>;
  /** what its definition tells. */
  metadata: Record<string, MetadataView>;
  /** the assets that it depends on. */
  deps: Array<string>;
  /** its partitions definition; None if it has none. */
  partitions: PartitionsView | null;
  /** its automation condition in words. */
  automation: string | null;
  /** its freshness policy. */
  freshness: Record<string, unknown> | null;
  /** its backfill policy in words. */
  backfill: string | null;
  /** the version of the code that makes it. */
  code_version: string | null;
  /** whether something makes it. */
  is_materializable: boolean;
  /** whether something observes it. */
  is_observable: boolean;
  /** the assets that are always made together with it. */
  required_with: Array<string>;
  /** the type of its value. */
  type_name: string | null;
  /** the resource that stores it. */
  io_manager_key: string | null;
  /** the resources that making it takes. */
  resource_keys: Array<string>;
  /** the ops that make it. */
  ops: Array<string>;
  /** the pools that limit how many of its kind run at once. */
  pools: Array<string>;
  /** the jobs that make it. */
  jobs: Array<string>;
  /** the schedules that start such a job. */
  schedules: Array<string>;
  /** the sensors that look at it or may start such a job. */
  sensors: Array<string>;
  /** file and line of the function that makes it, "file.py:12". */
  source: string | null;
}

/** Two events of an asset side by side. */
export interface AssetEventDiff {
  /** the first. */
  a: AssetEventView;
  /** the second. */
  b: AssetEventView;
  /** what they tell, where it differs. */
  metadata: Array<ChangeOfValue>;
  /** their tags, among them the versions of code and data, where they differ. */
  versions: Array<ChangeOfValue>;
}

/** A page of what happened to an asset, newest first. */
export interface AssetEventPage {
  /** the events. */
  events: Array<AssetEventView>;
  /** where the next page begins; None if there is none. */
  cursor: string | null;
}

/** Something that happened to an asset. */
export interface AssetEventView {
  /** its number, growing over all runs. */
  id: number;
  /** "materialization", "observation" or "failure". */
  type: string;
  /** when, in seconds since the epoch. */
  timestamp: number;
  /** the run; None if it was reported outside of runs. */
  run_id: string | null;
  /** the step. */
  step: string | null;
  /** the job of the run. */
  job: string | null;
  /** the partition. */
  partition: string | null;
  /** what it says. */
  description: string | null;
  /** what it tells. */
  metadata: Record<string, MetadataView>;
  /** its tags, among them the versions of code and data. */
  tags: Record<string, string>;
}

/** All assets as columns: the n-th entry of a column is of asset n. Texts that many share are in tables. */
export interface AssetGraphView {
  /** changes whenever any of this does; also the ETag. */
  version: string;
  /** the keys, parts joined by "/" (one inside a part is written "\/"). */
  keys: Array<string>;
  /** table of groups. */
  groups: Array<string>;
  /** number of the group of each; -1 for none. */
  group: Array<number>;
  /** table of kinds. */
  kinds: Array<string>;
  /** numbers of the kinds of each. */
  kind: Array<Array<number>>;
  /** table of owners. */
  owners: Array<string>;
  /** numbers of the owners of each. */
  owner: Array<Array<number>>;
  /** table of tags, "key=value". */
  tags: Array<string>;
  /** numbers of the tags of each. */
  tag: Array<Array<number>>;
  /** table of code locations. */
  locations: Array<string>;
  /** number of the code location of each; -1 for one that was only ever recorded. */
  location: Array<number>;
  /** sum of 1 materializable, 2 observable, 4 partitioned, 8 automated, 16 declared, 32 has a freshness policy, 64 only ever recorded. */
  flags: Array<number>;
  /** numbers of the assets that each depends on. */
  parents: Array<Array<number>>;
  /** how many checks each has. */
  checks: Array<number>;
  /** table of column names. */
  columns: Array<string>;
  /** numbers of the columns of each. */
  column: Array<Array<number>>;
  /** the first line of the description of each; empty for none. */
  descriptions: Array<string>;
}

/** Something happened to assets. */
export interface AssetNews {
  keys: Array<string>;
}

/** The partitions of an asset. */
export interface AssetPartitions {
  /** how many there are. */
  total: number;
  /** how many are in which state. */
  counts: Record<string, number>;
  /** the dimensions. */
  dimensions: Array<DimensionView>;
  /** the dimension of the rows; None for one dimension. */
  row: string | null;
  /** the dimension that goes from left to right. */
  column: string;
  /** the rows; a single one with an empty key for one dimension. */
  rows: Array<PartitionRow>;
  /** whether rows are left out. */
  has_more_rows: boolean;
}

/** An asset in full. */
export interface AssetReport {
  /** how it stands. */
  asset: AssetView;
  /** how it is defined; None for one that was only ever recorded. */
  definition: AssetDefinition | null;
  /** its number in the graph. */
  number: number;
  /** the assets that it depends on. */
  parents: Array<string>;
  /** the assets that depend on it. */
  children: Array<string>;
  /** the latest materialization. */
  materialization: AssetEventView | null;
  /** the latest observation. */
  observation: AssetEventView | null;
  /** the latest event that says that it was not made. */
  failure: AssetEventView | null;
  /** the run that was last to make it and failed; None where it was made since. */
  trouble: AssetTrouble | null;
  /** how it stands to its freshness policy: "PASS", "WARN", "FAIL" or "UNKNOWN"; None without one. */
  freshness: string | null;
  /** its checks. */
  checks: Array<CheckStatus>;
  /** why it is stale; empty if it is up to date, or was never made. */
  stale: Array<StaleReason>;
}

/** An asset as a row of a table. */
export interface AssetRow {
  /** how it stands. */
  asset: AssetView;
  /** its number in the graph. */
  number: number;
  /** its code location. */
  location: string | null;
  /** text for people. */
  description: string | null;
  /** its kinds. */
  kinds: Array<string>;
  /** who answers for it. */
  owners: Array<string>;
  /** its tags. */
  tags: Record<string, string>;
  /** whether something makes it. */
  is_materializable: boolean;
  /** whether something observes it. */
  is_observable: boolean;
  /** whether it has an automation condition. */
  is_automated: boolean;
  /** how many checks it has. */
  check_count: number;
  /** why it is stale; empty if it is up to date, or was never made. */
  stale: Array<StaleReason>;
}

/** A page of assets. */
export interface AssetRows {
  /** the assets. */
  rows: Array<AssetRow>;
  /** how many fit. */
  total: number;
  /** where the next page begins; None if there is none. */
  cursor: string | null;
}

/** How an asset stands. */
export type AssetStatus = "FAILED" | "IN_PROGRESS" | "MATERIALIZED" | "MISSING";

/** How assets stand: the n-th entry of each column is of the n-th of ``numbers``. */
export interface AssetStatusColumns {
  /** the version of the graph that the numbers are of. */
  version: string;
  /** the last event that is in it. */
  cursor: number;
  /** table of states: "MISSING", "MATERIALIZED", "FAILED", "IN_PROGRESS". */
  names: Array<string>;
  /** the assets, by their numbers in the graph. */
  numbers: Array<number>;
  /** number of the state of each. */
  status: Array<number>;
  /** when each was last materialized, in seconds since the epoch; None for never. */
  at: Array<number | null>;
  /** the run that last materialized each. */
  run: Array<string | null>;
  /** for each materialized, failed, in progress and all partitions; None for one without partitions. */
  partitions: Array<[number, number, number, number] | null>;
  /** for each how many checks passed, warned and failed last; None if none was ever evaluated. */
  checks: Array<[number, number, number] | null>;
}

/** The run that was last to make an asset and failed. */
export interface AssetTrouble {
  /** the run. */
  run_id: string;
  /** when it ended. */
  at: string | null;
  /** why; None where it does not tell. */
  reason: FailureReason | null;
  /** whether the step that failed is the one that makes the asset. */
  is_own: boolean;
}

/** An asset. */
export interface AssetView {
  /** its key, parts joined by "/". */
  key: string;
  /** how it stands; of a partitioned asset, how its partitions stand. */
  status: AssetStatus;
  /** when it was last materialized. */
  materialized_at: string | null;
  /** the run that last materialized it. */
  run_id: string | null;
  /** how many partitions are in which state; None for an asset without any. */
  partitions: PartitionCounts | null;
  /** how its checks last ended; None if none was ever evaluated. */
  checks: CheckCounts | null;
  /** its group; None if the definitions were not asked. */
  group?: string | null;
}

/** A page of the audit log, latest first. */
export interface AuditPage {
  entries: Array<AuditView>;
  cursor: string | null;
}

/** Something that somebody did, or tried to do. */
export interface AuditView {
  id: number;
  at: string;
  caller: string;
  role: string;
  action: string;
  target: Record<string, unknown>;
  error: string | null;
}

/** Runs to cancel. */
export interface CancelBody {
  /** their ids. */
  run_ids: Array<string>;
  /** whether they are recorded as canceled at once and their processes are killed. */
  force?: boolean;
}

/** Output that was captured together. */
export interface CapturedFile {
  /** names it: the key of the step, with the number of the attempt from the second on; "run" for the run's own process. */
  name: string;
  /** the steps that printed there. */
  step_keys: Array<string>;
  /** how much there is of standard output. */
  stdout_bytes: number;
  /** how much there is of standard error. */
  stderr_bytes: number;
}

/** All output that a run captured. */
export interface CapturedFiles {
  files: Array<CapturedFile>;
}

/** A leaf that differs. */
export interface ChangeOfValue {
  /** where it is: the keys from the top, joined by ".". */
  path: string;
  /** what it was; None where it was not there. */
  before: unknown;
  /** what it is; None where it is not there. */
  after: unknown;
  /** by how much it grew, for two numbers. */
  change: number | null;
  /** whether it was not there before. */
  is_added: boolean;
  /** whether it is not there any more. */
  is_removed: boolean;
}

/** A definition that a reload changed. */
export interface ChangeView {
  /** "asset", "check", "job", "schedule", "sensor" or "resource". */
  kind: string;
  /** its name or key. */
  name: string;
  /** what of it changed. */
  fields: Array<string>;
}

/** How many checks of an asset last passed, warned and failed. */
export interface CheckCounts {
  passed: number;
  warned: number;
  failed: number;
}

/** A page of evaluations of a check, newest first. */
export interface CheckExecutionPage {
  executions: Array<CheckExecutionView>;
  cursor: string | null;
}

/** One evaluation of a check. */
export interface CheckExecutionView {
  /** its number. */
  id: number;
  /** "PLANNED", "SUCCEEDED" or "FAILED". */
  status: string;
  /** when, in seconds since the epoch. */
  timestamp: number;
  /** the run. */
  run_id: string | null;
  /** the partition that was checked. */
  partition: string | null;
  /** how bad it was, "WARN" or "ERROR". */
  severity: string | null;
  /** what it said. */
  description: string | null;
  /** what it told. */
  metadata: Record<string, MetadataView>;
}

/** A check of an asset and what it last found. */
export interface CheckStatus {
  /** the check. */
  name: string;
  /** text for people. */
  description: string | null;
  /** whether what is downstream waits for it. */
  is_blocking: boolean;
  /** whether a code location defines it; otherwise it was only ever recorded. */
  is_defined: boolean;
  /** file and line of its function. */
  source: string | null;
  /** whether it last passed; None if it was never evaluated. */
  passed: boolean | null;
  /** how bad it was, "WARN" or "ERROR". */
  severity: string | null;
  /** what it said. */
  result: string | null;
  /** what it told. */
  metadata: Record<string, MetadataView>;
  /** the partition that was checked. */
  partition: string | null;
  /** the run that evaluated it. */
  run_id: string | null;
  /** when it was last evaluated. */
  evaluated_at: string | null;
  /** why the run that was to evaluate it since failed before it did. */
  crash?: string | null;
  /** that run. */
  crash_run_id?: string | null;
}

/** What a check of an asset found. */
export interface CheckView {
  /** the asset. */
  asset: string;
  /** the check. */
  name: string;
  /** whether it passed. */
  passed: boolean;
  /** "WARN" or "ERROR": how bad it is if it did not. */
  severity: string;
  /** what it says of it. */
  description: string | null;
  /** the partition that was checked. */
  partition: string | null;
}

/** Checks to evaluate, without making the assets. */
export interface ChecksBody {
  /** the checks, each as "asset:name". */
  checks?: Array<string>;
  /** assets all of whose checks are evaluated. */
  assets?: Array<string>;
  /** the partition to check. */
  partition_key?: string | null;
  /** tags of the runs. */
  tags?: Record<string, string>;
}

/** Where definitions are loaded from; one of file, module and package is given. */
export interface CodeOrigin {
  /** the file, as an absolute path. */
  python_file?: string | null;
  /** the module. */
  module_name?: string | null;
  /** the package. */
  package_name?: string | null;
  /** from where modules are imported, as an absolute path. */
  working_directory?: string | null;
  /** the name of the definitions in it; None to find them. */
  attribute?: string | null;
  /** the interpreter that has what the code needs; None for that of the launcher. */
  python?: string | null;
}

/** One thing that is wrong in a run config. */
export interface ConfigProblemView {
  /** what is wrong and what was expected. */
  message: string;
  /** the keys from the top to where it is. */
  path: Array<string>;
  /** the kind of error. */
  reason: string;
}

/** The configuration of an instance. */
export interface ConfigurationView {
  /** the file that it is read from. */
  file: string;
  /** whether there is such a file. */
  has_file: boolean;
  /** the values: first those that the file gives, in its order, then the defaults. */
  settings: Array<SettingView>;
}

/** A token to make. */
export interface CreateTokenBody {
  /** whose it is. */
  name: string;
  /** what it lets one do. */
  role: Role;
  /** how long it is good, in seconds; None for ever. */
  ttl_s?: number | null;
}

/** The state of a run. */
export type DagsterRunStatus = "CANCELED" | "CANCELING" | "FAILURE" | "MANAGED" | "NOT_STARTED" | "QUEUED" | "STARTED" | "STARTING" | "SUCCESS" | "SUSPENDED";

/** Runs to delete. */
export interface DeleteRunsBody {
  run_ids: Array<string>;
}

/** What a reload changed. */
export interface DiffView {
  added: Array<ChangeView>;
  removed: Array<ChangeView>;
  changed: Array<ChangeView>;
}

/** A dimension of partitions. */
export interface DimensionView {
  /** its name; empty where there is only one dimension. */
  name: string;
  /** how many keys it has. */
  count: number;
  /** its first key. */
  first: string | null;
  /** its last key. */
  last: string | null;
  /** whether its keys are windows of time. */
  is_time: boolean;
}

/** How many things were touched. */
export interface Done {
  count: number;
}

/** Keys of dynamic partitions. */
export interface DynamicKeysBody {
  /** the name of the definition. */
  name: string;
  /** the keys. */
  keys: Array<string>;
}

/** A page of keys, in the order in which they were added. */
export interface DynamicPartitionKeys {
  /** the name of the definition. */
  name: string;
  /** the keys. */
  keys: Array<string>;
  /** where the next page begins; None if there is none. */
  cursor: string | null;
}

/** All dynamic partitions definitions of the code locations. */
export interface DynamicPartitionsList {
  definitions: Array<DynamicPartitionsView>;
}

/** A dynamic partitions definition. */
export interface DynamicPartitionsView {
  /** its name. */
  name: string;
  /** how many keys it has. */
  count: number;
  /** the assets that have it, alone or as a dimension. */
  assets: Array<string>;
}

/** Where an input of a node comes from. */
export interface EdgeView {
  /** the input; empty where the node only waits for the other. */
  input: string;
  /** the node of the same graph; None where it is an input of the graph. */
  from_node: string | null;
  /** its output, or the input of the graph. */
  from_output: string;
  /** whether the items of a dynamic output are collected to a list. */
  is_collected: boolean;
}

/** An exception. */
export interface ErrorView {
  /** the class of the exception. */
  class_name: string;
  /** type and text of the exception, as Python prints them. */
  message: string;
  /** where it was raised, outermost first. */
  frames: Array<FrameView>;
  /** the exception that led to it. */
  cause: ErrorView | null;
  /** all of it, as Python would print it. */
  text: string;
}

/** A check that last did not pass, or could not be evaluated. */
export interface FailingCheck {
  /** the asset. */
  asset: string;
  /** the check. */
  name: string;
  /** "WARN" or "ERROR"; "CRASHED" where the check itself failed. */
  severity: string;
  /** what it says. */
  description: string | null;
  /** the run that evaluated it. */
  run_id: string | null;
  /** when, in seconds since the epoch. */
  timestamp: number;
}

/** Why a run failed. */
export interface FailureReason {
  /** the step that failed first; None where the run itself did. */
  step: string | null;
  /** the class of the user's exception. */
  class_name: string;
  /** its text, the first line of it. */
  message: string;
}

/** Runs that were found, newest first. */
export interface FoundRuns {
  runs: Array<RunView>;
}

/** A frame of a stack. */
export interface FrameView {
  /** the file. */
  file: string;
  /** the line in it. */
  line: number;
  /** the function. */
  name: string;
  /** the line's text. */
  code: string;
  /** whether it is the user's own code rather than that of a library. */
  is_user: boolean;
  /** the lines around it, where they could be read. */
  source: Array<SourceLine>;
}

/** Slots to take back. */
export interface FreeSlotsBody {
  /** from this run. */
  run_id: string;
  /** only from this step of it. */
  step?: string | null;
  /** only of this pool. */
  pool?: string | null;
}

/** A use of an op or graph. */
export interface GraphNodeView {
  /** its name there. */
  name: string;
  /** the op or graph, see ``definitions``. */
  definition: string;
  /** where its inputs come from. */
  edges: Array<EdgeView>;
  /** tags of this use. */
  tags: Record<string, string>;
  /** the number of the graph in ``graphs``, if it is one. */
  graph: number | null;
  /** the assets that it makes. */
  assets: Array<string>;
  /** the checks that it evaluates. */
  checks: Array<string>;
}

/** The stream has begun. */
export interface HelloNews {
  /** from where on it tells news. */
  cursor: number;
  /** changes when another server process answers. */
  server: string;
}

/** The first page. */
export interface HomeView {
  /** the time at the server. */
  now: string;
  /** from when on failures are listed. */
  since: string;
  /** runs that failed since, newest first; those that were repeated with success are left out. */
  failed_runs: Array<RunView>;
  /** why they failed, by run. */
  reasons: Record<string, FailureReason>;
  /** checks that last did not pass, or could not be evaluated. */
  failing_checks: Array<FailingCheck>;
  /** assets that are older than their freshness policy allows. */
  late: Array<LateAsset>;
  /** runs that wait, or are stuck, with the reason. */
  waiting: Array<WaitingRun>;
  /** code locations that could not be loaded. */
  broken_locations: Array<LocationView>;
  /** how many runs are under way. */
  running: number;
  /** how many runs wait. */
  queued: number;
  /** which schedules fire next. */
  next_ticks: Array<NextTick>;
  /** what ran. */
  timeline: RunBars;
}

/** The instance. */
export interface InstanceView {
  /** its directory. */
  home: string;
  /** where its database is. */
  storage: string;
  /** where values are stored. */
  artifacts: string;
  /** whether everything is forgotten with the process. */
  is_ephemeral: boolean;
  /** what dagster.yaml says, without secrets. */
  settings: Record<string, unknown>;
  /** our version. */
  version: string;
  /** the Python of this server. */
  python_version: string;
  /** what it runs on. */
  platform: string;
  /** the pools. */
  pools: Array<PoolView>;
}

/** What makes runs by itself. */
export type InstigatorKind = "AUTO_MATERIALIZE" | "SCHEDULE" | "SENSOR";

/** All schedules and sensors. */
export interface InstigatorList {
  instigators: Array<InstigatorView>;
}

/** A schedule or sensor. */
export interface InstigatorView {
  /** its name. */
  name: string;
  /** "SCHEDULE" or "SENSOR". */
  kind: InstigatorKind;
  /** its code location. */
  location: string;
  /** its repository. */
  repository: string;
  /** text for people, as Markdown. */
  description: string | null;
  /** whether it runs. */
  is_running: boolean;
  /** whether its definition says so. */
  is_running_by_default: boolean;
  /** whether somebody has switched it, so that the definition does not count. */
  is_switched: boolean;
  /** the jobs that it starts. */
  jobs: Array<string>;
  /** who answers for it. */
  owners: Array<string>;
  /** its tags. */
  tags: Record<string, string>;
  /** what its definition tells. */
  metadata: Record<string, MetadataView>;
  /** cron expressions of a schedule. */
  cron_schedules: Array<string>;
  /** the time zone of these. */
  timezone: string | null;
  /** when a schedule fires next. */
  next_ticks: Array<string>;
  /** what a sensor is: "STANDARD", "ASSET", "MULTI_ASSET", "RUN_STATUS", "AUTOMATION". */
  sensor_kind: string | null;
  /** seconds from one look of a sensor to the next at least. */
  interval_s: number | null;
  /** the assets that a sensor looks at, as a selection. */
  selection: string | null;
  /** what the last tick of a sensor left for the next one. */
  cursor: string | null;
  /** its last tick. */
  last_tick: TickView | null;
  /** file and line of its function. */
  source: string | null;
}

/** A graph: the first is that of the job, others are nested in it. */
export interface JobGraphView {
  name: string;
  nodes: Array<GraphNodeView>;
  inputs: Array<string>;
}

/** All jobs. */
export interface JobList {
  jobs: Array<JobView>;
}

/** Run config and tags of a partition. */
export interface JobPartitionConfig {
  run_config: Record<string, unknown>;
  tags: Record<string, string>;
}

/** A page of partition keys. */
export interface JobPartitionKeys {
  /** the keys. */
  keys: Array<string>;
  /** where the next page begins; None if there is none. */
  cursor: string | null;
  /** how many there are in all. */
  total: number | null;
}

/** A job in full. */
export interface JobReport {
  /** the job as it is listed. */
  job: JobView;
  /** what its definition tells. */
  metadata: Record<string, MetadataView>;
  /** its graph, and those nested in it. */
  graphs: Array<JobGraphView>;
  /** the ops and graphs that it uses, each once. */
  definitions: Array<NodeDefinitionView>;
  /** its run config as JSON schema. */
  config_schema: Record<string, unknown>;
  /** its default run config. */
  default_config: Record<string, unknown>;
  /** the resources that it takes. */
  resource_keys: Array<string>;
  /** its loggers. */
  logger_keys: Array<string>;
  /** the assets that it makes. */
  assets: Array<string>;
  /** the checks that it evaluates. */
  checks: Array<string>;
}

/** A job as it is listed. */
export interface JobView {
  /** its name. */
  name: string;
  /** its code location. */
  location: string;
  /** its repository. */
  repository: string;
  /** text for people, as Markdown. */
  description: string | null;
  /** its tags. */
  tags: Record<string, string>;
  /** who answers for it. */
  owners: Array<string>;
  /** whether it is a job over assets. */
  makes_assets: boolean;
  /** whether it is the job over all assets, which is always there. */
  is_implicit: boolean;
  /** whether a schedule or sensor made it for itself. */
  is_anonymous: boolean;
  /** how many assets it makes. */
  asset_count: number;
  /** its partitions definition; None if it has none. */
  partitions: PartitionsView | null;
  /** the name of its executor. */
  executor: string | null;
  /** the schedules that start it. */
  schedules: Array<string>;
  /** the sensors that may start it. */
  sensors: Array<string>;
  /** its latest runs, newest first. */
  latest_runs: Array<RunView>;
}

/** An asset that is older than its freshness policy allows. */
export interface LateAsset {
  /** its key. */
  asset: string;
  /** "WARN" or "FAIL". */
  judgement: string;
  /** when it was last made. */
  materialized_at: string;
  /** its freshness policy. */
  policy: Record<string, unknown>;
}

/** A run of a job. */
export interface LaunchBody {
  /** the job. */
  job: string;
  /** its code location; needed where several have such a job. */
  location?: string | null;
  /** its repository. */
  repository?: string | null;
  /** the config, as data; this or ``run_config_text``. */
  run_config?: Record<string, unknown> | null;
  /** the config, as YAML or JSON text. */
  run_config_text?: string | null;
  /** tags of the run. */
  tags?: Record<string, string>;
  /** the partition that it is for. */
  partition_key?: string | null;
  /** the assets to make; None for all of the job. */
  assets?: Array<string> | null;
  /** the checks to evaluate, each as "asset:name"; None for those of the assets. */
  checks?: Array<string> | null;
  /** selection of ops; None for all. */
  ops?: Array<string> | null;
}

/** What a run would be. */
export interface LaunchCheck {
  /** what is wrong in its config; empty if it fits. */
  problems: Array<ConfigProblemView>;
  /** the config with the defaults written out, as data; None if it does not fit. */
  run_config: Record<string, unknown> | null;
  /** the keys of the steps that would run. */
  steps: Array<string>;
  /** all steps, each after those that it waits for; those that would not run say why. */
  plan: Array<PlannedStepView>;
  /** the executor that would run them; None if the config does not fit. */
  executor: string | null;
}

/** Runs that were started. */
export interface Launched {
  run_ids: Array<string>;
}

/** The neighbourhood of an asset. */
export interface LineageView {
  /** the asset. */
  key: string;
  /** it and its neighbours. */
  keys: Array<string>;
  /** the numbers of these in the graph. */
  numbers: Array<number>;
  /** pairs of places in ``keys``: the first is depended on by the second. */
  edges: Array<[number, number]>;
}

/** How much a location defines. */
export interface LocationCounts {
  assets: number;
  checks: number;
  jobs: number;
  schedules: number;
  sensors: number;
  resources: number;
}

/** All code locations. */
export interface LocationList {
  locations: Array<LocationView>;
}

/** A code location stands differently. */
export interface LocationNews {
  location: LocationView;
}

/** What became of the last load. */
export type LocationStatus = "closed" | "failed" | "loaded" | "loading";

/** A code location. */
export interface LocationView {
  /** its name. */
  name: string;
  /** what became of the last load. */
  status: LocationStatus;
  /** where its code is. */
  target: string;
  /** why it could not be loaded, with the user's own lines. */
  error: ErrorView | null;
  /** what the last load that went well changed. */
  diff: DiffView | null;
  /** the end of what the code printed while it was loaded. */
  output: string;
  /** what does not work there. */
  warnings: Array<string>;
  /** the hash of the definitions that are served. */
  content_hash: string | null;
  /** when these were loaded. */
  loaded_at: string | null;
  /** since when it stands so. */
  changed_at: string | null;
  /** how long the last load took, in seconds. */
  load_duration_s: number | null;
  /** the Python that runs it. */
  python_version: string | null;
  /** the names of its repositories. */
  repositories: Array<string>;
  /** how much it defines; None while nothing is loaded. */
  counts: LocationCounts | null;
}

/** A page of the log of a run. */
export interface LogEntries {
  /** the entries. */
  entries: Array<LogEntry>;
  /** where the next page begins; a later call with it returns what was added since. */
  cursor: string | null;
  /** whether there is more already. */
  has_more: boolean;
  /** the state of the run when the page was read. */
  status: DagsterRunStatus;
}

/** One entry of the log of a run. */
export interface LogEntry {
  /** its number, growing over all runs. */
  id: number;
  /** when, in seconds since the epoch. */
  timestamp: number;
  /** "DEBUG", "INFO", "WARNING", "ERROR" or "CRITICAL". */
  level: string;
  /** the step; None for the run as a whole. */
  step: string | null;
  /** the kind of event; "LOG" for a line that somebody logged. */
  type: string;
  /** what it says. */
  message: string;
  /** the asset that it is about. */
  asset: string | null;
  /** the partition that it is about. */
  partition: string | null;
  /** what it tells. */
  metadata: Record<string, MetadataView>;
  /** the exception that it tells of. */
  error: ErrorView | null;
}

/** The logs of runs have grown. */
export interface LogNews {
  /** run to the latest entry of its log. */
  runs: Record<string, number>;
}

/** An asset that one of the runs, or both, made. */
export interface MadeDiff {
  /** the asset. */
  asset: string;
  /** "a", "b" or "both". */
  is_made_by: string;
  /** of the code, in the first and in the second. */
  code_version: [string | null, string | null];
  /** of the data, in the first and in the second. */
  data_version: [string | null, string | null];
  /** the versions of the data that it was made from, where they differ, by asset. */
  inputs: Array<ChangeOfValue>;
  /** what they tell, where it differs. */
  metadata: Array<ChangeOfValue>;
}

/** An asset that a run made, and the partitions of it. */
export interface MadeView {
  asset: string;
  partitions: Array<string>;
}

/** Runs that make assets. */
export interface MaterializeBody {
  /** the assets, as a selection such as "key:raw* and tag:team=core"; this or ``assets``. */
  selection?: string | null;
  /** the assets, by their keys. */
  assets?: Array<string> | null;
  /** the partition to make. */
  partition_key?: string | null;
  /** the first and last of a range of partitions to make, in one run. */
  partition_range?: [string, string] | null;
  /** tags of the runs. */
  tags?: Record<string, string>;
  /** the config, as data; this or ``run_config_text``. */
  run_config?: Record<string, unknown> | null;
  /** the config, as YAML or JSON text. */
  run_config_text?: string | null;
}

/** Who asks, and what they may do. */
export interface MeView {
  /** their name. */
  name: string;
  /** their role. */
  role: Role;
  /** what they may do: "read", "launch", "edit", "administer". */
  permissions: Array<Permission>;
  /** whether nothing may be changed here, whatever the role. */
  is_read_only: boolean;
  /** whether this server asks for tokens at all. */
  needs_login: boolean;
  /** our version. */
  version: string;
}

/** One metadata value. */
export interface MetadataView {
  /** what it is: "int", "path", "table_schema" and the like. */
  kind: string;
  /** the value as JSON data. */
  value: unknown;
}

/** Names something. */
export interface NameBody {
  /** its name. */
  name: string;
}

/** A token that was just made. */
export interface NewToken {
  /** what to show to be let in; it is never shown again. */
  token: string;
  /** how it is listed. */
  entry: TokenView;
}

/** When a schedule fires next. */
export interface NextTick {
  schedule: string;
  location: string;
  at: string;
}

/** An op or graph. */
export interface NodeDefinitionView {
  /** its name. */
  name: string;
  /** whether it is a graph. */
  is_graph: boolean;
  /** text for people, as Markdown. */
  description: string | null;
  /** its inputs. */
  inputs: Array<PortView>;
  /** its outputs. */
  outputs: Array<PortView>;
  /** its tags. */
  tags: Record<string, string>;
  /** the resources that it takes. */
  resource_keys: Array<string>;
  /** what config it takes, as JSON schema; None if it takes none. */
  config_schema: Record<string, unknown> | null;
  /** the pool that limits how many of its kind run at once. */
  pool: string | null;
  /** file and line of its function. */
  source: string | null;
}

/** A piece of what was printed. */
export interface OutputChunk {
  /** the piece; bytes that are no text are shown as replacement characters. */
  text: string;
  /** where it begins, in bytes. */
  offset: number;
  /** where the next piece begins, in bytes. */
  next_offset: number;
  /** how much there is in all, now. */
  size_bytes: number;
  /** whether nothing will follow: the run has ended and this is the end. */
  is_finished: boolean;
}

/** What a run printed has grown; told to who asked for it with ``output``. */
export interface OutputNews {
  /** the run. */
  run_id: string;
  /** the files that have grown, with how much there is now; the first time all. */
  files: Array<CapturedFile>;
  /** whether this is the last that is told of the run: it has ended, and the sizes will stay. */
  is_finished: boolean;
}

/** How many partitions of an asset are in which state. */
export interface PartitionCounts {
  /** how many were made. */
  materialized: number;
  /** how many were last meant to be made and were not. */
  failed: number;
  /** how many a run is making. */
  in_progress: number;
  /** how many there are; None if the definitions were not asked. */
  total?: number | null;
}

/** A page of partition keys. */
export interface PartitionKeyPage {
  /** the keys, in the order of the definition. */
  keys: Array<PartitionKeyView>;
  /** how many fit. */
  total: number;
}

/** A partition and its state; the state is None for a key of one dimension of several. */
export interface PartitionKeyView {
  key: string;
  status: string | null;
}

/** Neighbouring partitions in one state. */
export interface PartitionRange {
  /** the number of the first. */
  start: number;
  /** how many there are. */
  count: number;
  /** the key of the first. */
  first: string;
  /** the key of the last. */
  last: string;
  /** "MISSING", "MATERIALIZED", "FAILED" or "IN_PROGRESS". */
  status: string;
}

/** The partitions of one key of the row dimension. */
export interface PartitionRow {
  key: string;
  ranges: Array<PartitionRange>;
}

/** A partitions definition. */
export interface PartitionsView {
  /** "StaticPartitionsSpec", "TimeWindowPartitionsSpec", "DynamicPartitionsSpec", "MultiPartitionsSpec" or "ComputedPartitionsSpec". */
  kind: string;
  /** it in a few words. */
  description: string;
  /** the names of its dimensions, for one of several. */
  dimensions: Array<string>;
}

/** What an operation does to the world; every operation has one. */
export type Permission = "administer" | "edit" | "launch" | "read";

/** An input of a step that a run would have, and the places in the plan of the steps that it comes from. */
export interface PlannedInputView {
  name: string;
  steps: Array<number>;
}

/** A step that a run would have. */
export interface PlannedStepView {
  /** its key, without the items of dynamic outputs. */
  key: string;
  /** what it runs. */
  op: string;
  /** whether it would run; otherwise what it left in the run that is repeated is taken. */
  runs: boolean;
  /** why it would run only in part, or not at all; empty where it just runs. */
  why: string;
  /** the places in the plan of the steps that it waits for. */
  upstream: Array<number>;
  /** the assets that it makes, or observes. */
  assets: Array<string>;
  /** the checks that it evaluates, each as "asset:name". */
  checks: Array<string>;
  /** whether it runs once for each item of a dynamic output. */
  is_dynamic: boolean;
  /** whether it takes the items of a dynamic output as a list. */
  collects: boolean;
  /** its inputs. */
  inputs: Array<PlannedInputView>;
  /** the names of its outputs. */
  outputs: Array<string>;
  /** the pool that limits how many of its kind run at once. */
  pool: string | null;
}

/** How many steps of a pool run at once. */
export interface PoolLimitBody {
  /** the pool. */
  name: string;
  /** how many, from 0 to 1000; None for what the configuration says of all pools. */
  limit: number | null;
}

/** All pools that have a limit, are in use, or are named by an asset. */
export interface PoolList {
  pools: Array<PoolView>;
}

/** A pool: how many steps of a kind run at once. */
export interface PoolView {
  /** its name. */
  name: string;
  /** how many slots it has; None for any number. */
  limit: number | null;
  /** whether that is the limit of all pools that have none of their own. */
  is_default: boolean;
  /** the steps that hold a slot: run and step. */
  held: Array<[string, string]>;
  /** the steps that wait for one: run and step. */
  waiting: Array<[string, string]>;
}

/** An input or output. */
export interface PortView {
  name: string;
  type_name: string;
  description: string | null;
  is_dynamic: boolean;
  is_required: boolean;
}

/** A schedule or sensor to try. */
export interface PreviewBody {
  /** its name. */
  name: string;
  /** its code location; needed where several have one of that name. */
  location?: string | null;
  /** its repository. */
  repository?: string | null;
  /** the time that the tick of a schedule is for; the next one by default. */
  at?: string | null;
  /** what a sensor is given; by default what its last tick left. */
  cursor?: string | null;
}

/** The body of every answer that is an error. */
export interface Problem {
  error: ProblemView;
}

/** What is wrong. */
export interface ProblemView {
  /** the kind of error: "run_not_found", "access_denied" and the like. */
  kind: string;
  /** what is wrong, where, and how to mend it. */
  message: string;
  /** what user code raised. */
  error?: ErrorView | null;
  /** what is wrong in a config. */
  problems?: Array<ConfigProblemView>;
}

/** All processes that belong to an instance. */
export interface ProcessList {
  processes: Array<ProcessView>;
}

/** A process. */
export interface ProcessView {
  /** "server", "code_server", "run", or "other" for another holder of a lease. */
  kind: string;
  /** what it works on: the code location, the run. */
  name: string;
  /** the machine that it runs on; None where that is not known. */
  host: string | null;
  /** its process id; None where it is not known. */
  pid: number | null;
  /** whether it runs; None where that cannot be seen from here. */
  is_alive: boolean | null;
  /** how much memory it has; None where that cannot be seen from here. */
  memory_bytes: number | null;
  /** how many seconds of CPU it has used; None where that cannot be seen from here. */
  cpu_s: number | null;
  /** how it stands: the state of the code location or of the run. */
  state: string | null;
  /** until when it holds its lease unless it is renewed. */
  lease_until: string | null;
  /** whether its lease has expired and nobody has taken it over. */
  is_expired: boolean;
}

/** A run once more. */
export interface ReexecuteBody {
  /** the run to repeat. */
  run_id: string;
  /** "all" steps, "from_failure", the "selected" steps, or "from_selected": these and all behind them. */
  strategy?: Strategy;
  /** the steps, for the last two. */
  steps?: Array<string>;
  /** tags of the new run, over those of the old one. */
  tags?: Record<string, string>;
  /** whether the new run has the tags of the old one. */
  keeps_tags?: boolean;
  /** another config; None for that of the old run. */
  run_config?: Record<string, unknown> | null;
  /** another config, as YAML or JSON text. */
  run_config_text?: string | null;
}

/** A code location to load again. */
export interface ReloadBody {
  /** the location; None for all. */
  name?: string | null;
  /** whether to answer only when it is loaded, or has failed to. */
  wait?: boolean;
}

/** Something that happened to an asset outside of runs. */
export interface ReportBody {
  /** the asset. */
  asset: string;
  /** "materialization", "observation" or "check". */
  type?: "check" | "materialization" | "observation";
  /** the partitions that it happened to; empty for the asset as a whole. */
  partitions?: Array<string>;
  /** what a reader should know. */
  description?: string | null;
  /** name to text, number, truth value, list or object. */
  metadata?: Record<string, unknown>;
  /** the version of the data. */
  data_version?: string | null;
  /** the check that was evaluated. */
  check_name?: string | null;
  /** whether the check passed. */
  passed?: boolean | null;
  /** how bad it is if it did not, "WARN" or "ERROR". */
  severity?: AssetCheckSeverity;
}

/** Too much was missed: ask for everything anew. */
export interface ResetNews {
  cursor: number;
}

/** A token to take back. */
export interface RevokeTokenBody {
  /** its id. */
  id: string;
}

/** What somebody is trusted with; each role may do what those before it may. */
export type Role = "admin" | "editor" | "launcher" | "viewer";

/** Runs as columns, newest first: the n-th entry of each list is of the n-th run. */
export interface RunBars {
  /** their ids. */
  ids: Array<string>;
  /** table of jobs. */
  jobs: Array<string>;
  /** number of the job of each. */
  job: Array<number>;
  /** table of states. */
  statuses: Array<string>;
  /** number of the state of each. */
  status: Array<number>;
  /** when each was created, in seconds since the epoch. */
  created: Array<number>;
  /** when each started; None if it has not. */
  started: Array<number | null>;
  /** when each ended; None if it has not. */
  ended: Array<number | null>;
  /** whether all runs of the time are there. */
  is_complete: boolean;
}

/** Two runs side by side. */
export interface RunDiff {
  /** the first. */
  a: RunView;
  /** the second. */
  b: RunView;
  /** where their configs differ. */
  config: Array<ChangeOfValue>;
  /** where their tags differ. */
  tags: Array<ChangeOfValue>;
  /** where what is known of their code differs: job, place, location. */
  code: Array<ChangeOfValue>;
  /** all steps, those whose state or duration differs most first. */
  steps: Array<StepDiff>;
  /** the assets that they made and that differ. */
  made: Array<MadeDiff>;
  /** how many assets both made without a difference. */
  unchanged: number;
  /** why the first failed. */
  error_a: ErrorView | null;
  /** why the second failed. */
  error_b: ErrorView | null;
  /** whether both failed with the same exception and message. */
  is_same_error: boolean;
}

/** How many runs fit, the condition on states left out. */
export interface RunFacets {
  /** how many in all. */
  total: number;
  /** how many in each state; states without any are left out. */
  by_status: Record<string, number>;
}

/** Runs by steps. */
export interface RunGrid {
  /** the runs, newest first. */
  runs: Array<RunView>;
  /** the keys of all steps that any of them had, in the order in which the newest began them. */
  steps: Array<string>;
  /** table of states: "RUNNING", "SUCCESS", "FAILURE", "SKIPPED", "RETRYING", "CANCELED". */
  statuses: Array<string>;
  /** for each run its steps: the number of the step, the number of its state, when it started in seconds since the epoch, and for how many seconds it ran (None while it does, or if it did not). */
  cells: Array<Array<[number, number, number | null, number | null]>>;
  /** whether steps are left out because there are more than 2,000. */
  has_more_steps: boolean;
  /** where the next page begins; None if there is none. */
  cursor: string | null;
}

/** A run is in another state. */
export interface RunNews {
  run: RunView;
}

/** What became of one run of several. */
export interface RunOutcome {
  /** the run. */
  run_id: string;
  /** whether what was asked for was done. */
  is_done: boolean;
  /** why not. */
  message: string | null;
}

/** What became of each run. */
export interface RunOutcomes {
  results: Array<RunOutcome>;
}

/** A page of runs. */
export interface RunPage {
  /** the runs, newest first. */
  runs: Array<RunView>;
  /** where the next page begins; None if there is none. */
  cursor: string | null;
}

/** A run in full, but for its steps (see the timeline) and its log. */
export interface RunReport {
  /** the run. */
  run: RunView;
  /** the config it ran with. */
  run_config: Record<string, unknown>;
  /** what of its job it is restricted to. */
  op_selection: Array<string> | null;
  /** the steps it is restricted to. */
  step_keys: Array<string> | null;
  /** the run that it repeats. */
  parent_run_id: string | null;
  /** the first of the runs that it repeats. */
  root_run_id: string | null;
  /** the runs of the same root, oldest first, itself included; empty if it was never repeated. */
  repeats: Array<RunView>;
  /** how many steps are in which state. */
  steps_by_status: Record<string, number>;
  /** steps that failed, first the one that failed first. */
  failures: Array<StepFailure>;
  /** why it failed as a whole, where that is not a step's. */
  error: ErrorView | null;
  /** the assets that it made. */
  made: Array<MadeView>;
  /** what its checks found. */
  checks: Array<CheckView>;
  /** where its code is. */
  code: CodeOrigin | null;
  /** whether it can be canceled. */
  is_cancelable: boolean;
  /** whether it has ended. */
  is_finished: boolean;
  /** what it waits for, in a sentence: its turn in the queue, or the store. */
  waits_for: string | null;
}

/** A run that a tick asks for. */
export interface RunRequestView {
  job: string | null;
  run_key: string | null;
  partition_key: string | null;
  tags: Record<string, string>;
  run_config: Record<string, unknown>;
  assets: Array<string> | null;
}

/** The steps of a run as columns: the n-th entry of each list is of the n-th step. Steps that have begun come first, in that order, then those that have not, as they are planned. Of a step that is there for each item of a dynamic output, and has none yet, there is one with the key "op[?]" while the run goes on. */
export interface RunTimeline {
  /** the run. */
  run_id: string;
  /** its state. */
  status: DagsterRunStatus;
  /** when it was created, in seconds since the epoch. */
  created_at: number;
  /** when it was queued; None if it was not. */
  enqueued_at: number | null;
  /** when its process was asked for; None if that is not known. */
  launched_at: number | null;
  /** when it started; None if it has not. */
  started_at: number | null;
  /** when it ended; None if it has not. */
  ended_at: number | null;
  /** the time at the server, for what still goes on, in seconds since the epoch. */
  now: number;
  /** the last entry of the log that is in it; follow the log from there. */
  cursor: string | null;
  /** the keys of the steps. */
  keys: Array<string>;
  /** the op or graph of each, names from the outside joined by ".". */
  nodes: Array<string>;
  /** "WAITING", "RUNNING", "SUCCESS", "FAILURE", "SKIPPED" or "RETRYING". */
  statuses: Array<string>;
  /** when the process of each was asked for, in seconds since the epoch; None if none was. */
  launched: Array<number | null>;
  /** for each the attempts: [start, end or null, 1 if it succeeded else 0]. */
  attempts: Array<Array<[number, number | null, number]>>;
  /** for each the numbers of the steps that it waits for, as planned, or whose outputs it loaded. */
  parents: Array<Array<number>>;
  /** for each the assets that it made, or was to make. */
  assets: Array<Array<string>>;
  /** for each the group of these assets, as the code has it now; empty for none. */
  groups: Array<string>;
  /** whether what each printed was captured. */
  has_output: Array<boolean>;
}

/** A run. */
export interface RunView {
  /** its id. */
  run_id: string;
  /** its state. */
  status: DagsterRunStatus;
  /** its job. */
  job_name: string;
  /** the assets that it is restricted to; None for a job without such a restriction. */
  assets: Array<string> | null;
  /** the partition that it is for, or the first and last of a range as "A...B". */
  partition: string | null;
  /** text to text. */
  tags: Record<string, string>;
  /** when it was created. */
  created_at: string;
  /** when it started. */
  started_at: string | null;
  /** when it ended. */
  ended_at: string | null;
  /** how long it ran; None while it has not ended. */
  duration_s: number | null;
}

/** The runs of the same job that failed in the same way before. */
export interface SameError {
  /** the class of the exception; None if the run did not fail, or told no error. */
  class_name: string | null;
  /** file and function of the user's code that raised it, "file.py: function". */
  place: string | null;
  /** how many of the runs before failed in the same way. */
  count: number;
  /** how many of them directly before this one, without another outcome between. */
  in_a_row: number;
  /** how many failed runs before were looked at, 200 at most. */
  looked_at: number;
  /** the first of them. */
  first: RunView | null;
  /** the latest of them, newest first, 10 at most. */
  latest: Array<RunView>;
}

/** Everything that has a name, but for assets (see the asset graph) and runs, as columns. */
export interface SearchIndex {
  /** changes whenever any of this does; also the ETag. */
  version: string;
  /** table of kinds: "job", "op", "schedule", "sensor", "resource", "check", "group", "column", "location". */
  kinds: Array<string>;
  /** number of the kind of each. */
  kind: Array<number>;
  /** the name of each. */
  names: Array<string>;
  /** table of code locations. */
  locations: Array<string>;
  /** number of the code location of each; -1 where it has none. */
  location: Array<number>;
  /** what to open: the asset of a check or column; empty otherwise. */
  targets: Array<string>;
}

/** A value of the configuration. */
export interface SettingView {
  /** where it is: the keys from the top, joined by ".". */
  path: string;
  /** the value, without secrets. */
  value: unknown;
  /** "file", "environment" or "default". */
  source: string;
  /** the file and line, "dagster.yaml:12", or the environment variable; empty for a default. */
  place: string;
}

/** A line of source code. */
export interface SourceLine {
  number: number;
  text: string;
}

/** The assets that are stale; those that are not here are up to date, or were never made. */
export interface StaleAssets {
  /** the version of the graph that the numbers are of. */
  version: string;
  /** the assets, by their numbers in the graph. */
  numbers: Array<number>;
  /** for each why. */
  reasons: Array<Array<StaleReason>>;
}

/** Why an asset is stale. */
export interface StaleReason {
  /** "code", "data" or "dependencies". */
  category: "code" | "data" | "dependencies";
  /** it in words. */
  text: string;
  /** the upstream asset that has changed; None for the asset itself. */
  asset: string | null;
}

/** A step in both runs. */
export interface StepDiff {
  /** its key. */
  step: string;
  /** its state in the first; None if it was not there. */
  status_a: string | null;
  /** its state in the second; None if it was not there. */
  status_b: string | null;
  /** for how many seconds it ran in the first. */
  duration_a: number | null;
  /** for how many seconds it ran in the second. */
  duration_b: number | null;
  /** by how many seconds it took longer in the second. */
  change_s: number | null;
}

/** A step that failed, or that will be tried again. */
export interface StepFailure {
  /** the step. */
  step_key: string;
  /** whether it is not tried again. */
  is_final: boolean;
  /** the user's own exception. */
  error: ErrorView | null;
  /** what the user called the failure, if they raised one on purpose. */
  label: string | null;
  /** what they said of it. */
  description: string | null;
  /** what they told with it. */
  metadata: Record<string, MetadataView>;
}

/** What is recorded and stored. */
export interface StorageView {
  /** where the database is. */
  database: string;
  /** the number of its schema. */
  schema_version: number;
  /** its size with its journal; None where it is not a file here. */
  database_bytes: number | null;
  /** how many runs are recorded. */
  runs: number;
  /** how many events and log lines were ever recorded. */
  events: number;
  /** how many assets something was recorded of. */
  assets: number;
  /** the directory of values and captured output. */
  artifacts: string;
  /** how much is in it; None where there are too many files to add up. */
  artifact_bytes: number | null;
  /** how many files are in it; None where there are too many to count. */
  artifact_files: number | null;
  /** how much room is left on the file system of it. */
  free_bytes: number | null;
  /** when the files were added up; this is done once a minute at most. */
  measured_at: string;
}

/** What of a run is repeated. */
export type Strategy = "all" | "from_failure" | "from_selected" | "selected";

/** A schedule or sensor to start or stop. */
export interface SwitchBody {
  /** its name. */
  name: string;
  /** "running", "stopped", or "default" for what its definition says. */
  to: "default" | "running" | "stopped";
  /** its code location; needed where several have one of that name. */
  location?: string | null;
  /** its repository. */
  repository?: string | null;
}

/** A page of ticks, newest first. */
export interface TickPage {
  ticks: Array<TickView>;
  cursor: string | null;
}

/** What a tick would ask for; nothing was recorded. */
export interface TickPreview {
  /** the runs. */
  requests: Array<RunRequestView>;
  /** why there are none. */
  skip_reason: string | null;
  /** what the next tick would be given. */
  cursor: string | null;
  /** what was logged. */
  log: Array<string>;
}

/** What became of a tick. */
export type TickStatus = "FAILURE" | "SKIPPED" | "STARTED" | "SUCCESS";

/** A tick of a schedule or sensor. */
export interface TickView {
  /** its number. */
  id: number;
  /** "STARTED", "SKIPPED", "SUCCESS" or "FAILURE". */
  status: TickStatus;
  /** when it began. */
  started_at: string;
  /** when it ended. */
  ended_at: string | null;
  /** the runs that it asked for. */
  run_ids: Array<string>;
  /** their run keys. */
  run_keys: Array<string>;
  /** what it left for the next one. */
  cursor: string | null;
  /** why it asked for none. */
  skip_reason: string | null;
  /** why it failed. */
  error: ErrorView | null;
}

/** All tokens, oldest first. */
export interface TokenList {
  tokens: Array<TokenView>;
}

/** A token, without what makes it one. */
export interface TokenView {
  /** names it. */
  id: string;
  /** whose it is. */
  name: string;
  /** what it lets one do. */
  role: Role;
  /** when it was made, in seconds since the epoch. */
  created_at: number;
  /** until when it is good, in seconds since the epoch; None for ever. */
  expires_at: number | null;
  /** whether it was taken back. */
  is_revoked: boolean;
}

/** A run that waits, or takes too long to start or to end, and why. */
export interface WaitingRun {
  run: RunView;
  reason: string;
}

/** What to forget. */
export interface WipeBody {
  /** the assets. */
  assets: Array<string>;
  /** only these partitions, of a single asset; None for everything. */
  partitions?: Array<string> | null;
}
