// SPDX-License-Identifier: Apache-2.0
// NodeSettings - the form of one node. Only what was changed is sent, so two people at two fields do not undo each other.

import { useState } from "preact/hooks";
import { Refused, request } from "../api";
import { refresh } from "../app";
import { restoreText, t } from "../i18n";
import type { Json } from "../json";
import type { NodeView } from "../redfish";
import { Field } from "./Field";
import { Icon } from "./Icon";
import { FormError } from "./Problems";

interface Values {
  label: string;
  restorePolicy: string;
  startDelay: string;
  serviceAddress: string;
}

const policies = ["LastState", "AlwaysOn", "AlwaysOff"];
/** How the controller writes "no address". */
const NO_ADDRESS = "0.0.0.0";

function valuesOf(node: NodeView): Values {
  return {
    label: node.label,
    restorePolicy: node.restorePolicy,
    startDelay: String(node.startDelaySeconds),
    serviceAddress: node.serviceAddress === NO_ADDRESS ? "" : node.serviceAddress,
  };
}

/** The PATCH that leads from one to the other; undefined when they are the same. */
function changes(from: Values, to: Values): Json | undefined {
  const patch: { [key: string]: Json } = {};
  if (to.label !== from.label) patch.AssetTag = to.label;
  if (to.restorePolicy !== from.restorePolicy) patch.PowerRestorePolicy = to.restorePolicy;
  if (to.startDelay !== from.startDelay) patch.PowerOnDelaySeconds = Number(to.startDelay);
  if (to.serviceAddress !== from.serviceAddress) {
    patch.Oem = { Super4C: { ServiceAddress: to.serviceAddress.trim() || NO_ADDRESS } };
  }
  return Object.keys(patch).length > 0 ? patch : undefined;
}

/** True when the controller named this property as the one at fault. */
function faulty(error: unknown, property: string): boolean {
  return error instanceof Refused && error.problems.some((problem) => problem.properties.some((pointer) => pointer.endsWith(`/${property}`)));
}

interface Props {
  node: NodeView;
  token: string;
  allowed: boolean;
}

export function NodeSettings({ node, token, allowed }: Props) {
  const [before, setBefore] = useState(valuesOf(node));
  const [values, setValues] = useState(before);
  const [busy, setBusy] = useState(false);
  const [result, setResult] = useState("");
  const [error, setError] = useState<unknown>();
  const put = (change: Partial<Values>): void => setValues({ ...values, ...change });

  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    const patch = changes(before, values);
    setError(undefined);
    setResult(patch ? "" : t("nothingChanged"));
    if (!patch) return;
    setBusy(true);
    try {
      await request("PATCH", node.uri, { token, body: patch });
      setBefore(values);
      setResult(t("saved"));
      refresh();
    } catch (refusal) {
      setError(refusal);
    }
    setBusy(false);
  };

  return (
    <form class="form" onSubmit={save} data-settings={node.id}>
      {!allowed && <p class="notice info"><Icon name="info" />{t("mayNotConfigure")}</p>}
      <fieldset disabled={!allowed || busy}>
        <Field label={t("assetTag")} hint={t("assetTagHint")}>
          {(names) => (
            <input {...names} name="label" maxLength={32} value={values.label} aria-invalid={faulty(error, "AssetTag")}
              onInput={(event) => put({ label: event.currentTarget.value })} />
          )}
        </Field>
        <Field label={t("restorePolicy")}>
          {(names) => (
            <select {...names} name="restore" value={values.restorePolicy} onChange={(event) => put({ restorePolicy: event.currentTarget.value })}>
              {policies.map((policy) => <option key={policy} value={policy}>{restoreText(policy)}</option>)}
            </select>
          )}
        </Field>
        <Field label={t("startDelay")} hint={t("startDelayHint")}>
          {(names) => (
            <input {...names} name="delay" type="number" min={0} max={3600} step={1} required value={values.startDelay}
              aria-invalid={faulty(error, "PowerOnDelaySeconds")} onInput={(event) => put({ startDelay: event.currentTarget.value })} />
          )}
        </Field>
        <Field label={t("serviceAddress")} hint={t("serviceAddressHint")}>
          {(names) => (
            <input {...names} name="address" inputMode="decimal" autoComplete="off" spellcheck={false} value={values.serviceAddress}
              aria-invalid={faulty(error, "ServiceAddress")} onInput={(event) => put({ serviceAddress: event.currentTarget.value })} />
          )}
        </Field>
        <FormError error={error} />
        {result && <p class="notice ok" role="status"><Icon name="checkCircle" />{result}</p>}
        <button class="button primary wide">{busy ? t("saving") : t("save")}</button>
      </fieldset>
    </form>
  );
}
