// SPDX-License-Identifier: Apache-2.0
// SignIn - the door: as a page of its own, and as a dialog over the picture when the session has ended.

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Refused } from "../api";
import { enter, leave } from "../app";
import { duration } from "../format";
import { t } from "../i18n";
import { Dialog } from "./Dialog";
import { Field } from "./Field";
import { Icon } from "./Icon";
import { LanguageChoice } from "./LanguageChoice";
import { FormError } from "./Problems";

/** The controller says the same of an unknown name and a wrong password, and so do we. */
function explainRefusal(error: unknown): unknown {
  if (!(error instanceof Refused) || error.status !== 401) return error;
  if (error.retryAfterSeconds > 0) return t("lockedFor", { time: duration(error.retryAfterSeconds * 1000) });
  return t("wrongPassword");
}

export function SignInForm({ user: knownUser = "" }: { user?: string }) {
  const [user, setUser] = useState(knownUser);
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await enter(user.trim(), password);
    } catch (refusal) {
      setError(explainRefusal(refusal));
      setBusy(false);
    }
  };

  return (
    <form class="form" onSubmit={submit}>
      <Field label={t("userName")}>
        {(names) => (
          <input {...names} name="username" autoComplete="username" autoCapitalize="none" spellcheck={false} required
            value={user} onInput={(event) => setUser(event.currentTarget.value)} />
        )}
      </Field>
      <Field label={t("password")}>
        {(names) => (
          <input {...names} name="password" type="password" autoComplete="current-password" required autofocus={!!knownUser}
            value={password} onInput={(event) => setPassword(event.currentTarget.value)} />
        )}
      </Field>
      <FormError error={error} />
      <button class="button primary wide" disabled={busy}>{busy ? t("signingIn") : t("signIn")}</button>
    </form>
  );
}

/** The frame of everything before the board. */
export function DoorPage({ title, children }: { title: string; children: ComponentChildren }) {
  const page = useRef<HTMLElement>(null);
  useEffect(() => page.current?.querySelector<HTMLElement>(".field input")?.focus(), []);
  return (
    <main class="door" ref={page}>
      <div class="door-card">
        <div class="brand">
          <img src="/icon.svg" alt="" width="40" height="40" />
          <div>
            <strong>Super4C</strong>
            <span>{t("subtitle")}</span>
          </div>
        </div>
        <h1>{title}</h1>
        {children}
      </div>
      <LanguageChoice />
    </main>
  );
}

export function SignInPage() {
  return (
    <DoorPage title={t("signIn")}>
      <SignInForm />
      <details class="hint">
        <summary>{t("firstUse")}</summary>
        <p>{t("firstUseText")}</p>
      </details>
    </DoorPage>
  );
}

export function SignInAgain({ user }: { user: string }) {
  return (
    <Dialog title={t("signInAgain")}>
      <p class="notice info">
        <Icon name="info" />
        <span>{t("expiredText")}</span>
      </p>
      <SignInForm user={user} />
      <button type="button" class="button ghost wide" onClick={() => void leave()}>{t("signOut")}</button>
    </Dialog>
  );
}
