// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { boardFrom, consoleFrom, eventFrom, nodeFrom, taskFrom } = await load("redfish.ts");

test("whatever the answer is, a node can be drawn from it", () => {
  for (const json of [null, [], {}, "text", 7, { Oem: null }, { Oem: { Super4C: { LastWords: [1, null, "word"], Order: "x" } } }]) {
    const node = nodeFrom(json, 1000);
    assert.equal(node.state, "Unknown");
    assert.equal(node.powerState, null);
    assert.equal(node.reading, undefined);
    assert.ok(Array.isArray(node.lastWords) && node.lastWords.every((line) => typeof line === "string"));
    assert.doesNotThrow(() => [boardFrom(json), consoleFrom(json), eventFrom(json), taskFrom(json)]);
  }
});

test("a reading needs volts and amperes, and carries its age", () => {
  const oem = { RailMilliVolts: 5184, RailMilliAmps: 640, MeasuredAgeMilliSeconds: 60 };
  assert.deepEqual(nodeFrom({ Oem: { Super4C: oem } }, 1000).reading, { milliVolts: 5184, milliAmps: 640 });
  assert.equal(nodeFrom({ Oem: { Super4C: oem } }, 1000).measuredMs, 940);
  assert.equal(nodeFrom({ Oem: { Super4C: { RailMilliVolts: 5184 } } }, 1000).reading, undefined);
});

test("only On and Off are power states", () => {
  assert.equal(nodeFrom({ PowerState: "Off" }, 0).powerState, "Off");
  assert.equal(nodeFrom({ PowerState: "Sleeping" }, 0).powerState, null);
});

test("a log entry and its event record are the same event", () => {
  const words = { Severity: "Critical", Message: "m", MessageId: "Super4C.1.0.RailLost", Oem: { Super4C: { Actor: "admin", Via: "Web", Address: "127.0.0.1", Node: 2 } } };
  const time = "2026-01-01T00:00:00Z";
  assert.deepEqual(eventFrom({ ...words, Id: "5", Created: time }), eventFrom({ ...words, EventId: "5", EventTimestamp: time }));
});

test("a controller without a clock has no time", () => {
  assert.equal(eventFrom({ Created: "1970-01-01T00:00:09Z" }).time, undefined);
  assert.equal(eventFrom({ Created: "2026-01-01T00:00:00Z" }).time, Date.UTC(2026, 0, 1));
});

test("a task fails by its state or its status", () => {
  const verdict = (json) => [taskFrom(json).running, taskFrom(json).failed];
  assert.deepEqual(verdict({ TaskState: "Running" }), [true, false]);
  assert.deepEqual(verdict({ TaskState: "Completed", TaskStatus: "OK" }), [false, false]);
  assert.deepEqual(verdict({ TaskState: "Completed", TaskStatus: "Critical" }), [false, true]);
  assert.deepEqual(verdict({ TaskState: "Exception" }), [false, true]);
});
