// SPDX-License-Identifier: Apache-2.0
// redfish - what the page knows of a node, the board, an event and a task, read out of the controller's answers (docs/api.md).

import { problemFrom, type Problem } from "./api";
import { at, flagAt, linkAt, listAt, numberAt, textAt, textsAt, type Json } from "./json";

export interface Reading {
  milliVolts: number;
  milliAmps: number;
}

export interface RunningOrder {
  act: string;
  phase: string;
}

export interface NodeView {
  uri: string;
  id: string;
  /** 1..4 as printed on the board; 0 when the id has none. */
  number: number;
  label: string;
  powerState: "On" | "Off" | null;
  state: string;
  reason: string;
  /** performance.now() when it came into that state. */
  sinceMs: number | undefined;
  moduleEnabled: boolean | undefined;
  channelEnabled: boolean | undefined;
  reading: Reading | undefined;
  /** performance.now() when the reading was taken. */
  measuredMs: number;
  order: RunningOrder | undefined;
  lastFailure: string;
  panicked: boolean;
  panicLine: string;
  lastWords: string[];
  consoleUri: string;
  restorePolicy: string;
  startDelaySeconds: number;
  serviceAddress: string;
  resetTarget: string;
  resetTypes: string[];
  moduleOffTarget: string;
}

const OEM = ["Oem", "Super4C"] as const;

function readingAt(json: Json | undefined, volts: string, amps: string): Reading | undefined {
  const milliVolts = numberAt(json, volts);
  const milliAmps = numberAt(json, amps);
  return milliVolts === undefined || milliAmps === undefined ? undefined : { milliVolts, milliAmps };
}

/** nowMs: performance.now() when the answer came; the controller tells ages, not times. */
export function nodeFrom(json: Json, nowMs: number): NodeView {
  const oem = at(json, ...OEM);
  const stateSeconds = numberAt(oem, "StateSeconds");
  const reset = at(json, "Actions", "#ComputerSystem.Reset");
  const act = textAt(oem, "Order", "Act");
  const powerState = textAt(json, "PowerState");
  const id = textAt(json, "Id") ?? "";
  return {
    uri: textAt(json, "@odata.id") ?? "",
    id,
    number: Number(/\d+$/.exec(id)?.[0] ?? 0),
    label: textAt(json, "AssetTag") ?? "",
    powerState: powerState === "On" || powerState === "Off" ? powerState : null,
    state: textAt(oem, "State") ?? "Unknown",
    reason: textAt(oem, "StateReason") ?? "",
    sinceMs: stateSeconds === undefined ? undefined : nowMs - stateSeconds * 1000,
    moduleEnabled: flagAt(oem, "ModuleEnabled"),
    channelEnabled: flagAt(oem, "ChannelEnabled"),
    reading: readingAt(oem, "RailMilliVolts", "RailMilliAmps"),
    measuredMs: nowMs - (numberAt(oem, "MeasuredAgeMilliSeconds") ?? 0),
    order: act === undefined ? undefined : { act, phase: textAt(oem, "Order", "Phase") ?? "" },
    lastFailure: textAt(oem, "LastOrderFailure") ?? "",
    panicked: flagAt(oem, "Panicked") ?? false,
    panicLine: textAt(oem, "PanicLine") ?? "",
    lastWords: textsAt(oem, "LastWords"),
    consoleUri: linkAt(oem, "Console") ?? "",
    restorePolicy: textAt(json, "PowerRestorePolicy") ?? "",
    startDelaySeconds: numberAt(json, "PowerOnDelaySeconds") ?? 0,
    serviceAddress: textAt(oem, "ServiceAddress") ?? "",
    resetTarget: textAt(reset, "target") ?? "",
    resetTypes: textsAt(reset, "ResetType@Redfish.AllowableValues"),
    moduleOffTarget: textAt(json, "Actions", "Oem", "#Super4C.ModuleOff", "target") ?? "",
  };
}

export interface InputView {
  name: string;
  present: boolean | undefined;
  inRange: boolean | undefined;
  carrying: boolean;
  nominal: string;
  reading: Reading | undefined;
}

export interface BoardView {
  redundant: boolean | undefined;
  inputs: InputView[];
  resetTarget: string;
  resetTypes: string[];
}

export function boardFrom(json: Json): BoardView {
  const oem = at(json, ...OEM);
  const carrying = textAt(oem, "CarryingInput");
  const reset = at(json, "Actions", "#Chassis.Reset");
  return {
    redundant: flagAt(oem, "Redundant"),
    inputs: listAt(oem, "Inputs").map((input) => ({
      name: textAt(input, "Name") ?? "",
      present: flagAt(input, "Present"),
      inRange: flagAt(input, "InRange"),
      carrying: flagAt(input, "Carrying") ?? textAt(input, "Name") === carrying,
      nominal: textAt(input, "Nominal") ?? "",
      reading: readingAt(input, "MilliVolts", "MilliAmps"),
    })),
    resetTarget: textAt(reset, "target") ?? "",
    resetTypes: textsAt(reset, "ResetType@Redfish.AllowableValues"),
  };
}

export type Severity = "OK" | "Warning" | "Critical";

export interface EventView {
  id: string;
  /** Milliseconds since 1970, or undefined when the controller had no time. */
  time: number | undefined;
  severity: Severity;
  message: string;
  messageId: string;
  /** What the message's marks stand for, in the order of the English sentence. */
  args: string[];
  actor: string;
  via: string;
  address: string;
  /** 1..4, 0 for the board. */
  node: number;
}

/** A board that has not learnt the time since its start dates from 1970: that is no time at all. */
const CLOCK_SET_MS = Date.UTC(2020, 0, 1);

export function timeFrom(text: string | undefined): number | undefined {
  const ms = Date.parse(text ?? "");
  return ms >= CLOCK_SET_MS ? ms : undefined;
}

function severityFrom(text: string | undefined): Severity {
  return text === "Warning" || text === "Critical" ? text : "OK";
}

function nodeOf(json: Json, oem: Json | undefined): number {
  const origin = linkAt(json, "OriginOfCondition") ?? linkAt(json, "Links", "OriginOfCondition") ?? "";
  return numberAt(oem, "Node") ?? Number(/\/Node(\d)$/.exec(origin)?.[1] ?? 0);
}

/** Reads an entry of the log and a record of the event stream alike. */
export function eventFrom(json: Json): EventView {
  const oem = at(json, ...OEM);
  return {
    id: textAt(json, "Id") ?? textAt(json, "EventId") ?? "",
    time: timeFrom(textAt(json, "EventTimestamp") ?? textAt(json, "Created")),
    severity: severityFrom(textAt(json, "MessageSeverity") ?? textAt(json, "Severity")),
    message: textAt(json, "Message") ?? "",
    messageId: textAt(json, "MessageId") ?? "",
    args: textsAt(json, "MessageArgs"),
    actor: textAt(oem, "Actor") ?? "",
    via: textAt(oem, "Via") ?? "",
    address: textAt(oem, "Address") ?? "",
    node: nodeOf(json, oem),
  };
}

export interface TaskView {
  running: boolean;
  failed: boolean;
  problems: Problem[];
}

/** Task states after which nothing more happens (Redfish Task schema). */
const TASK_ENDED = new Set(["Completed", "Exception", "Killed", "Cancelled"]);

export function taskFrom(json: Json): TaskView {
  const state = textAt(json, "TaskState") ?? "";
  const running = !TASK_ENDED.has(state);
  const health = textAt(json, "TaskStatus") ?? "OK";
  return {
    running,
    failed: !running && (state !== "Completed" || health !== "OK"),
    problems: listAt(json, "Messages").map(problemFrom).filter((problem) => problem.message),
  };
}

export interface ConsoleView {
  text: string;
  panicked: boolean;
  panicLine: string;
  linesReceived: number;
  lastPanic: { text: string; time: number | undefined } | undefined;
}

export function consoleFrom(json: Json): ConsoleView {
  const lastText = textAt(json, "LastPanic", "Text");
  return {
    text: textAt(json, "Text") ?? "",
    panicked: flagAt(json, "Panicked") ?? false,
    panicLine: textAt(json, "PanicLine") ?? "",
    linesReceived: numberAt(json, "LinesReceived") ?? 0,
    lastPanic: lastText ? { text: lastText, time: timeFrom(textAt(json, "LastPanic", "Time")) } : undefined,
  };
}
