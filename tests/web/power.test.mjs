// SPDX-License-Identifier: Apache-2.0
// Power from the page: a panicked node comes back, cutting asks first, Off is measured, and what failed says so.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { PASSWORD, startBoard } from "./support/board.mjs";
import { card, confirmButton, launch, openPage, orderButton, signIn, stateOf, waitForState } from "./support/browser.mjs";
import { eventually } from "./support/eventually.mjs";

const OFF_MILLIVOLTS = 500; // board/super4c.h: below, the rail is dead
let board, browser, page;

before(async () => {
  board = await startBoard();
  browser = await launch();
  page = await openPage(browser, board.url);
  await signIn(page, "admin", PASSWORD);
  for (const node of [1, 2, 3, 4]) await waitForState(page, node, "Up");
});

after(async () => {
  await browser?.close();
  await board?.stop();
});

afterEach(() => page.keyboard.press("Escape")); // a dialog that a failed test left open must not fail the next

const railMilliVolts = async (node) => (await board.api("GET", `/redfish/v1/Systems/Node${node}`)).body.Oem.Super4C.RailMilliVolts;

test("a kernel panic is seen live", async () => {
  await board.twin("node", "2", "panic");
  await waitForState(page, 2, "Panicked", 5000);
  await card(page, 2).locator(".panic-line").getByText(/Kernel panic/).waitFor();
  await page.locator(".attention").getByRole("button", { name: /Node 2: Kernel panic/ }).waitFor();
  await page.locator("[data-event=NodePanicked]").first().waitFor();
  assert.match(await page.title(), /^\(\d+\) /);
});

test("the panic's full text can be read and copied", async () => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"], { origin: new URL(board.url).origin });
  await page.getByRole("button", { name: "Full text: Node 2" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.locator(".line.grave").first().waitFor();
  await dialog.getByRole("button", { name: "Copy" }).click();
  await dialog.getByText("Copied").waitFor();
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /Kernel panic/);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
});

test("Restart module brings the panicked node back to Up and touches no other", async () => {
  await orderButton(page, 2, "ForceRestart").click();
  await page.getByRole("dialog").getByText("NVMe, USB and 2.5G NIC keep their power.").waitFor();
  await confirmButton(page).click();
  await waitForState(page, 2, "Starting");
  await waitForState(page, 2, "Up");
  for (const node of [1, 3, 4]) assert.equal(await stateOf(page, node), "Up");
});

test("Off asks first; a careless Enter or Escape cuts nothing", async () => {
  for (const key of ["Enter", "Escape"]) {
    await orderButton(page, 1, "ForceOff").click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("NVMe, USB and 2.5G NIC lose power too.").waitFor();
    await dialog.getByText("Node 1 is running.").waitFor();
    await page.keyboard.press(key);
    await dialog.waitFor({ state: "detached" });
    assert.equal(await orderButton(page, 1, "ForceOff").evaluate((button) => document.activeElement === button), true);
  }
  assert.ok((await railMilliVolts(1)) > 4500);
});

test("Off goes ahead when confirmed and is shown with the millivolts that prove it", async () => {
  await orderButton(page, 1, "ForceOff").click();
  await confirmButton(page).click();
  await waitForState(page, 1, "Off", 10000);
  await card(page, 1).locator("[data-result=done]").waitFor();
  const shown = await eventually("a dead rail on the card", async () => {
    const volts = Number(await card(page, 1).locator(".figures b").first().textContent());
    return volts * 1000 < OFF_MILLIVOLTS && [volts];
  });
  assert.equal(shown.length, 1);
  assert.ok((await railMilliVolts(1)) < OFF_MILLIVOLTS);
  await page.locator("[data-event=PowerOrderCompleted]").first().getByText(/by admin over Web from 127\.0\.0\.1/).waitFor();
});

test("what is off can be switched on without a question", async () => {
  assert.equal(await orderButton(page, 1, "PowerCycle").isDisabled(), true);
  await orderButton(page, 1, "On").click();
  await waitForState(page, 1, "Starting", 15000);
});

test("Module off leaves the channel on", async () => {
  await orderButton(page, 4, "ModuleOff").click();
  await confirmButton(page).click();
  await waitForState(page, 4, "ModuleOff", 10000);
  await card(page, 4).getByText("5 V channel on").waitFor();
  await card(page, 4).getByText("Module off", { exact: true }).first().waitFor();
  await orderButton(page, 4, "On").click();
  await waitForState(page, 4, "Starting", 15000);
});

/** The order's own answer, or the task's when the answer came before the end. */
async function isRefusal(response) {
  return /Actions|Tasks/.test(response.url()) && (await response.text()).includes("PowerOrderFailed");
}

test("a rail that stays on is a failure in the controller's own words", async () => {
  await board.twin("rail", "3", "stuck-on");
  const refusal = page.waitForResponse(isRefusal, { timeout: 20000 });
  await orderButton(page, 3, "ForceOff").click();
  await confirmButton(page).click();
  const answer = await (await refusal).json();
  const [said] = answer.Messages ?? answer.error["@Message.ExtendedInfo"];
  const notice = card(page, 3).locator("[data-result=failed]");
  await notice.getByText(said.Message).waitFor();
  await notice.getByText(said.Resolution).waitFor();
  assert.match(said.Message, /stayed on/);
  await waitForState(page, 3, "Failed", 5000);
  await page.locator("[data-event=PowerOrderFailed]").first().waitFor();
});

test("the next order that works takes the failure away", async () => {
  await board.twin("rail", "3", "ok");
  await eventually("On to be offered", () => orderButton(page, 3, "On").isEnabled());
  await orderButton(page, 3, "On").click();
  await waitForState(page, 3, "Up", 30000);
  assert.equal(await card(page, 3).locator("[data-result=failed], [data-result=last-failed]").count(), 0);
});

test("one order for all nodes names each of them", async () => {
  const all = page.getByRole("group", { name: "All nodes" });
  await all.getByRole("button", { name: "Off" }).click();
  const dialog = page.getByRole("dialog");
  for (const node of [1, 2, 3, 4]) await dialog.getByText(new RegExp(`Node ${node}\\b`)).first().waitFor();
  await confirmButton(page).click();
  for (const node of [1, 2, 3, 4]) await waitForState(page, node, "Off", 20000);
  await all.getByRole("button", { name: "On" }).click();
  for (const node of [1, 2, 3, 4]) await waitForState(page, node, "Starting", 30000);
  page.sound();
});
