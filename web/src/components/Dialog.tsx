// SPDX-License-Identifier: Apache-2.0
// Dialog - the browser's own modal dialog: it holds the focus inside, closes on Escape; it gives the focus back when it goes.

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { t } from "../i18n";
import { Icon } from "./Icon";

interface Props {
  title: string;
  /** Absent: the dialog cannot be dismissed. */
  onClose?: () => void;
  kind?: "plain" | "wide" | "danger";
  children: ComponentChildren;
}

export function Dialog({ title, onClose, kind = "plain", children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();

  const gone = useRef(false);

  useEffect(() => {
    const opener = document.activeElement;
    dialog.current?.showModal();
    return () => {
      gone.current = true;
      // The element has left the page by now, and the browser's own memory of the opener with it.
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);

  const cancel = (event: Event): void => {
    event.preventDefault();
    onClose?.();
  };
  // A second Escape in a row closes the element whatever we say to the first.
  const closed = (): void => {
    if (gone.current) return;
    if (onClose) onClose();
    else dialog.current?.showModal();
  };

  return (
    <dialog ref={dialog} class={`dialog dialog-${kind}`} aria-labelledby={titleId} onCancel={cancel} onClose={closed}>
      <header class="dialog-head">
        <h2 id={titleId}>{title}</h2>
        {onClose && (
          <button type="button" class="button ghost square" aria-label={t("close")} onClick={onClose}>
            <Icon name="close" />
          </button>
        )}
      </header>
      {children}
    </dialog>
  );
}
