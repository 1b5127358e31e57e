// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { withMetrics } = await load("metrics.ts");
const old = { milliVolts: 1, milliAmps: 1 };
const picture = {
  nodes: [1, 2].map((number) => ({ id: `Node${number}`, reading: old, measuredMs: 0 })),
  board: { inputs: [{ name: "DC1", reading: old }] },
};
const report = (values) => ({ MetricValues: Object.entries(values).map(([MetricId, MetricValue]) => ({ MetricId, MetricValue })) });

test("readings of a report replace those of the picture, in milli-units, and make them fresh", () => {
  const next = withMetrics(picture, report({ Node1RailVoltage: "5.184", Node1RailCurrent: "0.640", DC1Voltage: "19", DC1Current: "0.9" }), 500);
  assert.deepEqual(next.nodes[0], { id: "Node1", reading: { milliVolts: 5184, milliAmps: 640 }, measuredMs: 500 });
  assert.deepEqual(next.board.inputs[0].reading, { milliVolts: 19000, milliAmps: 900 });
});

test("what a report leaves out, halves or garbles keeps its reading and its age", () => {
  const next = withMetrics(picture, report({ Node1RailVoltage: "5.184", Node2RailVoltage: "x", Node2RailCurrent: "0.1" }), 500);
  assert.deepEqual(next.nodes, picture.nodes);
  assert.deepEqual(withMetrics(picture, null, 500), picture);
});
