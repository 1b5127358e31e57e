// SPDX-License-Identifier: Apache-2.0
// The picture of the board: inputs, log, roles, settings, hostile text, a session that ends.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PASSWORD, startBoard } from "./support/board.mjs";
import { card, launch, openPage, signIn, typeCredentials } from "./support/browser.mjs";
import { eventually } from "./support/eventually.mjs";

const HOSTILE = "<img src=x onerror=alert(1)>";
const HOSTILE_KERNEL = "<script>alert(document.domain)</script>";
let board, browser;

before(async () => {
  board = await startBoard();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await board?.stop();
});

async function openBoard(options) {
  const page = await openPage(browser, board.url, options);
  await signIn(page, "admin", PASSWORD);
  return page;
}

test("a pulled input shows at once: who carries, what is lost, and the event", async () => {
  const page = await openBoard();
  const dc1 = page.locator("[data-input=DC1]");
  await page.locator("[data-redundant=true]").waitFor();
  await board.twin("input", "DC1", "0");
  await page.locator("[data-redundant=false]").getByText("Not redundant").waitFor();
  await dc1.getByText("No supply").waitFor();
  await page.locator("[data-input=DC2]").getByText("Carrying").waitFor();
  await page.locator("[data-event=RedundancyLost]").first().waitFor();
  await page.locator(".attention").getByRole("button", { name: "Input redundancy lost" }).waitFor();
  await board.twin("input", "DC1", "19000");
  await page.locator("[data-redundant=true]").waitFor();
  await dc1.getByText("19 V supply").waitFor();
  page.sound();
});

test("who may only look finds every power button greyed", async () => {
  const made = await board.api("POST", "/redfish/v1/AccountService/Accounts", { UserName: "viewer", Password: PASSWORD, RoleId: "ReadOnly", Enabled: true });
  assert.equal(made.status, 201);
  const page = await openPage(browser, board.url);
  await signIn(page, "viewer", PASSWORD);
  await page.getByText("Your account may look, not switch.").waitFor();
  const buttons = page.locator("button[data-act]");
  assert.equal(await buttons.count(), 4 * 5 + 4);
  for (const button of await buttons.all()) assert.equal(await button.isDisabled(), true);
  await page.getByRole("button", { name: "Settings" }).click();
  assert.equal(await page.locator("[data-settings=Node1]").getByLabel("Label").isDisabled(), true);
  page.sound();
});

test("settings are saved by the controller; a refusal names the field", async () => {
  const page = await openBoard();
  await page.getByRole("button", { name: "Settings" }).click();
  const form = page.locator("[data-settings=Node1]");
  await form.getByLabel("After a loss of input power").selectOption("AlwaysOff");
  await form.getByLabel("Start delay, seconds").fill("7");
  await form.getByRole("button", { name: "Save" }).click();
  await form.getByText("Saved").waitFor();
  const { body } = await board.api("GET", "/redfish/v1/Systems/Node1");
  assert.deepEqual([body.PowerRestorePolicy, body.PowerOnDelaySeconds], ["AlwaysOff", 7]);
  await form.getByLabel("Sends its kernel log from").fill("not an address");
  await form.getByRole("button", { name: "Save" }).click();
  await form.getByRole("alert").waitFor();
  assert.equal(await form.getByLabel("Sends its kernel log from").getAttribute("aria-invalid"), "true");
  page.sound();
});

test("hostile text from people and kernels stays text", async () => {
  const page = await openBoard();
  assert.ok((await board.api("PATCH", "/redfish/v1/Systems/Node2", { AssetTag: HOSTILE })).status < 300);
  await board.sendKernelText(2, `${HOSTILE_KERNEL}\n`);
  await card(page, 2).getByText(HOSTILE, { exact: true }).waitFor();
  await card(page, 2).locator(".kernel").getByText(HOSTILE_KERNEL).waitFor();
  await page.getByRole("button", { name: "Full text: Node 2" }).click();
  await page.getByRole("dialog").getByText(HOSTILE_KERNEL).waitFor();
  assert.equal(await page.locator("#app script, #app img[src=x]").count(), 0);
  page.sound();
});

test("the log loads what is older and can be narrowed", async () => {
  const page = await openBoard();
  for (let count = 0; count < 40; count++) await board.api("PATCH", "/redfish/v1/Systems/Node3", { PowerOnDelaySeconds: count });
  await page.reload();
  const events = page.locator("[data-event]");
  await eventually("the first page", async () => (await events.count()) >= 24);
  const before = await events.count();
  await page.getByRole("button", { name: "Load older" }).click();
  await eventually("more entries", async () => (await events.count()) > before);
  const ids = await events.evaluateAll((rows) => rows.map((row) => Number(row.dataset.eventId)));
  assert.deepEqual(ids, [...new Set(ids)].sort((a, b) => b - a));
  await page.getByRole("button", { name: "Warnings and critical" }).click();
  assert.equal(await page.locator(".event.idle").count(), 0);
  page.sound();
});

test("a session that ends asks for the password over the picture, and keeps what was typed", async () => {
  const page = await openBoard();
  await page.getByRole("button", { name: "Settings" }).click();
  await page.locator("[data-settings=Node1]").getByLabel("Label").fill("half typed");
  const uri = await page.evaluate(() => JSON.parse(sessionStorage.getItem("super4c.session")).uri);
  assert.equal((await board.api("DELETE", uri)).status, 204);
  const dialog = page.getByRole("dialog", { name: "Sign in again" });
  await dialog.waitFor();
  assert.equal(await dialog.getByLabel("User name").inputValue(), "admin");
  await dialog.getByLabel("Password").fill(PASSWORD);
  await dialog.getByRole("button", { name: "Sign in", exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  assert.equal(await page.locator("[data-settings=Node1]").getByLabel("Label").inputValue(), "half typed");
  await page.locator("[data-link=live]").waitFor();
  page.sound();
});

test("a locked name is told for how long", async () => {
  const page = await openPage(browser, board.url);
  await eventually("the lock", async () => {
    await typeCredentials(page, "nobody", "wrong-password");
    await page.getByRole("button", { name: "Sign in", exact: true }).waitFor();
    return page.getByRole("alert").getByText(/locked\. It opens in \d+ (sec|min)/).isVisible();
  }, 60000);
  page.sound();
});
