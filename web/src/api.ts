// SPDX-License-Identifier: Apache-2.0
// api - one HTTPS request to the controller, and the three ways it can end: an answer, a refusal in the controller's own words
// (Refused), or silence (Unreachable). Only paths of the controller itself are ever asked.

import { listAt, parseJson, textAt, textsAt, type Json } from "./json";

/** One Redfish message: what is wrong and what to do about it. */
export interface Problem {
  id: string;
  message: string;
  resolution: string;
  /** JSON pointers of the properties at fault, "#/Password". */
  properties: string[];
}

export interface Answer {
  status: number;
  body: Json;
  location: string;
  token: string;
}

export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly problems: Problem[],
    readonly retryAfterSeconds: number,
  ) {
    super(problems[0]?.message ?? `HTTP ${status}`);
  }
}

export class Unreachable extends Error {}

export type Method = "GET" | "POST" | "PATCH" | "DELETE";

export interface Options {
  token?: string;
  body?: Json;
  timeoutMs?: number;
}

/** A dead controller is told from a slow one after this long; a password check takes it about a second. */
const TIMEOUT_MS = 6000;

export function problemFrom(json: Json): Problem {
  return {
    id: textAt(json, "MessageId") ?? "",
    message: textAt(json, "Message") ?? "",
    resolution: textAt(json, "Resolution") ?? "",
    properties: textsAt(json, "RelatedProperties"),
  };
}

function problemsOf(body: Json): Problem[] {
  const extended = listAt(body, "error", "@Message.ExtendedInfo").map(problemFrom).filter((problem) => problem.message);
  const message = textAt(body, "error", "message");
  if (extended.length > 0 || message === undefined) return extended;
  return [{ id: textAt(body, "error", "code") ?? "", message, resolution: "", properties: [] }];
}

/** A link out of an answer as an address on this controller. One that leads elsewhere is a fault, not a destination. */
export function ownUrl(path: string): URL {
  const url = new URL(path, location.origin);
  if (url.origin !== location.origin) throw new Unreachable(`not on this controller: ${path}`);
  return url;
}

export async function request(method: Method, path: string, options: Options = {}): Promise<Answer> {
  const headers: Record<string, string> = { Accept: "application/json", "OData-Version": "4.0" };
  if (options.token) headers["X-Auth-Token"] = options.token;
  if (options.body !== undefined) headers["Content-Type"] = "application/json";

  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), options.timeoutMs ?? TIMEOUT_MS);
  try {
    const response = await fetch(ownUrl(path), {
      method,
      headers,
      signal: stop.signal,
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    });
    const body = parseJson(await response.text());
    if (!response.ok) {
      throw new Refused(response.status, problemsOf(body), Number(response.headers.get("Retry-After")) || 0);
    }
    return {
      status: response.status,
      body,
      location: response.headers.get("Location") ?? "",
      token: response.headers.get("X-Auth-Token") ?? "",
    };
  } catch (error) {
    if (error instanceof Refused) throw error;
    throw new Unreachable(error instanceof Error ? error.message : String(error));
  } finally {
    clearTimeout(timer);
  }
}
