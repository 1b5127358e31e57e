// SPDX-License-Identifier: Apache-2.0
// OrderResult - how an order ended. Success goes by itself; failure stays until it is dismissed or another order is given.

import { useEffect } from "preact/hooks";
import { actText, t } from "../i18n";
import { setOrder, type Order } from "../state";
import { Icon } from "./Icon";
import { ProblemList } from "./Problems";

interface Props {
  name: string;
  orderKey: string;
  order: Order | undefined;
  /** What the controller remembers of an order that was not given from this page. */
  lastFailure?: string;
}

const DONE_SHOWN_MS = 8000;

export function OrderResult({ name, orderKey, order, lastFailure = "" }: Props) {
  useEffect(() => {
    if (order?.stage !== "done") return;
    const timer = setTimeout(() => setOrder(orderKey, undefined), DONE_SHOWN_MS);
    return () => clearTimeout(timer);
  }, [order]);

  if (!order || order.stage === "running") {
    if (!lastFailure || order) return null;
    return (
      <div class="notice critical" data-result="last-failed">
        <Icon name="alert" />
        <div>{t("orderLastFailed", { reason: lastFailure })}</div>
      </div>
    );
  }
  const words = { name, act: actText(order.act) };
  if (order.stage === "done") {
    return (
      <div class="notice ok" data-result="done">
        <Icon name="checkCircle" />
        <div>{t("orderDone", words)}</div>
      </div>
    );
  }
  const failed = order.stage === "failed";
  return (
    <div class={`notice ${failed ? "critical" : "warning"}`} data-result={order.stage}>
      <Icon name={failed ? "alert" : "question"} />
      <div>
        <strong>{t(failed ? "orderFailed" : "orderUnsure", words)}</strong>
        <ProblemList problems={order.problems} />
        <button type="button" class="button ghost small" onClick={() => setOrder(orderKey, undefined)}>{t("dismiss")}</button>
      </div>
    </div>
  );
}
