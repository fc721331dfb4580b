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
export type ListedFlow = Schemas["ListedFlow"];
export type Flow = Schemas["FlowShape"];
export type Overview = Schemas["OverviewShape"];
export type Door = Schemas["DoorShape"];
export type Timer = Schemas["TimerShape"];
export type VersionRow = Schemas["VersionRow"];
export type VersionNumbers = Schemas["VersionNumbersShape"];
export type Diff = Schemas["DiffShape"];
export type FieldChange = Schemas["FieldChangeShape"];
export type Ordered = Schemas["OrderedShape"];
export type Starter = Schemas["StarterShape"];
export type Imported = Schemas["ImportShape"];
export type AnyApproval = Schemas["AnyApprovalShape"];
export type Approval = Schemas["ApprovalShape"];
export type WaitingPlay = Schemas["WaitingPlayShape"];
export type ApprovalsOfPlay = Schemas["ApprovalsOfPlayShape"];
export type DecidedPlay = Schemas["DecidedPlayShape"];
