// SPDX-License-Identifier: Apache-2.0
// json - careful reading of what the controller sent. Nothing is believed to be there: each reader names the type it
// wants and yields undefined (or an empty list) for anything else, so an older or newer firmware cannot break the page.

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** What lies at the end of the path, or undefined. */
export function at(json: Json | undefined, ...path: string[]): Json | undefined {
  let here = json;
  for (const key of path) {
    if (typeof here !== "object" || here === null || Array.isArray(here)) return undefined;
    here = Object.hasOwn(here, key) ? here[key] : undefined;
  }
  return here;
}

export function textAt(json: Json | undefined, ...path: string[]): string | undefined {
  const found = at(json, ...path);
  return typeof found === "string" ? found : undefined;
}

export function numberAt(json: Json | undefined, ...path: string[]): number | undefined {
  const found = at(json, ...path);
  return typeof found === "number" && Number.isFinite(found) ? found : undefined;
}

export function flagAt(json: Json | undefined, ...path: string[]): boolean | undefined {
  const found = at(json, ...path);
  return typeof found === "boolean" ? found : undefined;
}

export function listAt(json: Json | undefined, ...path: string[]): Json[] {
  const found = at(json, ...path);
  return Array.isArray(found) ? found : [];
}

export function textsAt(json: Json | undefined, ...path: string[]): string[] {
  return listAt(json, ...path).filter((item): item is string => typeof item === "string");
}

/** The address in a Redfish reference: {"@odata.id": "..."}. */
export function linkAt(json: Json | undefined, ...path: string[]): string | undefined {
  return textAt(json, ...path, "@odata.id");
}

/** Null when the text is no JSON. */
export function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}
