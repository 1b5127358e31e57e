// SPDX-License-Identifier: Apache-2.0
// live - keeps the picture fresh while somebody looks at it: the event stream for what happens, a poll every two seconds for what
// is, and the poll alone when the stream cannot be had. When the controller falls silent the last picture stays, with its age,
// and the attempts go on with growing pauses. A session that ended stops everything: it takes a person to go on.

import { Refused } from "./api";
import { findLinks, readBoard, readEntries, readNode, type Links } from "./board";
import { listAt, parseJson } from "./json";
import { addEvents, newestId, setNewestPage } from "./log";
import { withMetrics } from "./metrics";
import { Pause } from "./pause";
import { eventFrom, type EventView } from "./redfish";
import { noLog, store, type Link } from "./state";
import { readStream, type StreamMessage } from "./stream";

const POLL_MS = 2000;
const BACKOFF_MAX_MS = 10000;

const backoffMs = (failures: number): number => Math.min(500 * 2 ** failures, BACKOFF_MAX_MS);
const isExpired = (error: unknown): boolean => error instanceof Refused && error.status === 401;

function setLink(change: Partial<Link>): void {
  store.set({ link: { ...store.get().link, ...change } });
}

export class Live {
  private readonly stopping = new AbortController();
  private readonly pause = new Pause();
  private links: Links | undefined;
  private logKnown = false;
  private streamStarted = false;
  private streaming = false;
  /** When everything was last read. */
  private fullMs = -Infinity;
  /** Addresses that events named: these alone are read between two polls. */
  private readonly named = new Set<string>();

  constructor(private readonly token: string) {
    const onVisible = (): void => {
      if (!document.hidden) this.refresh();
    };
    document.addEventListener("visibilitychange", onVisible, { signal: this.stopping.signal });
    void this.poll();
  }

  /** Looks again now. */
  refresh(): void {
    this.pause.wake();
  }

  stop(): void {
    this.stopping.abort();
    this.pause.wake();
  }

  private get stopped(): boolean {
    return this.stopping.signal.aborted;
  }

  private expire(): void {
    if (this.stopped) return;
    this.stopping.abort();
    store.set({ expired: true });
    setLink({ kind: "ended" });
  }

  /* ---- the poll: what is ---- */

  private async poll(): Promise<void> {
    let failures = 0;
    while (!this.stopped) {
      let waitMs = POLL_MS;
      try {
        await this.lookAround();
        if (this.stopped) return;
        failures = 0;
        setLink({ kind: this.streaming ? "live" : "polling", seenMs: performance.now() });
        this.startStream();
      } catch (error) {
        if (isExpired(error)) this.expire();
        if (this.stopped) return;
        waitMs = backoffMs(failures++);
        setLink({ kind: "lost", retryMs: performance.now() + waitMs });
      }
      await this.pause.wait(waitMs);
    }
  }

  private async lookAround(): Promise<void> {
    this.links ??= await findLinks(this.token);
    const nowMs = performance.now();
    const all = this.named.size === 0 || nowMs - this.fullMs >= POLL_MS;
    const uris = all ? [...this.links.nodes, this.links.board] : [...this.named];
    this.named.clear();
    for (const uri of uris) {
      if (uri && !this.stopped) await this.look(uri);
    }
    if (all) this.fullMs = nowMs;
    await this.lookAtLog(this.links.entries);
  }

  private async look(uri: string): Promise<void> {
    if (uri === this.links?.board) {
      const board = await readBoard(this.token, uri);
      if (!this.stopped) store.set({ board });
      return;
    }
    const node = await readNode(this.token, uri);
    if (this.stopped) return;
    const others = store.get().nodes.filter((other) => other.id !== node.id);
    store.set({ nodes: [...others, node].sort((a, b) => a.number - b.number) });
  }

  /** Once, and then only while no stream brings what is new. */
  private async lookAtLog(uri: string): Promise<void> {
    if (!uri || (this.logKnown && this.streaming)) return;
    const page = await readEntries(this.token, uri);
    if (this.stopped) return;
    setNewestPage(page);
    this.logKnown = true;
  }

  /* ---- the stream: what happens ---- */

  private startStream(): void {
    if (this.streamStarted || !this.links?.stream) return;
    this.streamStarted = true;
    void this.stream(this.links.stream);
  }

  private async stream(url: string): Promise<void> {
    let failures = 0;
    const opened = (): void => {
      failures = 0;
      this.streaming = true;
      setLink({ kind: "live" });
    };
    while (!this.stopped) {
      try {
        await readStream({
          url,
          token: this.token,
          lastId: newestId(store.get().log),
          signal: this.stopping.signal,
          onOpen: opened,
          onMessage: (message) => this.take(message),
        });
      } catch (error) {
        if (isExpired(error)) return this.expire();
      }
      this.streaming = false;
      this.refresh(); // the poll finds out whether the controller is gone or only the stream
      await new Promise((resolve) => setTimeout(resolve, backoffMs(failures++)));
    }
  }

  private take(message: StreamMessage): void {
    if (this.stopped) return;
    const json = parseJson(message.data);
    const events = listAt(json, "Events").map(eventFrom);
    if (events.length > 0) this.takeEvents(events);
    else store.set(withMetrics(store.get(), json, performance.now()));
  }

  private takeEvents(events: EventView[]): void {
    if (events.some((event) => event.messageId.endsWith(".LogCleared"))) store.set({ log: noLog });
    addEvents(events);
    for (const event of events) {
      const node = store.get().nodes.find((candidate) => candidate.number === event.node);
      this.named.add(node?.uri ?? this.links?.board ?? "");
    }
    this.refresh();
  }
}
