// Moves a flowlet to an earlier or later stage, and up and down in it.
import { find, inStages, mapped, waitingFor } from "./changes";
import { beforeOf, columnsOf, mannerOf, membersOf, scopeOf, stagesWithin } from "./order";
import type { FlowText, Flowlet } from "./types";

/** One stage earlier (-1) or later (1); the same text where there is no such stage. */
export function moveStage(text: FlowText, ref: string, step: 1 | -1): FlowText {
  const flowlet = find(text, ref);
  if (!flowlet) return text;
  const scope = scopeOf(flowlet);
  const manner = mannerOf(membersOf(text.flowlets, scope));
  if (manner === "after") return moveAfter(text, flowlet, step);
  return manner === "list" ? swap(text, flowlet, neighbour(text, flowlet, step)) : moveIndex(text, flowlet, step);
}

/** To the stage at this place; the others keep theirs. */
export function moveToStage(text: FlowText, ref: string, stage: number): FlowText {
  const flowlet = find(text, ref);
  if (!flowlet) return text;
  const scope = scopeOf(flowlet);
  if (mannerOf(membersOf(text.flowlets, scope)) === "after") return text;
  const staged = inStages(text, scope);
  const columns = columnsOf(membersOf(staged.flowlets, scope));
  const index = columns[stage]?.[0]?.index ?? (columns.at(-1)?.[0]?.index ?? 0) + 1;
  return mapped(staged, (each) => (each.ref === ref ? { ...each, index } : each));
}

/** Alone in its stage it joins the next one; else it gets a stage of its own between the two. */
function moveIndex(text: FlowText, flowlet: Flowlet, step: 1 | -1): FlowText {
  const scope = scopeOf(flowlet);
  const columns = columnsOf(membersOf(text.flowlets, scope));
  const stage = columns.findIndex((column) => column.includes(flowlet));
  const isAlone = columns[stage]!.length === 1;
  if (isAlone && !columns[stage + step]) return text;
  const rest = columns.map((column) => column.filter((each) => each !== flowlet));
  if (isAlone) rest[stage + step] = [...rest[stage + step]!, flowlet];
  else rest.splice(step === 1 ? stage + 1 : stage, 0, [flowlet]);
  const places = new Map(rest.filter((column) => column.length).flatMap((column, index) => column.map((each) => [each.ref, index])));
  return mapped(text, (each) => (scopeOf(each) === scope ? { ...each, index: places.get(each.ref) ?? 0 } : each));
}

function moveAfter(text: FlowText, flowlet: Flowlet, step: 1 | -1): FlowText {
  const scope = scopeOf(flowlet);
  const members = membersOf(text.flowlets, scope);
  const stages = stagesWithin(members);
  const stage = stages.get(flowlet.ref)!;
  const at = (wanted: number) => members.filter((each) => each !== flowlet && stages.get(each.ref) === wanted).map((each) => each.ref);
  if (step === -1) return stage === 0 ? text : waiting(text, flowlet.ref, at(stage - 2));
  if (at(stage).length) return waiting(text, flowlet.ref, at(stage));
  const later = at(stage + 1);
  if (!later.length) return text;
  // Alone in its stage: it changes places with what comes next, which waits for what it waited for.
  const gate = beforeOf(members).get(flowlet.ref) ?? [];
  const freed = mapped(text, (each) => (later.includes(each.ref) ? waitingFor(each, flowlet.ref, gate) : each));
  return waiting(freed, flowlet.ref, later);
}

function waiting(text: FlowText, ref: string, after: string[]): FlowText {
  return mapped(text, (each) => (each.ref === ref ? { ...each, after } : each));
}

/** Up (-1) or down (1) among those of its stage: it only changes where it stands in the text. */
export function moveWithin(text: FlowText, ref: string, step: 1 | -1): FlowText {
  const flowlet = find(text, ref);
  if (!flowlet) return text;
  const members = membersOf(text.flowlets, scopeOf(flowlet));
  if (mannerOf(members) === "list") return text;
  const stages = stagesWithin(members);
  const beside = members.filter((each) => stages.get(each.ref) === stages.get(ref));
  return swap(text, flowlet, beside[beside.indexOf(flowlet) + step]);
}

function neighbour(text: FlowText, flowlet: Flowlet, step: 1 | -1): Flowlet | undefined {
  const members = membersOf(text.flowlets, scopeOf(flowlet));
  return members[members.indexOf(flowlet) + step];
}

function swap(text: FlowText, one: Flowlet, other: Flowlet | undefined): FlowText {
  if (!other) return text;
  return { ...text, flowlets: text.flowlets.map((each) => (each === one ? other : each === other ? one : each)) };
}
