// SPDX-License-Identifier: Apache-2.0
// LostNotice - no contact: how old the picture is, and when the next attempt comes.

import { refresh } from "../app";
import { clock, duration } from "../format";
import { t } from "../i18n";
import type { Link } from "../state";
import { Icon } from "./Icon";

export function LostNotice({ link }: { link: Link }) {
  const nowMs = performance.now();
  const ageMs = nowMs - link.seenMs;
  const time = clock(Date.now() - ageMs);
  return (
    <div class="lost">
      <Icon name="unlink" />
      <div>
        <strong>{t("lostTitle")}</strong>
        <p>{link.seenMs === 0 ? t("lostFirst") : t("lostText", { time, age: duration(ageMs) })}</p>
      </div>
      <div class="lost-retry">
        <span>{t("retryIn", { time: duration(link.retryMs - nowMs + 999) })}</span>
        <button type="button" class="button" onClick={refresh}>{t("retryNow")}</button>
      </div>
    </div>
  );
}
