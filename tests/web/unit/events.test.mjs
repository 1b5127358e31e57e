// SPDX-License-Identifier: Apache-2.0
// Every event of the controller's vocabulary has its Korean words, with as many places in them as the event has arguments.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

const root = new URL("../../../", import.meta.url);
const table = readFileSync(new URL("core/event.h", root), "utf8").replaceAll("\\\n", " ");
const korean = readFileSync(new URL("web/src/locale/ko-events.ts", root), "utf8");

const events = [...table.matchAll(/X\(\d+, \w+, \w+, "(\w+)",\s*"((?:[^"\\]|\\.)*)"/g)].map(([, id, message]) => ({ id, message }));

test("every event is translated", () => {
  assert.ok(events.length > 50, `${events.length} events found in core/event.h`);
  for (const { id, message } of events) {
    const words = new RegExp(`^  ${id}: "((?:[^"\\\\]|\\\\.)*)"`, "m").exec(korean)?.[1];
    assert.ok(words !== undefined, `${id} has no Korean words`);
    const count = [...message.matchAll(/%[123nt]/g)].length;
    const places = new Set([...words.matchAll(/\{(\d)\}/g)].map(([, place]) => Number(place)));
    assert.ok([...places].every((place) => place >= 1 && place <= count), `${id}: ${words}`);
  }
});
