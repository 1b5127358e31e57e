// SPDX-License-Identifier: Apache-2.0
// stream - server-sent events (WHATWG HTML 9.2) over fetch, because EventSource can send no X-Auth-Token and this page has no
// cookies. One call is one connection; whoever calls decides when to try again.

import { ownUrl, Refused, Unreachable } from "./api";

export interface StreamMessage {
  id: string;
  data: string;
}

/** The controller sends a comment every 15 s when it has nothing to say; longer silence is a dead line. */
const SILENCE_MS = 20000;
/** No message of the controller is near this; a line without end must not fill the memory. */
const LINE_MAX = 65536;

/** Takes text as it comes off the wire, in any pieces, and hands out whole messages. */
export function createParser(onMessage: (message: StreamMessage) => void): (chunk: string) => void {
  let rest = "";
  let id = "";
  let data: string[] = [];

  function dispatch(): void {
    if (data.length > 0) onMessage({ id, data: data.join("\n") });
    id = "";
    data = [];
  }

  function take(line: string): void {
    if (line === "") return dispatch();
    const colon = line.indexOf(":");
    if (colon === 0) return; // a comment
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "data") data.push(value);
    if (field === "id") id = value;
  }

  return (chunk) => {
    rest += chunk;
    let end: RegExpExecArray | null;
    // A CR at the very end may be half of a CR LF: it waits for the next piece.
    while ((end = /\r\n|\n|\r(?!$)/.exec(rest)) !== null) {
      take(rest.slice(0, end.index));
      rest = rest.slice(end.index + end[0].length);
    }
    if (rest.length > LINE_MAX) throw new Unreachable("endless line in the event stream");
  };
}

export interface StreamOptions {
  url: string;
  token: string;
  lastId: string;
  onOpen: () => void;
  onMessage: (message: StreamMessage) => void;
  signal: AbortSignal;
}

/** Returns when the stream ends in whatever way; throws Refused when it was never opened. */
export async function readStream(options: StreamOptions): Promise<void> {
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  options.signal.addEventListener("abort", abort);
  let watchdog = setTimeout(abort, SILENCE_MS);
  const heard = (): void => {
    clearTimeout(watchdog);
    watchdog = setTimeout(abort, SILENCE_MS);
  };
  try {
    const headers: Record<string, string> = { Accept: "text/event-stream", "X-Auth-Token": options.token };
    if (options.lastId) headers["Last-Event-ID"] = options.lastId;
    const response = await fetch(ownUrl(options.url), { headers, signal: stop.signal, cache: "no-store", credentials: "omit" });
    if (!response.ok || !response.body) throw new Refused(response.status, [], 0);
    options.onOpen();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    const parse = createParser(options.onMessage);
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      heard();
      parse(value);
    }
  } catch (error) {
    if (error instanceof Refused) throw error;
  } finally {
    clearTimeout(watchdog);
    stop.abort();
    options.signal.removeEventListener("abort", abort);
  }
}
