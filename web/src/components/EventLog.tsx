// SPDX-License-Identifier: Apache-2.0
// EventLog - what happened, newest first: when, how grave, what, and who did it from where.

import { useState } from "preact/hooks";
import { loadOlder } from "../app";
import { clock, day, fullTime } from "../format";
import { eventText, severityText, t, type Key } from "../i18n";
import type { EventView, Severity } from "../redfish";
import type { Log } from "../state";
import { Icon, type IconName } from "./Icon";

const icons: Record<Severity, IconName> = { OK: "info", Warning: "alert", Critical: "stop" };
const tones: Record<Severity, string> = { OK: "idle", Warning: "warning", Critical: "critical" };

type Filter = "All" | "Warning" | "Critical";
const filters: Filter[] = ["All", "Warning", "Critical"];

function passes(event: EventView, filter: Filter): boolean {
  if (filter === "All") return true;
  return event.severity === "Critical" || event.severity === filter;
}

/** What the controller decided by itself, nobody ordered. */
const OWN_DECISION = "Controller";

function Origin({ event }: { event: EventView }) {
  if (event.via === OWN_DECISION && !event.actor) return <span class="origin">{t("byController")}</span>;
  const pieces = [
    event.actor && t("by", { actor: event.actor }),
    event.via && t("via", { via: event.via }),
    event.address && t("from", { address: event.address }),
  ].filter(Boolean);
  return pieces.length > 0 ? <span class="origin">{pieces.join(" ")}</span> : null;
}

function Time({ ms }: { ms: number | undefined }) {
  if (ms === undefined) return <span class="time muted">{t("noTime")}</span>;
  return (
    <time class="time" dateTime={new Date(ms).toISOString()} title={fullTime(ms)}>
      <span>{day(ms)}</span> {clock(ms)}
    </time>
  );
}

function Row({ event }: { event: EventView }) {
  return (
    <li class={`event ${tones[event.severity]}`} data-event={event.messageId.split(".").pop()} data-event-id={event.id}>
      <Time ms={event.time} />
      <span class={`badge ${tones[event.severity]}`}>
        <Icon name={icons[event.severity]} />
        {severityText(event.severity)}
      </span>
      <span class="event-words">
        <span title={event.message}>{eventText(event)}</span>
        <Origin event={event} />
      </span>
    </li>
  );
}

export function EventLog({ log }: { log: Log }) {
  const [filter, setFilter] = useState<Filter>("All");
  const shown = log.entries.filter((event) => passes(event, filter));
  return (
    <section class="log" aria-labelledby="events">
      <div class="section-head">
        <h2 id="events">{t("events")}</h2>
        <div class="choice" role="group" aria-label={t("filter")}>
          {filters.map((item) => (
            <button type="button" key={item} aria-pressed={filter === item} onClick={() => setFilter(item)}>
              {t(`filter${item}` as Key)}
            </button>
          ))}
        </div>
      </div>
      <ol class="events">
        {shown.map((event) => <Row key={event.id} event={event} />)}
      </ol>
      {shown.length === 0 && <p class="muted">{t("noEvents")}</p>}
      {log.olderUri && (
        <button type="button" class="button" disabled={log.loading} onClick={() => void loadOlder()}>
          {log.loading ? t("loading") : t("loadOlder")}
        </button>
      )}
    </section>
  );
}
