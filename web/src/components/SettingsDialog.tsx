// SPDX-License-Identifier: Apache-2.0
// SettingsDialog - what can be set per node, and one's own password.

import { useState } from "preact/hooks";
import { changeOwnPassword } from "../app";
import { t } from "../i18n";
import type { NodeView } from "../redfish";
import { mayControl, type Session } from "../session";
import { Dialog } from "./Dialog";
import { Icon } from "./Icon";
import { NewPasswordForm } from "./NewPassword";
import { NodeSettings } from "./NodeSettings";

interface Props {
  nodes: NodeView[];
  session: Session;
  onClose: () => void;
}

const PASSWORD_TAB = "password";

function OwnPassword({ user }: { user: string }) {
  const [done, setDone] = useState(false);
  const change = async (password: string): Promise<void> => {
    setDone(false);
    await changeOwnPassword(password);
    setDone(true);
  };
  return (
    <>
      <NewPasswordForm user={user} onSubmit={change} />
      {done && <p class="notice ok" role="status"><Icon name="checkCircle" />{t("passwordChanged")}</p>}
    </>
  );
}

export function SettingsDialog({ nodes, session, onClose }: Props) {
  const [tab, setTab] = useState(nodes[0]?.id ?? PASSWORD_TAB);
  return (
    <Dialog title={t("settings")} onClose={onClose}>
      <div class="choice tabs" role="group" aria-label={t("settings")}>
        {nodes.map((node) => (
          <button type="button" key={node.id} aria-pressed={tab === node.id} onClick={() => setTab(node.id)}>
            {t("settingsNode", { node: node.number })}
          </button>
        ))}
        <button type="button" aria-pressed={tab === PASSWORD_TAB} onClick={() => setTab(PASSWORD_TAB)}>{t("myPassword")}</button>
      </div>
      {/* Each form stays in the page when another tab is shown, so that nothing typed is lost. */}
      {nodes.map((node) => (
        <div key={node.id} hidden={tab !== node.id}>
          <NodeSettings node={node} token={session.token} allowed={mayControl(session)} />
        </div>
      ))}
      {tab === PASSWORD_TAB && <OwnPassword user={session.user} />}
    </Dialog>
  );
}
