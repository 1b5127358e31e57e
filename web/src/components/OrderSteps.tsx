// SPDX-License-Identifier: Apache-2.0
// OrderSteps - how far an order on a node has come, whoever gave it: the controller's own phases, one mark each.

import { actText, phaseText, t } from "../i18n";
import type { NodeView } from "../redfish";
import type { Order } from "../state";

const down = ["CuttingModule", "CuttingChannel"];
const up = ["WaitingForSlot", "RaisingChannel", "ReleasingModule"];
const steps: Record<string, string[]> = {
  On: up,
  ForceOff: down,
  PowerCycle: [...down, "Resting", ...up],
  ForceRestart: ["CuttingModule", "ReleasingModule"],
  ModuleOff: ["CuttingModule"],
};

export function OrderSteps({ node, order }: { node: NodeView; order: Order | undefined }) {
  const sent = order?.stage === "running" ? order.act : undefined;
  const act = node.order?.act ?? sent;
  if (!act) return null;
  const phase = node.order?.phase ?? "";
  const list = steps[act] ?? [];
  const now = list.indexOf(phase === "Delayed" ? "WaitingForSlot" : phase); // -1 for the moment of book-keeping between two steps
  const words = phase ? t("orderRunning", { act: actText(act), phase: phaseText(phase) }) : t("orderSent", { act: actText(act) });
  return (
    <div class="steps" data-order={act} data-phase={phase}>
      <p>{words}</p>
      <ol aria-hidden="true">
        {list.map((step, index) => <li key={step} class={index < now ? "past" : index === now ? "now" : ""} />)}
      </ol>
    </div>
  );
}
