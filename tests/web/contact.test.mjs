// SPDX-License-Identifier: Apache-2.0
// The controller falls silent and comes back: the page says so, keeps the last picture greyed, and goes on by itself.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PASSWORD, startBoard } from "./support/board.mjs";
import { launch, openPage, orderButton, signIn, typeCredentials } from "./support/browser.mjs";
import { eventually } from "./support/eventually.mjs";

let board, browser, page;

before(async () => {
  board = await startBoard();
  browser = await launch();
  page = await openPage(browser, board.url);
  await signIn(page, "admin", PASSWORD);
});

after(async () => {
  await browser?.close();
  await board?.stop();
});

test("without the event stream the page asks every two seconds, and misses nothing", async () => {
  const polling = await openPage(browser, board.url);
  await polling.route("**/EventService/SSE", (route) => route.abort());
  await typeCredentials(polling, "admin", PASSWORD);
  await polling.locator("[data-link=polling]").waitFor();
  await board.twin("input", "DC2", "0");
  await polling.locator("[data-redundant=false]").waitFor();
  await polling.locator("[data-event=RedundancyLost]").first().waitFor();
  await board.twin("input", "DC2", "18600");
  await polling.locator("[data-redundant=true]").waitFor();
  polling.sound();
  await polling.context().close();
});

test("a controller that hangs is called unreachable, and comes back by itself", async () => {
  const pid = await board.firmwarePid();
  process.kill(pid, "SIGSTOP");
  try {
    await page.locator("[data-link=lost]").waitFor({ timeout: 20000 });
    await page.getByText(/Power states below are from .* ago/).waitFor();
    assert.equal(await page.locator("main.stale").count(), 1);
    assert.equal(await page.locator("article.node").count(), 4);
    assert.equal(await orderButton(page, 1, "ForceOff").isDisabled(), true);
  } finally {
    process.kill(pid, "SIGCONT");
  }
  await page.locator("[data-link=live]").waitFor({ timeout: 20000 });
  assert.equal(await page.locator("main.stale").count(), 0);
});

test("a controller killed in that state is started anew; one sign-in later the picture is live", async () => {
  const pid = await board.firmwarePid();
  process.kill(pid, "SIGSTOP");
  await page.locator("[data-link=lost]").waitFor({ timeout: 20000 });
  process.kill(pid, "SIGKILL");
  await eventually("a new firmware", async () => (await board.firmwarePid()) !== pid);
  // Sessions live in the controller's memory: the new one does not know this page.
  const dialog = page.getByRole("dialog", { name: "Sign in again" });
  await dialog.waitFor({ timeout: 20000 });
  assert.equal(await page.locator("article.node").count(), 4);
  await dialog.getByLabel("Password").fill(PASSWORD);
  await dialog.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.locator("[data-link=live]").waitFor();
  await page.locator("[data-event=ControllerStarted]").first().waitFor();
  page.sound();
});
