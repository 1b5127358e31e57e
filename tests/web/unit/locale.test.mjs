// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { en } = await load("locale/en.ts");
const { ko } = await load("locale/ko.ts");
const marks = (sentence) => [...sentence.matchAll(/\{\w+\}/g)].map(([mark]) => mark).sort();

test("every language has every sentence, with the same marks in it", () => {
  assert.deepEqual(Object.keys(ko), Object.keys(en));
  for (const key of Object.keys(en)) {
    assert.ok(ko[key].trim(), key);
    assert.deepEqual(marks(ko[key]), marks(en[key]), key);
  }
});
