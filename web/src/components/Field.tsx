// SPDX-License-Identifier: Apache-2.0
// Field - a control with its name above and, if need be, a hint below that screen readers tell after the name.

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface Names {
  id: string;
  "aria-describedby": string | undefined;
}

interface Props {
  label: string;
  hint?: string;
  /** Draws the control with the names it is given. */
  children: (names: Names) => ComponentChildren;
}

export function Field({ label, hint, children }: Props) {
  const id = useId();
  const hintId = `${id}-hint`;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({ id, "aria-describedby": hint ? hintId : undefined })}
      {hint && <small id={hintId}>{hint}</small>}
    </div>
  );
}
