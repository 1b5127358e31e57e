// SPDX-License-Identifier: Apache-2.0
// A fresh board: the setup code opens the door once, and only to set a password.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startBoard } from "./support/board.mjs";
import { launch, openPage, typeCredentials } from "./support/browser.mjs";

const NEW_PASSWORD = "a-password-of-my-own";
let board, browser, page;

before(async () => {
  board = await startBoard({ passwordFile: false });
  browser = await launch();
  page = await openPage(browser, board.url);
});

after(async () => {
  await browser?.close();
  await board?.stop();
});

test("a wrong password is refused in words", async () => {
  await typeCredentials(page, "admin", "not-the-code");
  await page.getByRole("alert").getByText("The user name or the password is wrong.").waitFor();
});

test("the hint tells where the setup code is", async () => {
  await page.getByText("First use of this board?").click();
  await page.getByText("setup code that the board prints on its serial console").waitFor();
});

test("the setup code leads to a new password, not to the board", async () => {
  assert.match(board.setupCode(), /^\w{5}-\w{5}$/);
  await typeCredentials(page, "admin", board.setupCode());
  await page.getByRole("heading", { name: "Choose a password" }).waitFor();
  assert.equal(await page.locator("article.node").count(), 0);
});

test("a password that is too short or typed two ways is not sent", async () => {
  const sent = [];
  page.on("request", (request) => request.method() === "PATCH" && sent.push(request.url()));
  for (const [first, second, words] of [["short", "short", "At least 8 characters"], [NEW_PASSWORD, "another-one", "The two entries differ"]]) {
    await page.getByLabel("New password", { exact: true }).fill(first);
    await page.getByLabel("Repeat the new password").fill(second);
    await page.getByRole("button", { name: "Set password" }).click();
    await page.getByRole("alert").getByText(words).waitFor();
  }
  assert.deepEqual(sent, []);
});

test("a good password opens the board", async () => {
  await page.getByLabel("New password", { exact: true }).fill(NEW_PASSWORD);
  await page.getByLabel("Repeat the new password").fill(NEW_PASSWORD);
  await page.getByRole("button", { name: "Set password" }).click();
  await page.locator("#Node4").waitFor();
  assert.equal(await page.locator("article.node").count(), 4);
});

test("after that the code is void and the password works", async () => {
  await page.getByRole("button", { name: "Sign out" }).click();
  await typeCredentials(page, "admin", board.setupCode());
  await page.getByRole("alert").getByText("The user name or the password is wrong.").waitFor();
  await typeCredentials(page, "admin", NEW_PASSWORD);
  await page.locator("[data-link=live]").waitFor();
  page.sound();
});
