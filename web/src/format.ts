// SPDX-License-Identifier: Apache-2.0
// format - numbers, times and durations in the reader's manner.

import { store } from "./state";

const language = (): string => {
  const chosen = store.get().language;
  // The reader's own region when it is of the chosen language: en-GB writes dates unlike en-US.
  return navigator.languages.find((candidate) => candidate.startsWith(chosen)) ?? chosen;
};

const cache = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

/** Building a formatter is slow, and the page draws dozens of numbers a second. */
function cached<T extends Intl.NumberFormat | Intl.DateTimeFormat>(kind: string, make: (language: string) => T): T {
  const key = `${language()} ${kind}`;
  let made = cache.get(key) as T | undefined;
  if (!made) cache.set(key, (made = make(language())));
  return made;
}

function decimals(value: number, digits: number): string {
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return cached(`decimal${digits}`, (tag) => new Intl.NumberFormat(tag, options)).format(value);
}

/** A dead rail is proven by its millivolts, so those are shown to the last one. */
export const volts = (milliVolts: number): string => decimals(milliVolts / 1000, Math.abs(milliVolts) < 1000 ? 3 : 2);
export const amps = (milliAmps: number): string => decimals(milliAmps / 1000, 2);
export const watts = (value: number): string => decimals(value, 1);

function unit(value: number, name: "second" | "minute" | "hour" | "day"): string {
  const options = { style: "unit", unit: name, unitDisplay: "short" } as const;
  return cached(name, (tag) => new Intl.NumberFormat(tag, options)).format(value);
}

/** "12 sec", "3 min", "2 hr 5 min", "4 days 2 hr": what a person needs, not more. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days > 0) return hours % 24 ? `${unit(days, "day")} ${unit(hours % 24, "hour")}` : unit(days, "day");
  if (hours > 0) return minutes % 60 ? `${unit(hours, "hour")} ${unit(minutes % 60, "minute")}` : unit(hours, "hour");
  return minutes > 0 ? unit(minutes, "minute") : unit(seconds, "second");
}

export function clock(ms: number): string {
  return cached("clock", (tag) => new Intl.DateTimeFormat(tag, { timeStyle: "medium" })).format(ms);
}

export function day(ms: number): string {
  return cached("day", (tag) => new Intl.DateTimeFormat(tag, { month: "short", day: "numeric" })).format(ms);
}

export function fullTime(ms: number): string {
  return cached("full", (tag) => new Intl.DateTimeFormat(tag, { dateStyle: "full", timeStyle: "long" })).format(ms);
}
