// SPDX-License-Identifier: Apache-2.0
// app - what a person can do, and how the page moves between its stages.

import { Refused } from "./api";
import { readEntries } from "./board";
import { preferredLanguage } from "./i18n";
import { Live } from "./live";
import { addOlderPage } from "./log";
import { boardTarget, giveOrder, nodeTarget, type Act } from "./orders";
import type { NodeView } from "./redfish";
import * as door from "./session";
import type { Session } from "./session";
import { noLink, noLog, store } from "./state";

let live: Live | undefined;

/** After a reload the tab is still signed in; whether the controller agrees, the first look tells. */
export function start(): void {
  store.set({ language: preferredLanguage() });
  const session = door.savedSession();
  if (session && !session.mustChange) openBoard(session);
}

function openBoard(session: Session): void {
  door.saveSession(session);
  store.set({ stage: "board", session, expired: false });
  live?.stop();
  live = new Live(session.token);
}

/** Throws what the controller said. */
export async function enter(user: string, password: string): Promise<void> {
  const session = await door.signIn(user, password);
  if (session.mustChange) store.set({ stage: "password", session, expired: false });
  else openBoard(session);
}

/** First use: sets the password that replaces the setup code, and goes on to the board. */
export async function replaceSetupCode(password: string): Promise<void> {
  const session = store.get().session;
  if (!session) return;
  await door.changePassword(session, password);
  try {
    openBoard(await door.withPrivileges({ ...session, mustChange: false }));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    await enter(session.user, password); // the change ended the session it was made in
  }
}

export async function changeOwnPassword(password: string): Promise<void> {
  const session = store.get().session;
  if (session) await door.changePassword(session, password);
}

export async function leave(): Promise<void> {
  const session = store.get().session;
  live?.stop();
  live = undefined;
  door.saveSession(undefined);
  store.set({
    stage: "signin",
    session: undefined,
    expired: false,
    nodes: [],
    board: undefined,
    link: noLink,
    log: noLog,
    orders: {},
  });
  if (session) await door.signOut(session);
}

export function refresh(): void {
  live?.refresh();
}

export async function orderNode(node: NodeView, act: Act): Promise<void> {
  await giveOrder(nodeTarget(node, act), act);
  refresh();
}

export async function orderBoard(act: Act): Promise<void> {
  const board = store.get().board;
  if (board) await giveOrder(boardTarget(board, act), act);
  refresh();
}

export async function loadOlder(): Promise<void> {
  const { log, session } = store.get();
  if (!session || !log.olderUri || log.loading) return;
  store.set({ log: { ...log, loading: true } });
  try {
    addOlderPage(await readEntries(session.token, log.olderUri));
  } catch {
    // The link's state says why; the button is there again for another try.
    store.set({ log: { ...store.get().log, loading: false } });
  }
}
