// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { createParser } = await load("stream.ts");

function parse(...chunks) {
  const messages = [];
  const take = createParser((message) => messages.push(message));
  for (const chunk of chunks) take(chunk);
  return messages;
}

test("a message is handed out at its empty line, with its id", () => {
  assert.deepEqual(parse('id: 17\ndata: {"a":1}\n'), []);
  assert.deepEqual(parse('id: 17\ndata: {"a":1}\n\n'), [{ id: "17", data: '{"a":1}' }]);
});

test("every cut into pieces and every line end yields the same messages", () => {
  const expected = [{ id: "1", data: "one" }, { id: "2", data: "two\nlines" }];
  for (const end of ["\n", "\r\n", "\r"]) {
    const text = ["id: 1", "data: one", "", ": comment", "id:2", "data: two", "data:lines", "", ""].join(end) + (end === "\r" ? ": x" : "");
    for (let cut = 0; cut <= text.length; cut++) assert.deepEqual(parse(text.slice(0, cut), text.slice(cut)), expected, `${JSON.stringify(end)} at ${cut}`);
    assert.deepEqual(parse(...text), expected);
  }
});

test("comments and unknown fields are no messages", () => {
  assert.deepEqual(parse(": keep alive\n\n", "retry: 5\n\n", "nonsense\n\n"), []);
});

test("a line without end is given up, not stored", () => {
  assert.throws(() => parse(...Array(70).fill("x".repeat(1000))));
});
