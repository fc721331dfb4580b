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
export type Channel = Schemas["ChannelShape"];
export type MadeChannel = Schemas["MadeChannelShape"];
export type ChannelRoute = Schemas["RouteShape"];
export type ChannelRequest = Schemas["RequestShape"];
export type Reach = Schemas["ReachShape"];
export type Schedule = Schemas["ScheduleShape"];
export type Firing = Schemas["FiringShape"];
export type Due = Schemas["DueShape"];
export type Status = Schemas["StatusShape"];
export type Recent = Schemas["RecentShape"];
