// SPDX-License-Identifier: Apache-2.0
// NodeCard - one node: how it is and since when, what proves that, what its kernel last said, and what can be done.

import { amps, duration, volts, watts } from "../format";
import { stateText, t } from "../i18n";
import type { Act } from "../orders";
import type { NodeView } from "../redfish";
import type { Order } from "../state";
import { Icon, type IconName } from "./Icon";
import { KernelText } from "./KernelText";
import { NodeActions } from "./NodeActions";
import { OrderResult } from "./OrderResult";
import { OrderSteps } from "./OrderSteps";

interface Props {
  node: NodeView;
  order: Order | undefined;
  enabled: boolean;
  onOrder: (act: Act) => void;
  onConsole: () => void;
}

const looks: Record<string, { icon: IconName; tone: string }> = {
  Up: { icon: "checkCircle", tone: "ok" },
  Starting: { icon: "play", tone: "info" },
  Off: { icon: "power", tone: "idle" },
  ModuleOff: { icon: "chip", tone: "idle" },
  Empty: { icon: "empty", tone: "idle" },
  Halted: { icon: "pause", tone: "warning" },
  Unknown: { icon: "question", tone: "warning" },
  Panicked: { icon: "stop", tone: "critical" },
  Failed: { icon: "alert", tone: "critical" },
};
const unknownLook = { icon: "question", tone: "warning" } as const;

/** The controller measures several times a second; an older reading says so. */
const STALE_MS = 5000;
/** More lines of kernel text than this no card has room for. */
const WORDS_MAX = 24;

function Depth({ name, on }: { name: string; on: boolean | undefined }) {
  const word = on === undefined ? t("unknown") : on ? t("on") : t("off");
  return (
    <span class={`depth ${on ? "on" : "off"}`}>
      <span class="lamp" aria-hidden="true" />
      {name} <b>{word}</b>
    </span>
  );
}

function Measured({ node }: { node: NodeView }) {
  const { reading } = node;
  const ageMs = performance.now() - node.measuredMs;
  if (!reading) return <p class="figures none"><Icon name="question" />{t("notMeasured")}</p>;
  return (
    <>
      <p class="figures">
        <span><b>{volts(reading.milliVolts)}</b> V</span>
        <span><b>{amps(reading.milliAmps)}</b> A</span>
        <span><b>{watts((reading.milliVolts * reading.milliAmps) / 1e6)}</b> W</span>
      </p>
      {ageMs > STALE_MS && <p class="age"><Icon name="hourglass" />{t("measuredAgo", { time: duration(ageMs) })}</p>}
    </>
  );
}

function LastWords({ node, onConsole }: { node: NodeView; onConsole: () => void }) {
  const lines = node.lastWords.slice(-WORDS_MAX);
  return (
    <div class="words">
      <div class="words-head">
        <h4>{t("lastWords")}</h4>
        <button type="button" class="button ghost small" onClick={onConsole} aria-label={`${t("fullText")}: ${t("nodeName", { node: node.number })}`}>
          <Icon name="expand" />
          {t("fullText")}
        </button>
      </div>
      {node.panicked && node.panicLine && <p class="panic-line">{node.panicLine}</p>}
      {lines.length > 0 ? <KernelText lines={lines} /> : <p class="no-words">{t("noWords")}</p>}
    </div>
  );
}

export function NodeCard({ node, order, enabled, onOrder, onConsole }: Props) {
  const look = looks[node.state] ?? unknownLook;
  const name = t("nodeName", { node: node.number });
  const age = node.sinceMs === undefined ? "" : duration(performance.now() - node.sinceMs);
  return (
    <article class={`node ${look.tone}`} id={node.id} tabIndex={-1} data-state={node.state} aria-label={name}>
      <div class={`rail ${node.channelEnabled ? "on" : "off"}`} aria-hidden="true" />
      <header class="node-head">
        <h3>{name}</h3>
        <span class={`badge state ${look.tone}`}>
          <Icon name={look.icon} />
          {stateText(node.state)}
        </span>
        <p class="label">{node.label}</p>
        <p class="since">{age && t("since", { time: age })}</p>
      </header>
      <p class="reason">{node.reason}</p>
      <Measured node={node} />
      <p class="depths">
        <Depth name={t("channel")} on={node.channelEnabled} />
        <Depth name={t("module")} on={node.moduleEnabled} />
      </p>
      <OrderSteps node={node} order={order} />
      <OrderResult name={name} orderKey={node.id} order={order} lastFailure={node.order ? "" : node.lastFailure} />
      <LastWords node={node} onConsole={onConsole} />
      <NodeActions node={node} busy={order?.stage === "running"} enabled={enabled} onOrder={onOrder} />
    </article>
  );
}
