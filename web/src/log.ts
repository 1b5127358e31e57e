// SPDX-License-Identifier: Apache-2.0
// log - keeps the page's copy of the event log: newest first, each entry once, whatever path it came by.

import type { Page } from "./board";
import type { EventView } from "./redfish";
import { store, type Log } from "./state";

/** The controller keeps 256; a page left open for a week must not grow without end. */
const ENTRY_MAX = 512;

const sequence = (entry: EventView): number => Number(entry.id) || 0;

export const newestId = (log: Log): string => log.entries[0]?.id ?? "";

export function merged(known: EventView[], more: EventView[]): EventView[] {
  const byId = new Map(known.map((entry) => [entry.id, entry]));
  for (const entry of more) byId.set(entry.id, { ...byId.get(entry.id), ...entry });
  return [...byId.values()].sort((a, b) => sequence(b) - sequence(a)).slice(0, ENTRY_MAX);
}

export function addEvents(events: EventView[]): void {
  const log = store.get().log;
  store.set({ log: { ...log, entries: merged(log.entries, events) } });
}

/** The newest page. When it does not reach what is known, entries between were missed: then it replaces all. */
export function setNewestPage(page: Page): void {
  const log = store.get().log;
  const known = new Set(log.entries.map((entry) => entry.id));
  const overlaps = page.entries.some((entry) => known.has(entry.id));
  store.set({
    log: overlaps
      ? { ...log, entries: merged(log.entries, page.entries) }
      : { ...log, entries: merged([], page.entries), olderUri: page.olderUri },
  });
}

export function addOlderPage(page: Page): void {
  const log = store.get().log;
  store.set({ log: { entries: merged(log.entries, page.entries), olderUri: page.olderUri, loading: false } });
}
