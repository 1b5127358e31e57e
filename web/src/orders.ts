// SPDX-License-Identifier: Apache-2.0
// orders - gives a power order and follows it until the controller has measured its effect. An order is never sent twice: when the
// line breaks before the answer, nobody knows whether it was taken, and the page says just that.

import { Refused, request, type Answer, type Problem } from "./api";
import { actText, t } from "./i18n";
import type { BoardView, NodeView } from "./redfish";
import { linkAt } from "./json";
import { taskFrom } from "./redfish";
import { announce, BOARD_KEY, setOrder, store, type Order } from "./state";

export type Act = "On" | "ForceRestart" | "PowerCycle" | "ModuleOff" | "ForceOff";

/** A group order with stagger and start delays may well take longer than this; the cards go on showing it. */
const FOLLOW_MAX_MS = 120000;
const ASK_MS = 500;
/** The controller answers within 3 s, done or not. */
const ANSWER_MS = 12000;

interface Target {
  key: string;
  name: string;
  uri: string;
  body: Record<string, string>;
}

export function nodeTarget(node: NodeView, act: Act): Target {
  const name = t("nodeName", { node: node.number });
  if (act === "ModuleOff") return { key: node.id, name, uri: node.moduleOffTarget, body: {} };
  return { key: node.id, name, uri: node.resetTarget, body: { ResetType: act } };
}

export function boardTarget(board: BoardView, act: Act): Target {
  return { key: BOARD_KEY, name: t("allNodes"), uri: board.resetTarget, body: { ResetType: act } };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Polls the task until it has ended. Silence in between is borne: a controller that restarts finishes its orders. */
async function follow(token: string, uri: string): Promise<Pick<Order, "stage" | "problems">> {
  const endMs = performance.now() + FOLLOW_MAX_MS;
  while (performance.now() < endMs) {
    await pause(ASK_MS);
    try {
      const task = taskFrom((await request("GET", uri, { token })).body);
      if (!task.running) return { stage: task.failed ? "failed" : "done", problems: task.failed ? task.problems : [] };
    } catch (error) {
      if (error instanceof Refused) return { stage: "unsure", problems: error.problems };
    }
  }
  return { stage: "unsure", problems: [] };
}

/** The task itself, which still tells how it ended when its monitor (Location) has given the answer away. */
function taskUri(answer: Answer): string {
  return answer.status === 202 ? (linkAt(answer.body) ?? "") : "";
}

async function send(token: string, target: Target): Promise<Pick<Order, "stage" | "problems">> {
  try {
    const answer = await request("POST", target.uri, { token, body: target.body, timeoutMs: ANSWER_MS });
    const task = taskUri(answer);
    return task ? await follow(token, task) : { stage: "done", problems: [] };
  } catch (error) {
    if (!(error instanceof Refused)) return { stage: "unsure", problems: [] };
    const unsaid: Problem = { id: "", message: error.message, resolution: "", properties: [] };
    return { stage: "failed", problems: error.problems.length > 0 ? error.problems : [unsaid] };
  }
}

export async function giveOrder(target: Target, act: Act): Promise<void> {
  const token = store.get().session?.token;
  if (!token || !target.uri) return;
  setOrder(target.key, { act, stage: "running", problems: [] });
  const outcome = await send(token, target);
  setOrder(target.key, { act, ...outcome });
  const words = { name: target.name, act: actText(act) };
  const first = outcome.problems[0]?.message ?? "";
  if (outcome.stage === "done") announce(t("orderDone", words));
  else if (outcome.stage === "failed") announce(`${t("orderFailed", words)} ${first}`);
  else announce(t("orderUnsure", words));
}
