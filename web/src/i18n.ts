// SPDX-License-Identifier: Apache-2.0
// i18n - the page's words in the reader's language. Events are told in it too, from their id and arguments; reasons and errors of the
// controller are shown as said.

import { en } from "./locale/en";
import { ko } from "./locale/ko";
import { koEvents } from "./locale/ko-events";
import type { EventView } from "./redfish";
import { store } from "./state";

export type Key = keyof typeof en;

const tables: Record<string, Record<Key, string>> = { en, ko };
const eventTables: Record<string, Record<string, string>> = { ko: koEvents };

export const languages: { id: string; name: string }[] = [
  { id: "en", name: "English" },
  { id: "ko", name: "한국어" },
];

const STORAGE_KEY = "super4c.language";

/** What was chosen here before, else the first of the browser's languages that we speak. */
export function preferredLanguage(): string {
  const wanted = [localStorage.getItem(STORAGE_KEY) ?? "", ...navigator.languages];
  return wanted.map((language) => language.slice(0, 2).toLowerCase()).find((language) => language in tables) ?? "en";
}

export function chooseLanguage(language: string): void {
  localStorage.setItem(STORAGE_KEY, language);
  store.set({ language });
}

export function t(key: Key, values: Record<string, string | number> = {}): string {
  const sentence = (tables[store.get().language] ?? en)[key];
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** The event in the reader's language, or as the controller said it when the table does not know it or an argument is missing. */
export function eventText(event: EventView): string {
  const id = event.messageId.split(".").pop() ?? "";
  const sentence = eventTables[store.get().language]?.[id];
  if (!sentence) return event.message;
  const words = event.args.map((arg) => (id === "NodeStateChanged" ? stateText(arg) : actText(arg)));
  const text = sentence.replace(/\{(\d)\}/g, (whole, position: string) => words[Number(position) - 1] ?? whole);
  return /\{\d\}/.test(text) ? event.message : text;
}

/** A word of the API in the reader's language; one that the table does not know stays as it is. */
function translated(prefix: string, word: string): string {
  const key = `${prefix}${word}`;
  return key in en ? t(key as Key) : word;
}

export const stateText = (state: string): string => translated("state", state);
export const actText = (act: string): string => translated("act", act);
export const phaseText = (phase: string): string => translated("phase", phase);
export const restoreText = (policy: string): string => translated("restore", policy);
export const severityText = (severity: string): string => translated("severity", severity);
