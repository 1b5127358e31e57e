// SPDX-License-Identifier: Apache-2.0
// BoardActions - one order for all four nodes.

import { actText, t } from "../i18n";
import type { Act } from "../orders";

interface Props {
  types: string[];
  enabled: boolean;
  onOrder: (act: Act) => void;
}

const acts: Act[] = ["On", "ForceRestart", "PowerCycle", "ForceOff"];

export function BoardActions({ types, enabled, onOrder }: Props) {
  return (
    <div class="board-actions" role="group" aria-label={t("allNodes")}>
      <span>{t("allNodes")}</span>
      {acts.filter((act) => types.includes(act)).map((act) => (
        <button type="button" key={act} data-act={act} class={act === "ForceOff" ? "button small danger" : "button small"}
          disabled={!enabled} onClick={() => onOrder(act)}>
          {actText(act)}
        </button>
      ))}
    </div>
  );
}
