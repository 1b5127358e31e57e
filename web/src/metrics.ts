// SPDX-License-Identifier: Apache-2.0
// metrics - lays the readings of a MetricReport, which comes every second, over the picture of the last poll.

import { listAt, textAt, type Json } from "./json";
import type { BoardView, NodeView, Reading } from "./redfish";

/** "Node1RailVoltage" -> milli-units, for all metrics of a report. */
function milliValues(report: Json): Map<string, number> {
  const values = new Map<string, number>();
  for (const metric of listAt(report, "MetricValues")) {
    const value = Number(textAt(metric, "MetricValue") ?? NaN);
    if (Number.isFinite(value)) values.set(textAt(metric, "MetricId") ?? "", Math.round(value * 1000));
  }
  return values;
}

function readingOf(values: Map<string, number>, prefix: string): Reading | undefined {
  const milliVolts = values.get(`${prefix}Voltage`);
  const milliAmps = values.get(`${prefix}Current`);
  return milliVolts === undefined || milliAmps === undefined ? undefined : { milliVolts, milliAmps };
}

export interface Picture {
  nodes: NodeView[];
  board: BoardView | undefined;
}

/** A sensor that the report leaves out was not measured; what to say of that is the next poll's business. */
export function withMetrics(picture: Picture, report: Json, nowMs: number): Picture {
  const values = milliValues(report);
  const nodes = picture.nodes.map((node) => {
    const reading = readingOf(values, `${node.id}Rail`);
    return reading ? { ...node, reading, measuredMs: nowMs } : node;
  });
  const inputs = picture.board?.inputs.map((input) => ({ ...input, reading: readingOf(values, input.name) ?? input.reading }));
  return { nodes, board: picture.board && inputs ? { ...picture.board, inputs } : undefined };
}
