// SPDX-License-Identifier: Apache-2.0
// PowerStrip - both DC inputs, which one carries, whether the other could, and what all of it draws.

import { amps, volts, watts } from "../format";
import { t } from "../i18n";
import type { BoardView, InputView } from "../redfish";
import { Icon, type IconName } from "./Icon";

interface Look {
  icon: IconName;
  tone: string;
  word: string;
}

function inputLook(input: InputView): Look {
  if (input.present === undefined || !input.reading) return { icon: "question", tone: "warning", word: t("notMeasured") };
  if (!input.present) return { icon: "unplugged", tone: "idle", word: t("absent") };
  if (input.inRange === false) return { icon: "alert", tone: "warning", word: t("outOfRange") };
  return input.carrying ? { icon: "bolt", tone: "ok", word: t("carrying") } : { icon: "plug", tone: "standby", word: t("standby") };
}

function nominalText(input: InputView): string {
  if (!input.present || !input.nominal) return "";
  return input.nominal === "other" ? t("nominalOther") : t("nominal", { nominal: input.nominal });
}

const inputWatts = (input: InputView): number =>
  input.reading && input.present ? (input.reading.milliVolts * input.reading.milliAmps) / 1e6 : 0;

function Figures({ input }: { input: InputView }) {
  if (!input.reading) return <p class="figures none">—</p>;
  if (!input.present) return <p class="figures none">{t("floating", { volts: volts(input.reading.milliVolts) })}</p>;
  return (
    <p class="figures">
      <span><b>{volts(input.reading.milliVolts)}</b> V</span>
      <span><b>{amps(input.reading.milliAmps)}</b> A</span>
      <span><b>{watts(inputWatts(input))}</b> W</span>
    </p>
  );
}

function InputCard({ input }: { input: InputView }) {
  const look = inputLook(input);
  return (
    <article class={`input ${look.tone}`} data-input={input.name} aria-label={input.name}>
      <div class="input-head">
        <h3>{input.name}</h3>
        <span class={`badge ${look.tone}`}>
          <Icon name={look.icon} />
          {look.word}
        </span>
        {input.carrying && input.inRange === false && <span class="badge ok"><Icon name="bolt" />{t("carrying")}</span>}
        <span class="muted">{nominalText(input)}</span>
      </div>
      <Figures input={input} />
    </article>
  );
}

function redundancyLook(redundant: boolean | undefined): Look {
  if (redundant === undefined) return { icon: "question", tone: "warning", word: t("redundancyUnknown") };
  if (redundant) return { icon: "shield", tone: "ok", word: t("redundant") };
  return { icon: "alert", tone: "critical", word: t("notRedundant") };
}

export function PowerStrip({ board }: { board: BoardView }) {
  const look = redundancyLook(board.redundant);
  const measured = board.inputs.some((input) => input.reading);
  const total = board.inputs.reduce((sum, input) => sum + inputWatts(input), 0);
  return (
    <section class="strip" aria-labelledby="power">
      <h2 id="power" class="sr-only" tabIndex={-1}>{t("power")}</h2>
      {board.inputs.map((input) => <InputCard key={input.name} input={input} />)}
      <article class="input total" data-total>
        <div class="input-head">
          <h3>{t("totalPower")}</h3>
          <span class={`badge ${look.tone}`} data-redundant={String(board.redundant)}>
            <Icon name={look.icon} />
            {look.word}
          </span>
        </div>
        <p class="figures"><span><b>{measured ? watts(total) : "—"}</b> W</span></p>
      </article>
    </section>
  );
}
