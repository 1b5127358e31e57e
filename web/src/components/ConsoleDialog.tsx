// SPDX-License-Identifier: Apache-2.0
// ConsoleDialog - all that the controller kept of a node's kernel messages, to read and to copy. While it is open it follows
// the node: whenever the last words on the card change, the full text is read again.

import { useEffect, useRef, useState } from "preact/hooks";
import { readConsole } from "../board";
import { fullTime } from "../format";
import { t } from "../i18n";
import type { ConsoleView, NodeView } from "../redfish";
import { announce } from "../state";
import { Dialog } from "./Dialog";
import { Icon } from "./Icon";
import { KernelText } from "./KernelText";
import { FormError } from "./Problems";

interface Props {
  node: NodeView;
  token: string;
  onClose: () => void;
}

const COPIED_SHOWN_MS = 2000;

function useConsole(node: NodeView, token: string): { view: ConsoleView | undefined; error: unknown } {
  const [view, setView] = useState<ConsoleView>();
  const [error, setError] = useState<unknown>();
  const lastLines = node.lastWords.join("\n");
  useEffect(() => {
    let current = true;
    readConsole(token, node.consoleUri).then(
      (read) => {
        if (!current) return;
        setView(read);
        setError(undefined);
      },
      (refusal: unknown) => current && setError(refusal),
    );
    return () => {
      current = false;
    };
  }, [token, node.consoleUri, lastLines, node.panicked]);
  return { view, error };
}

function CopyButton({ text }: { text: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    announce(t("copied"));
    setTimeout(() => setCopied(false), COPIED_SHOWN_MS);
  };
  return (
    <button type="button" class="button" disabled={!text} onClick={() => void copy()}>
      <Icon name={copied ? "check" : "copy"} />
      {t(copied ? "copied" : "copy")}
    </button>
  );
}

/** Opens at what a person came for: the panic, or else the newest line. */
function Scrolled({ text, label }: { text: string; label: string }) {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const lines = frame.current?.querySelectorAll(".line");
    const panic = frame.current?.querySelector(".line.grave");
    (panic ?? lines?.[lines.length - 1])?.scrollIntoView({ block: panic ? "center" : "end" });
  }, []);
  return (
    <div class="scrolled" ref={frame}>
      <KernelText lines={text.replace(/\n$/, "").split("\n")} label={label} />
    </div>
  );
}

export function ConsoleDialog({ node, token, onClose }: Props) {
  const { view, error } = useConsole(node, token);
  const [wantPanic, setWantPanic] = useState(false);
  const panic = view?.lastPanic;
  const text = (wantPanic && panic ? panic.text : view?.text) ?? "";
  const title = t("consoleTitle", { node: node.number });
  return (
    <Dialog title={title} kind="wide" onClose={onClose}>
      <div class="console-head">
        {panic && (
          <div class="choice" role="group">
            <button type="button" aria-pressed={!wantPanic} onClick={() => setWantPanic(false)}>{t("consoleNow")}</button>
            <button type="button" aria-pressed={wantPanic} onClick={() => setWantPanic(true)}>{t("consoleLastPanic")}</button>
          </div>
        )}
        <span class="muted">{wantPanic && panic?.time ? fullTime(panic.time) : view && t("consoleLines", { count: view.linesReceived })}</span>
        <CopyButton text={text} />
      </div>
      {view?.panicked && !wantPanic && view.panicLine && <p class="panic-line">{view.panicLine}</p>}
      <FormError error={error} />
      {!view && error === undefined && <p class="muted">{t("loading")}</p>}
      {view && (text ? <Scrolled key={String(wantPanic)} text={text} label={title} /> : <p class="no-words">{t("noWords")}</p>)}
    </Dialog>
  );
}
