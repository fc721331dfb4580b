// The shapes of the API that screens speak of, by short names; all of them are made from its description.
import type { components } from "../../generated/api";

type Schemas = components["schemas"];

export type Me = Schemas["MeShape"];
export type PlayRow = Schemas["PlayRow"];
export type Play = Schemas["PlayShape"];
export type Layer = Schemas["LayerRow"];
export type LayerOfPlay = Schemas["LayerOfPlayShape"];
export type LayerValues = Schemas["LayerShape"];
export type Iteration = Schemas["IterationShape"];
export type PlayEvent = Schemas["EventShape"];
export type LogLine = Schemas["LogLineShape"];
export type Histogram = Schemas["HistogramShape"];
export type FlowRow = Schemas["FlowRow"];
export type Failure = Schemas["FailureShape"];
export type Why = Schemas["WhyShape"];
export type Problem = Schemas["ProblemShape"];
export type Component = Schemas["ComponentShape"];
export type Provider = Schemas["ProviderShape"];
export type Tested = Schemas["TestedShape"];
export type LinkRow = Schemas["LinkShape"];
export type Entry = Schemas["EntryShape"];
export type Group = Schemas["GroupShape"];
export type User = Schemas["UserShape"];
export type UserGroup = Schemas["UserGroupShape"];
export type Grant = Schemas["GrantShape"];
export type Key = Schemas["KeyShape"];
export type Tool = Schemas["ToolShape"];
export type AuditEntry = Schemas["AuditEntryShape"];
export type AuditCheck = Schemas["AuditCheckShape"];
export type Company = Schemas["CompanyShape"];
export type Policy = Schemas["PolicyShape"];
export type Retention = Schemas["RetentionShape"];
export type RetentionPreview = Schemas["PreviewShape"];
