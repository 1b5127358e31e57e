// SPDX-License-Identifier: Apache-2.0
// alarms - what needs a person now, worked out from the picture alone.

import { stateText, t } from "./i18n";
import type { BoardView, InputView, NodeView, Severity } from "./redfish";
import type { State } from "./state";

export interface Alarm {
  /** Stays the same while the cause lasts, so that it is announced once. */
  id: string;
  severity: Exclude<Severity, "OK">;
  text: string;
  /** The element that shows it. */
  anchor: string;
}

const NODE_SEVERITY: Record<string, Alarm["severity"]> = {
  Panicked: "Critical",
  Failed: "Critical",
  Halted: "Warning",
  Unknown: "Warning",
};

function nodeAlarm(node: NodeView): Alarm[] {
  const severity = NODE_SEVERITY[node.state];
  if (!severity || node.order) return [];
  const text = `${t("nodeName", { node: node.number })}: ${stateText(node.state)}`;
  return [{ id: `${node.id} ${node.state}`, severity, text, anchor: node.id }];
}

function inputAlarm(input: InputView): Alarm[] {
  if (!input.present || input.inRange !== false) return [];
  return [{ id: `${input.name} range`, severity: "Warning", text: t("inputOutOfRange", { input: input.name }), anchor: "power" }];
}

function boardAlarms(board: BoardView): Alarm[] {
  const alarms = board.inputs.flatMap(inputAlarm);
  if (board.redundant === false) {
    alarms.unshift({ id: "redundancy", severity: "Critical", text: t("redundancyLost"), anchor: "power" });
  }
  return alarms;
}

/** The gravest first. */
export function alarmsOf(state: State): Alarm[] {
  const alarms = [...state.nodes.flatMap(nodeAlarm), ...(state.board ? boardAlarms(state.board) : [])];
  return alarms.sort((a, b) => Number(b.severity === "Critical") - Number(a.severity === "Critical"));
}
