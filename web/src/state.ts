// SPDX-License-Identifier: Apache-2.0
// state - everything the page shows, in one value.

import type { Problem } from "./api";
import type { BoardView, EventView, NodeView } from "./redfish";
import type { Session } from "./session";
import { createStore } from "./store";

/** What the person sees: the door, the one-time change of the password, or the board. */
export type Stage = "signin" | "password" | "board";

export interface Link {
  /** starting: nothing seen yet; live: events stream in; polling: asked every two seconds; lost: no answer; ended: no session. */
  kind: "starting" | "live" | "polling" | "lost" | "ended";
  /** performance.now() of the last complete picture, 0 before the first. */
  seenMs: number;
  /** performance.now() of the next attempt while lost. */
  retryMs: number;
}

export interface Log {
  /** Newest first. */
  entries: EventView[];
  /** Address of the next older page, empty when there is none. */
  olderUri: string;
  loading: boolean;
}

/** An order given from this page, as far as it got. "unsure": the line broke before the controller answered. */
export interface Order {
  act: string;
  stage: "running" | "done" | "failed" | "unsure";
  problems: Problem[];
}

/** The key of an order for the whole board among the orders, which else go by node id. */
export const BOARD_KEY = "Board";

export interface State {
  stage: Stage;
  session: Session | undefined;
  /** The session ended under our feet: ask for the password over the picture, which stays. */
  expired: boolean;
  nodes: NodeView[];
  board: BoardView | undefined;
  link: Link;
  log: Log;
  orders: Record<string, Order>;
  language: string;
  /** For screen readers; the number makes a repeated sentence new. */
  announcement: { text: string; count: number };
}

export const noLink: Link = { kind: "starting", seenMs: 0, retryMs: 0 };
export const noLog: Log = { entries: [], olderUri: "", loading: false };

export const store = createStore<State>({
  stage: "signin",
  session: undefined,
  expired: false,
  nodes: [],
  board: undefined,
  link: noLink,
  log: noLog,
  orders: {},
  language: "en",
  announcement: { text: "", count: 0 },
});

export function announce(text: string): void {
  store.set({ announcement: { text, count: store.get().announcement.count + 1 } });
}

export function setOrder(key: string, order: Order | undefined): void {
  const orders = { ...store.get().orders };
  if (order) orders[key] = order;
  else delete orders[key];
  store.set({ orders });
}
