// SPDX-License-Identifier: Apache-2.0
// Attention - the first line to read: what needs a person, each with a way there.

import type { Alarm } from "../alarms";
import { t } from "../i18n";
import { Icon } from "./Icon";

interface Props {
  alarms: Alarm[];
  /** False while there is no fresh picture to call well. */
  known: boolean;
}

function goTo(anchor: string): void {
  const element = document.getElementById(anchor);
  element?.scrollIntoView({ block: "center" });
  element?.focus({ preventScroll: true });
}

export function Attention({ alarms, known }: Props) {
  if (alarms.length === 0) {
    if (!known) return null;
    return (
      <p class="attention well">
        <Icon name="checkCircle" />
        {t("allWell")}
      </p>
    );
  }
  return (
    <div class="attention">
      <strong>{t("attention")}</strong>
      <ul>
        {alarms.map((alarm) => (
          <li key={alarm.id}>
            <button type="button" class={`badge ${alarm.severity.toLowerCase()}`} onClick={() => goTo(alarm.anchor)}>
              <Icon name={alarm.severity === "Critical" ? "stop" : "alert"} />
              {alarm.text}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
