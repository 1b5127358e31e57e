// SPDX-License-Identifier: Apache-2.0
// NewPassword - a new password, typed twice. First use demands it; later the settings offer it.

import { useState } from "preact/hooks";
import { leave, replaceSetupCode } from "../app";
import { t } from "../i18n";
import { Field } from "./Field";
import { FormError } from "./Problems";
import { DoorPage } from "./SignIn";

/** The controller's rule (8 to 64 characters); said here as well, before the way there and back. */
const PASSWORD_MIN = 8;

interface Props {
  user: string;
  onSubmit: (password: string) => Promise<void>;
}

export function NewPasswordForm({ user, onSubmit }: Props) {
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const [visible, setVisible] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();

  const problem = (): string | undefined => {
    if ([...password].length < PASSWORD_MIN) return t("passwordShort");
    return password === again ? undefined : t("passwordsDiffer");
  };

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const found = problem();
    setError(found);
    if (found) return;
    setBusy(true);
    try {
      await onSubmit(password);
      setPassword("");
      setAgain("");
    } catch (refusal) {
      setError(refusal);
    }
    setBusy(false);
  };

  const type = (visible ? "text" : "password") as "password"; // Preact's types want it fixed for each input
  return (
    <form class="form" onSubmit={submit}>
      {/* For the browser's password store, which wants to know whose password this is. */}
      <input class="sr-only" name="username" autoComplete="username" value={user} readOnly tabIndex={-1} aria-hidden="true" />
      <Field label={t("newPassword")} hint={t("passwordRule")}>
        {(names) => (
          <input {...names} name="new-password" type={type} autoComplete="new-password" required
            value={password} onInput={(event) => setPassword(event.currentTarget.value)} />
        )}
      </Field>
      <Field label={t("repeatPassword")}>
        {(names) => (
          <input {...names} name="repeat-password" type={type} autoComplete="new-password" required
            value={again} onInput={(event) => setAgain(event.currentTarget.value)} />
        )}
      </Field>
      <label class="tick">
        <input type="checkbox" checked={visible} onChange={(event) => setVisible(event.currentTarget.checked)} />
        <span>{t("showPassword")}</span>
      </label>
      <FormError error={error} />
      <button class="button primary wide" disabled={busy}>{busy ? t("saving") : t("setPassword")}</button>
    </form>
  );
}

export function FirstPasswordPage({ user }: { user: string }) {
  return (
    <DoorPage title={t("choosePassword")}>
      <p>{t("choosePasswordText", { user })}</p>
      <NewPasswordForm user={user} onSubmit={replaceSetupCode} />
      <button type="button" class="button ghost wide" onClick={() => void leave()}>{t("signOut")}</button>
    </DoorPage>
  );
}
