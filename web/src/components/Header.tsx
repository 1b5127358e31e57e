// SPDX-License-Identifier: Apache-2.0

import { leave } from "../app";
import { t } from "../i18n";
import type { Session } from "../session";
import type { Link, State } from "../state";
import { Icon, type IconName } from "./Icon";
import { LanguageChoice } from "./LanguageChoice";

interface Props {
  state: State;
  session: Session;
  onSettings: () => void;
}

const linkLooks: Record<Link["kind"], { icon: IconName; tone: string }> = {
  starting: { icon: "hourglass", tone: "idle" },
  live: { icon: "bolt", tone: "ok" },
  polling: { icon: "hourglass", tone: "ok" },
  lost: { icon: "unlink", tone: "critical" },
  ended: { icon: "pause", tone: "idle" },
};

function LinkState({ kind }: { kind: Link["kind"] }) {
  const words = { starting: t("linkStarting"), live: t("linkLive"), polling: t("linkPolling"), lost: t("linkLost"), ended: t("linkEnded") };
  const { icon, tone } = linkLooks[kind];
  return (
    <span class={`badge ${tone}`} data-link={kind} title={kind === "polling" ? t("linkPollingHint") : undefined}>
      <Icon name={icon} />
      {words[kind]}
    </span>
  );
}

export function Header({ state, session, onSettings }: Props) {
  return (
    <header class="top">
      <div class="brand">
        <img src="/icon.svg" alt="" width="28" height="28" />
        <h1>Super4C</h1>
        <LinkState kind={state.link.kind} />
      </div>
      <div class="top-tools">
        <span class="who">
          {session.user}
          {session.role && <small>{session.role}</small>}
        </span>
        <LanguageChoice />
        <button type="button" class="button ghost" onClick={onSettings}>
          <Icon name="sliders" />
          <span class="button-text">{t("settings")}</span>
        </button>
        <button type="button" class="button ghost" onClick={() => void leave()}>
          <Icon name="leave" />
          <span class="button-text">{t("signOut")}</span>
        </button>
      </div>
    </header>
  );
}
