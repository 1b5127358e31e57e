// SPDX-License-Identifier: Apache-2.0
// Languages, sizes, colours, and what a screen reader meets.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PASSWORD, startBoard } from "./support/board.mjs";
import { launch, openPage, orderButton, signIn } from "./support/browser.mjs";
import { load } from "./unit/load.mjs";

let board, browser;

before(async () => {
  board = await startBoard();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await board?.stop();
});

const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

test("a Korean browser gets Korean, and can switch", async () => {
  const page = await openPage(browser, board.url, { locale: "ko-KR" });
  await page.getByLabel("사용자 이름").fill("admin");
  await page.getByLabel("비밀번호").fill(PASSWORD);
  await page.getByRole("button", { name: "로그인" }).click();
  await page.getByRole("heading", { name: "노드 1" }).waitFor();
  await orderButton(page, 1, "ForceOff").click();
  await page.getByRole("dialog").getByText("NVMe, USB, 2.5G NIC의 전원도 차단됩니다.").waitFor();
  await page.keyboard.press("Escape");
  assert.equal(await page.evaluate(() => document.documentElement.lang), "ko");
  await page.getByLabel("언어").selectOption("en");
  await page.getByRole("heading", { name: "Node 1" }).waitFor();
  await page.reload();
  await page.getByRole("heading", { name: "Node 1" }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), "en");
  page.sound();
});

test("every event of the controller's registry can be told in Korean, with all its arguments", async () => {
  const { koEvents } = await load("locale/ko-events.ts");
  const { body } = await board.api("GET", "/redfish/v1/Registries/Super4C/Super4C.1.0.json");
  const wanted = Object.entries(body.Messages).map(([id, { NumberOfArgs: count }]) => [id, count]);
  assert.ok(wanted.length > 30);
  for (const [id, count] of wanted) {
    const marks = new Set(koEvents[id]?.match(/\{\d\}/g));
    assert.deepEqual([...marks].sort(), Array.from({ length: count }, (_, index) => `{${index + 1}}`), id);
  }
});

test("nothing sticks out sideways, from a small phone to a wide screen", async () => {
  for (const width of [320, 390, 768, 1024, 1366, 2560]) {
    const page = await openPage(browser, board.url, { viewport: { width, height: 900 } });
    assert.equal(await overflow(page), 0, `sign-in at ${width}`);
    await signIn(page, "admin", PASSWORD);
    assert.equal(await overflow(page), 0, `board at ${width}`);
    await page.getByRole("button", { name: "Settings" }).click();
    const box = await page.getByRole("dialog").boundingBox();
    assert.ok(box.x >= 0 && box.x + box.width <= width, `settings at ${width}`);
    assert.equal(await page.getByRole("dialog").evaluate((dialog) => dialog.scrollWidth - dialog.clientWidth), 0, `inside settings at ${width}`);
    page.sound();
    await page.context().close();
  }
});

test("text stands out from its ground in light and dark (WCAG AA, 4.5 to 1)", async () => {
  for (const colorScheme of ["light", "dark"]) {
    const page = await openPage(browser, board.url, { colorScheme });
    await signIn(page, "admin", PASSWORD);
    const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const [red] = ground.match(/\d+/g).map(Number);
    assert.ok(colorScheme === "dark" ? red < 64 : red > 192, `${colorScheme}: ${ground}`);
    assert.deepEqual(await page.evaluate(weakText), [], colorScheme);
    page.sound();
  }
});

/** Runs in the page: visible text whose contrast is below 4.5, disabled controls excepted as the guideline has it. */
function weakText() {
  const parse = (color) => {
    const [r, g, b, a = 1] = color.match(/[\d.]+/g).map(Number);
    return { r, g, b, a };
  };
  const luminance = ({ r, g, b }) => {
    const linear = [r, g, b].map((value) => (value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const groundOf = (element) => {
    for (let here = element; here; here = here.parentElement) {
      const color = parse(getComputedStyle(here).backgroundColor);
      if (color.a === 1) return color;
    }
    return { r: 255, g: 255, b: 255 };
  };
  const weak = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility() || element.closest(":disabled, .sr-only, noscript, option")) continue;
    const [high, low] = [luminance(parse(getComputedStyle(element).color)), luminance(groundOf(element))].sort((a, b) => b - a);
    const contrast = (high + 0.05) / (low + 0.05);
    if (contrast < 4.5) weak.push(`${walker.currentNode.data.trim().slice(0, 40)}: ${contrast.toFixed(2)}`);
  }
  return weak;
}

test("every control has a name, and the keyboard reaches the nodes", async () => {
  const page = await openPage(browser, board.url);
  await signIn(page, "admin", PASSWORD);
  const nameless = await page.locator("button, input, select").evaluateAll((controls) =>
    controls.filter((control) => !(control.getAttribute("aria-label") || control.textContent.trim() || control.labels?.length)).length);
  assert.equal(nameless, 0);
  await page.evaluate(() => document.activeElement?.blur());
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to the nodes");
  await page.keyboard.press("Enter");
  for (let presses = 0; presses < 12; presses++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(() => document.activeElement.closest("#Node1") !== null)) return page.sound();
  }
  assert.fail("twelve presses of Tab after the skip link do not reach node 1");
});
