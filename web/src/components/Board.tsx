// SPDX-License-Identifier: Apache-2.0
// Board - the picture of the board and everything around it. Which dialog is open lives here, so that it survives whatever happens
// to the connection or the session.

import { useState } from "preact/hooks";
import type { Alarm } from "../alarms";
import { orderBoard, orderNode } from "../app";
import { t } from "../i18n";
import type { Act } from "../orders";
import type { NodeView } from "../redfish";
import { mayControl, type Session } from "../session";
import { BOARD_KEY, type State } from "../state";
import { Attention } from "./Attention";
import { BoardActions } from "./BoardActions";
import { ConfirmDialog } from "./ConfirmDialog";
import { ConsoleDialog } from "./ConsoleDialog";
import { EventLog } from "./EventLog";
import { Header } from "./Header";
import { LostNotice } from "./LostNotice";
import { NodeCard } from "./NodeCard";
import { OrderResult } from "./OrderResult";
import { PowerStrip } from "./PowerStrip";
import { SettingsDialog } from "./SettingsDialog";

type Open =
  | { kind: "confirm"; act: Act; nodeId: string }
  | { kind: "confirmAll"; act: Act }
  | { kind: "console"; nodeId: string }
  | { kind: "settings" }
  | undefined;

interface Props {
  state: State;
  session: Session;
  alarms: Alarm[];
}

export function Board({ state, session, alarms }: Props) {
  const [open, setOpen] = useState<Open>();
  const close = (): void => setOpen(undefined);
  const lost = state.link.kind === "lost";
  const enabled = mayControl(session) && !lost && !state.expired;

  /** Switching on hurts nobody; everything else asks first, unless nothing is there to be cut. */
  const orderOne = (node: NodeView, act: Act): void => {
    if (act === "On" || node.powerState === "Off") void orderNode(node, act);
    else setOpen({ kind: "confirm", act, nodeId: node.id });
  };
  const orderAll = (act: Act): void => {
    if (act === "On") void orderBoard(act);
    else setOpen({ kind: "confirmAll", act });
  };

  return (
    <>
      <a class="skip" href="#nodes">{t("skip")}</a>
      <Header state={state} session={session} onSettings={() => setOpen({ kind: "settings" })} />
      {lost && <LostNotice link={state.link} />}
      <main class={lost || state.expired ? "page stale" : "page"} aria-busy={state.nodes.length === 0}>
        <Attention alarms={alarms} known={state.nodes.length > 0 && !lost && !state.expired} />
        {state.board && <PowerStrip board={state.board} />}
        <section aria-labelledby="nodes">
          <div class="section-head">
            <h2 id="nodes" tabIndex={-1}>{t("nodes")}</h2>
            {!mayControl(session) && <p class="muted">{t("readOnly")}</p>}
            {state.board && <BoardActions types={state.board.resetTypes} enabled={enabled} onOrder={orderAll} />}
          </div>
          <OrderResult name={t("allNodes")} orderKey={BOARD_KEY} order={state.orders[BOARD_KEY]} />
          <div class="nodes">
            {state.nodes.map((node) => (
              <NodeCard key={node.id} node={node} order={state.orders[node.id]} enabled={enabled}
                onOrder={(act) => orderOne(node, act)} onConsole={() => setOpen({ kind: "console", nodeId: node.id })} />
            ))}
          </div>
        </section>
        <EventLog log={state.log} />
      </main>
      {open && <OpenDialog open={open} state={state} session={session} close={close} />}
    </>
  );
}

interface OpenProps {
  open: NonNullable<Open>;
  state: State;
  session: Session;
  close: () => void;
}

function OpenDialog({ open, state, session, close }: OpenProps) {
  if (open.kind === "settings") return <SettingsDialog nodes={state.nodes} session={session} onClose={close} />;
  if (open.kind === "confirmAll") {
    const order = (): void => void orderBoard(open.act);
    return <ConfirmDialog act={open.act} name={t("allNodes")} nodes={state.nodes} onConfirm={order} onClose={close} />;
  }
  const node = state.nodes.find((candidate) => candidate.id === open.nodeId);
  if (!node) return null;
  if (open.kind === "console") return <ConsoleDialog node={node} token={session.token} onClose={close} />;
  const order = (): void => void orderNode(node, open.act);
  return <ConfirmDialog act={open.act} name={t("nodeName", { node: node.number })} nodes={[node]} onConfirm={order} onClose={close} />;
}
