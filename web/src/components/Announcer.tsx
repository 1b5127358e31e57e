// SPDX-License-Identifier: Apache-2.0
// Announcer - tells screen readers what changed: alarms at once, results when there is a pause.

import { useEffect, useRef, useState } from "preact/hooks";
import type { Alarm } from "../alarms";
import { t } from "../i18n";

interface Props {
  announcement: { text: string; count: number };
  alarms: Alarm[];
  lost: boolean;
}

/** The alarms that were not there the last time. */
function useNewAlarms(alarms: Alarm[], lost: boolean): string {
  const known = useRef(new Set<string>());
  const [text, setText] = useState("");
  const current = lost ? [{ id: "lost", text: t("lostTitle") }] : alarms;
  const ids = current.map((alarm) => alarm.id).join("\n");
  useEffect(() => {
    const fresh = current.filter((alarm) => !known.current.has(alarm.id));
    known.current = new Set(current.map((alarm) => alarm.id));
    if (fresh.length > 0) setText(fresh.map((alarm) => alarm.text).join(". "));
  }, [ids]);
  return text;
}

export function Announcer({ announcement, alarms, lost }: Props) {
  const alarmText = useNewAlarms(alarms, lost);
  return (
    <div class="sr-only">
      <div role="alert">{alarmText}</div>
      <div role="status" key={announcement.count}>{announcement.text}</div>
    </div>
  );
}
