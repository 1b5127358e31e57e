// SPDX-License-Identifier: Apache-2.0
// NodeActions - the power orders of one node at both depths. A button is grey only when the order could not do anything; while
// an order runs, Off alone stays, because ForceOff takes over from whatever is under way.

import { actText, t } from "../i18n";
import type { Act } from "../orders";
import type { NodeView } from "../redfish";
import { Icon, type IconName } from "./Icon";

interface Props {
  node: NodeView;
  busy: boolean;
  enabled: boolean;
  onOrder: (act: Act) => void;
}

const icons: Record<Act, IconName> = { On: "play", ForceRestart: "restart", PowerCycle: "cycle", ModuleOff: "chip", ForceOff: "power" };
const acts: Act[] = ["On", "ForceRestart", "PowerCycle", "ModuleOff", "ForceOff"];

function offered(node: NodeView, act: Act): boolean {
  return act === "ModuleOff" ? node.moduleOffTarget !== "" : node.resetTypes.includes(act);
}

/** What is not measured may be either, so nothing is ruled out then. */
function useful(node: NodeView, act: Act): boolean {
  const off = node.powerState === "Off";
  if (act === "On") return node.powerState !== "On" || node.state === "Failed";
  if (act === "ForceOff") return !(off && node.channelEnabled === false && node.state === "Off");
  if (act === "ModuleOff") return !(off && node.moduleEnabled === false);
  return !off;
}

export function NodeActions({ node, busy, enabled, onOrder }: Props) {
  const running = busy || node.order !== undefined;
  return (
    <div class="actions" role="group" aria-label={t("actions", { node: node.number })}>
      {acts.filter((act) => offered(node, act)).map((act) => (
        <button type="button" key={act} data-act={act} class={act === "ForceOff" ? "button danger" : "button"}
          disabled={!enabled || !useful(node, act) || (running && act !== "ForceOff")} onClick={() => onOrder(act)}>
          <Icon name={icons[act]} />
          {actText(act)}
        </button>
      ))}
    </div>
  );
}
