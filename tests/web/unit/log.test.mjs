// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { merged } = await load("log.ts");
const entries = (...ids) => ids.map((id) => ({ id: String(id), message: `m${id}` }));
const ids = (list) => list.map((entry) => Number(entry.id));

test("newest first, each once, by number and not by letters", () => {
  assert.deepEqual(ids(merged(entries(10, 9, 8), entries(100, 9, 2))), [100, 10, 9, 8, 2]);
});

test("the page's memory of the log is bounded, and it is the oldest that goes", () => {
  const many = entries(...Array.from({ length: 2000 }, (_, index) => index + 1));
  assert.equal(merged([], many).length, 512);
  assert.equal(merged([], many)[0].id, "2000");
});
