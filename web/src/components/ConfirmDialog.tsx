// SPDX-License-Identifier: Apache-2.0
// ConfirmDialog - asks before power is cut, and says exactly what loses it. The focus waits on Cancel, so that a careless Enter
// cuts nothing.

import { stateText, t, type Key } from "../i18n";
import type { Act } from "../orders";
import type { NodeView } from "../redfish";
import { Dialog } from "./Dialog";
import { Icon } from "./Icon";

interface Props {
  act: Act;
  name: string;
  nodes: NodeView[];
  onConfirm: () => void;
  onClose: () => void;
}

const QUIET = new Set(["Off", "ModuleOff", "Empty", "Panicked", "Halted"]);

function consequence(node: NodeView): string {
  const name = t("nodeName", { node: node.number });
  if (node.state === "Up") return t("cutRunning", { name });
  if (node.state === "Starting") return t("cutStarting", { name });
  if (QUIET.has(node.state)) return t("cutDead", { name, state: stateText(node.state) });
  return t("cutUnknown", { name });
}

const parts: Key[] = ["cutModule", "cutNvme", "cutUsb", "cutNic"];

function CutList({ moduleOnly }: { moduleOnly: boolean }) {
  return (
    <>
      <h3>{t("cutWhat")}</h3>
      <ul class="cut">
        {parts.map((part) => {
          const kept = moduleOnly && part !== "cutModule";
          return (
            <li key={part} class={kept ? "kept" : "lost-power"}>
              <Icon name={kept ? "plug" : "unplugged"} />
              <b>{t(part)}</b>
              <span>{t(kept ? "keepsPower" : "losesPower")}</span>
            </li>
          );
        })}
      </ul>
      <p>{t(moduleOnly ? "cutModuleDepth" : "cutAllDepth")}</p>
    </>
  );
}

export function ConfirmDialog({ act, name, nodes, onConfirm, onClose }: Props) {
  const moduleOnly = act === "ForceRestart" || act === "ModuleOff";
  const confirm = (): void => {
    onClose();
    onConfirm();
  };
  return (
    <Dialog title={t(`cutTitle${act}` as Key, { name })} kind="danger" onClose={onClose}>
      <ul class="consequences">
        {nodes.map((node) => (
          <li key={node.id} class={QUIET.has(node.state) ? "quiet" : "alive"}>
            <Icon name={QUIET.has(node.state) ? "info" : "alert"} />
            <span>
              {consequence(node)}
              {node.label && <small class="label">{node.label}</small>}
            </span>
          </li>
        ))}
      </ul>
      <CutList moduleOnly={moduleOnly} />
      <p>{t(`after${act}` as Key)}</p>
      {nodes.length > 1 && act === "PowerCycle" && <p>{t("afterStagger")}</p>}
      <footer class="dialog-foot">
        <button type="button" class="button" autofocus onClick={onClose}>{t("cancel")}</button>
        <button type="button" class="button danger solid" data-confirm onClick={confirm}>{t(`cutDo${act}` as Key)}</button>
      </footer>
    </Dialog>
  );
}
