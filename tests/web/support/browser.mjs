// SPDX-License-Identifier: Apache-2.0
// Debian's Chromium on the page. Every page notes what must never happen: script errors, violations of the content security policy,
// requests to anywhere else. sound() fails the test that saw one.

import assert from "node:assert/strict";
import { createRequire } from "node:module";

const require = createRequire(new URL("../../../web/package.json", import.meta.url));
const { chromium } = require("playwright-core");

const QUIET = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--headless", "--no-sandbox", ...QUIET] });
}

const ANSWER_MS = 10000; // long enough for whatever needs no power to move

/** A refusal by the controller is part of the game, and Chromium writes a line about each. */
const REFUSAL = /^Failed to load resource/;

export async function openPage(browser, url, options = {}) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1600, height: 1000 }, locale: "en-US", ...options });
  context.setDefaultTimeout(ANSWER_MS);
  const page = await context.newPage();
  const problems = [];
  page.on("pageerror", (error) => problems.push(`script error: ${error.message}`));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type()) && !REFUSAL.test(message.text())) problems.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith("data:")) problems.push(`request to ${request.url()}`);
  });
  page.on("dialog", (dialog) => {
    problems.push(`a script opened a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(url);
  page.sound = () => assert.deepEqual(problems, []);
  return page;
}

export async function typeCredentials(page, user, password) {
  await page.getByLabel("User name").fill(user);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

/** Signs in and waits until the picture is complete and live. */
export async function signIn(page, user, password) {
  await typeCredentials(page, user, password);
  await page.locator("[data-link=live]").waitFor();
  await page.locator("#Node4").waitFor();
}

export const card = (page, node) => page.locator(`#Node${node}`);
export const stateOf = (page, node) => card(page, node).getAttribute("data-state");
export const waitForState = (page, node, state, timeout = 60000) => page.locator(`#Node${node}[data-state=${state}]`).waitFor({ timeout });
export const orderButton = (page, node, act) => card(page, node).locator(`button[data-act=${act}]`);
export const confirmButton = (page) => page.getByRole("dialog").locator("[data-confirm]");
