// SPDX-License-Identifier: Apache-2.0
// Problems - a refusal in the controller's own words: what is wrong, and what to do about it.

import { Refused, type Problem } from "../api";
import { t } from "../i18n";
import { Icon } from "./Icon";

/** The registry's word for "nothing to be done". */
const NO_RESOLUTION = /^none\.?$/i;

export function ProblemList({ problems }: { problems: Problem[] }) {
  return (
    <ul class="problems">
      {problems.map((problem) => (
        <li key={problem.id + problem.message}>
          {problem.message}
          {problem.resolution && !NO_RESOLUTION.test(problem.resolution) && <span class="resolution">{problem.resolution}</span>}
        </li>
      ))}
    </ul>
  );
}

/** Whatever went wrong with a form, shown and read out at once. */
export function FormError({ error }: { error: unknown }) {
  if (error === undefined) return null;
  return (
    <div class="notice critical" role="alert">
      <Icon name="alert" />
      <div>{explain(error)}</div>
    </div>
  );
}

function explain(error: unknown) {
  if (typeof error === "string") return error;
  if (!(error instanceof Refused)) return t("noAnswer");
  return error.problems.length > 0 ? <ProblemList problems={error.problems} /> : t("refused", { message: error.message });
}
