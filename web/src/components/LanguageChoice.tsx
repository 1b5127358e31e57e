// SPDX-License-Identifier: Apache-2.0

import { chooseLanguage, languages, t } from "../i18n";
import { store } from "../state";
import { Icon } from "./Icon";

export function LanguageChoice() {
  return (
    <label class="language">
      <Icon name="globe" />
      <span class="sr-only">{t("language")}</span>
      <select value={store.get().language} onChange={(event) => chooseLanguage(event.currentTarget.value)}>
        {languages.map(({ id, name }) => (
          <option key={id} value={id} lang={id}>{name}</option>
        ))}
      </select>
    </label>
  );
}
