// Whom a new version reaches: the channels' routes and the schedules that run the flow's published version.
import { get } from "../api/client";
import type { components } from "../../generated/api";

type Channel = components["schemas"]["ChannelShape"];
type Schedule = components["schemas"]["ScheduleShape"];

export interface Reach {
  routes: { channel: string; name: string; isOn: boolean }[];
  schedules: { name: string; when: string; isOn: boolean }[];
}

const SIZE = 100;
const PAGES = 10;

export async function reachOf(flow: { id: string; permanentId: string }, signal: AbortSignal): Promise<Reach> {
  const [channels, schedules] = await Promise.all([allChannels(signal), get("/schedules", { query: { flow: flow.permanentId, size: SIZE }, signal })]);
  return { routes: channels.flatMap((each) => routesTo(each, flow)), schedules: schedules.data.filter((each) => each.version === null).map(shown) };
}

function routesTo(channel: Channel, flow: { id: string; permanentId: string }) {
  const those = channel.routes.filter((each) => each.targetFlowIds.includes(flow.id) || each.targetFlowIds.includes(flow.permanentId));
  return those.map((each) => ({ channel: channel.name, name: each.toolName ?? `${each.httpMethod ?? ""} ${each.path ?? each.name}`.trim(), isOn: channel.enabled && each.enabled }));
}

function shown(schedule: Schedule) {
  const when = schedule.cron ?? (schedule.intervalSeconds ? `every ${schedule.intervalSeconds} s` : (schedule.at ?? ""));
  return { name: schedule.name, when, isOn: schedule.enabled };
}

async function allChannels(signal: AbortSignal): Promise<Channel[]> {
  const found: Channel[] = [];
  for (let page = 1; page <= PAGES; page += 1) {
    const next = await get("/channels", { query: { page, size: SIZE }, signal });
    found.push(...next.data);
    if (page >= next.pages) break;
  }
  return found;
}
