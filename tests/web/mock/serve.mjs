// SPDX-License-Identifier: Apache-2.0
// The page on a scripted board: node serve.mjs [PORT]. Any user name; the password is "password", for "viewer" too, who may only
// look; "setup" signs in with the need to set a password. Faults: POST /mock/panic/2, /mock/stuck/3, /mock/input/DC1/0, /mock/forget.

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { createBoard } from "./board.mjs";

const port = Number(process.argv[2] ?? 8080);
const dist = new URL("../../../web/dist/", import.meta.url);
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
  + "form-action 'none'; frame-ancestors 'none'; base-uri 'none'";
const PRIVILEGES = { Administrator: ["Login", "ConfigureManager", "ConfigureUsers", "ConfigureComponents", "ConfigureSelf"], ReadOnly: ["Login", "ConfigureSelf"] };
const files = { "/": ["index.html", "text/html"], "/app.js": ["app.js", "text/javascript"], "/app.css": ["app.css", "text/css"], "/icon.svg": ["icon.svg", "image/svg+xml"] };

const streams = new Set();
const sessions = new Map();
const ref = (path) => ({ "@odata.id": path });
const oem = (body) => ({ Oem: { Super4C: body } });
const board = createBoard((event) => {
  for (const stream of streams) sendEvent(stream, event);
});

const logEntry = (event) => ({
  Id: event.id, Created: event.time, Severity: event.severity, Message: event.message, MessageId: event.messageId, Resolution: event.resolution,
  ...oem({ Actor: event.actor, Via: event.via, Address: event.via === "Web" ? "192.0.2.10" : "", Node: event.node }),
});

function sendEvent(stream, event) {
  const record = { EventId: event.id, EventTimestamp: event.time, ...logEntry(event), Id: undefined, Created: undefined };
  stream.write(`id: ${event.id}\ndata: ${JSON.stringify({ Id: event.id, Name: "Event", Events: [record] })}\n\n`);
}

function sendMetrics(stream) {
  const MetricValues = board.nodes.flatMap((node) => [
    { MetricId: `Node${node.number}RailVoltage`, MetricValue: String(board.milliVolts(node) / 1000) },
    { MetricId: `Node${node.number}RailCurrent`, MetricValue: String(board.milliAmps(node) / 1000) },
  ]);
  stream.write(`id: m\ndata: ${JSON.stringify({ Id: "Live", MetricValues })}\n\n`);
}

function nodeBody(node) {
  const path = `/redfish/v1/Systems/Node${node.number}`;
  return {
    "@odata.id": path, Id: `Node${node.number}`, AssetTag: node.label, PowerState: ["Off", "ModuleOff"].includes(node.state) ? "Off" : "On",
    PowerRestorePolicy: node.restore, PowerOnDelaySeconds: node.delay,
    Actions: {
      "#ComputerSystem.Reset": { target: `${path}/Actions/ComputerSystem.Reset`, "ResetType@Redfish.AllowableValues": ["On", "ForceOff", "ForceRestart", "PowerCycle"] },
      Oem: { "#Super4C.ModuleOff": { target: `${path}/Actions/Oem/Super4C.ModuleOff` } },
    },
    ...oem({
      State: node.state, StateReason: node.reason, StateSeconds: (Date.now() - node.since) / 1000, ModuleEnabled: node.module, ChannelEnabled: node.channel,
      RailMilliVolts: board.milliVolts(node), RailMilliAmps: board.milliAmps(node), MeasuredAgeMilliSeconds: 60, ServiceAddress: node.address,
      Order: node.order && { Act: node.order.act, Phase: node.order.phase }, LastOrderFailure: node.failure,
      Panicked: node.panicked, PanicLine: node.panicLine, LastWords: node.words.slice(-8), Console: ref(`${path}/Oem/Super4C/Console`),
    }),
  };
}

function boardBody() {
  const carrying = board.inputs.reduce((best, input) => (input.mv > best.mv ? input : best));
  const total = board.nodes.reduce((sum, node) => sum + (board.milliVolts(node) * board.milliAmps(node)) / 0.9, 1.5e6);
  return {
    "@odata.id": "/redfish/v1/Chassis/Board", Id: "Board",
    Actions: { "#Chassis.Reset": { target: "/redfish/v1/Chassis/Board/Actions/Chassis.Reset", "ResetType@Redfish.AllowableValues": ["On", "ForceOff", "ForceRestart", "PowerCycle"] } },
    ...oem({
      CarryingInput: carrying.name, Redundant: board.inputs.every((input) => input.mv >= 11000),
      Inputs: board.inputs.map((input) => ({
        Name: input.name, Present: input.mv >= 11000, InRange: input.mv >= 11400 && input.mv <= 21000, Carrying: input === carrying,
        Nominal: input.mv > 17100 ? "19 V" : input.mv > 13200 ? "other" : "12 V", MilliVolts: input.mv, MilliAmps: input === carrying ? Math.round(total / input.mv) : 4,
      })),
    }),
  };
}

function entriesBody(query) {
  const skip = Number(query.get("$skip") ?? 0);
  const more = board.events.length > skip + 32;
  return {
    Members: board.events.slice(skip, skip + 32).map(logEntry),
    "Members@odata.nextLink": more ? `/redfish/v1/Managers/BMC/LogServices/EventLog/Entries?$skip=${skip + 32}` : undefined,
  };
}

const root = {
  Systems: ref("/redfish/v1/Systems"), Chassis: ref("/redfish/v1/Chassis"), Managers: ref("/redfish/v1/Managers"), EventService: ref("/redfish/v1/EventService"),
  AccountService: ref("/redfish/v1/AccountService"), Links: { Sessions: ref("/redfish/v1/SessionService/Sessions") },
};

function get(path, query, user) {
  const fixed = {
    "/redfish/v1": root,
    "/redfish/v1/Systems": { Members: board.nodes.map((node) => ref(`/redfish/v1/Systems/Node${node.number}`)) },
    "/redfish/v1/Chassis": { Members: [ref("/redfish/v1/Chassis/Board")] },
    "/redfish/v1/Managers": { Members: [ref("/redfish/v1/Managers/BMC")] },
    "/redfish/v1/Managers/BMC": { LogServices: ref("/redfish/v1/Managers/BMC/LogServices") },
    "/redfish/v1/Managers/BMC/LogServices": { Members: [ref("/redfish/v1/Managers/BMC/LogServices/EventLog")] },
    "/redfish/v1/Managers/BMC/LogServices/EventLog": { Entries: ref("/redfish/v1/Managers/BMC/LogServices/EventLog/Entries") },
    "/redfish/v1/EventService": { ServerSentEventUri: "/redfish/v1/EventService/SSE" },
  };
  if (fixed[path]) return fixed[path];
  if (path === "/redfish/v1/Chassis/Board") return boardBody();
  if (path.endsWith("/Entries")) return entriesBody(query);
  const role = user === "viewer" ? "ReadOnly" : "Administrator";
  if (path.startsWith("/redfish/v1/AccountService/Accounts/")) return { RoleId: role, Links: { Role: ref(`/redfish/v1/AccountService/Roles/${role}`) } };
  if (path.startsWith("/redfish/v1/AccountService/Roles/")) return { AssignedPrivileges: PRIVILEGES[role] };
  const [, number, tail] = /^\/redfish\/v1\/Systems\/Node(\d)(.*)$/.exec(path) ?? [];
  const node = board.nodes[number - 1];
  if (node && !tail) return nodeBody(node);
  if (node) return { Text: node.words.join("\n") + "\n", Panicked: node.panicked, PanicLine: node.panicLine, LinesReceived: 312 + node.words.length };
  const task = board.tasks.get(path.split("/").pop());
  return task && { TaskState: task.state, TaskStatus: task.failed.length ? "Critical" : "OK", Messages: task.failed.map((failed) => failure(failed)) };
}

const failure = (number) => ({
  MessageId: "Super4C.1.0.PowerOrderFailed", Message: `Node ${number}: order failed: the rail stayed on; rail at 5180 mV, 34 mA.`,
  Resolution: "Do not trust the node to be in the ordered state. Check the node and its supply at the board.",
});

function answer(response, status, body, headers = {}) {
  response.writeHead(status, { "Content-Type": "application/json", "Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

const refuse = (response, status, Message, Resolution = "None.") =>
  answer(response, status, { error: { code: "Base.1.19.GeneralError", message: Message, "@Message.ExtendedInfo": [{ MessageId: "Base.1.19.GeneralError", Message, Resolution }] } });

function signIn(response, { UserName: user, Password: password }) {
  if (password !== "password" && password !== "setup") return refuse(response, 401, "The credentials are wrong.");
  const token = `token-${sessions.size + 1}`;
  sessions.set(token, user);
  const info = password === "setup" ? { "@Message.ExtendedInfo": [{ MessageId: "Base.1.19.PasswordChangeRequired", MessageArgs: [`/redfish/v1/AccountService/Accounts/${user}`] }] } : {};
  answer(response, 201, { UserName: user, ...info }, { "X-Auth-Token": token, Location: "/redfish/v1/SessionService/Sessions/1" });
}

function act(response, path, body, user) {
  const number = Number(/Node(\d)/.exec(path)?.[1] ?? 0);
  const targets = number ? [board.nodes[number - 1]] : board.nodes;
  const type = path.endsWith("ModuleOff") ? "ModuleOff" : body.ResetType;
  if (targets.some((node) => node.order)) return refuse(response, 409, "Another order runs on this node.", "Wait until it has ended.");
  const task = board.order(targets, type, user);
  const body = { "@odata.id": `/redfish/v1/TaskService/Tasks/${task.id}`, Id: task.id, TaskState: task.state };
  answer(response, 202, body, { Location: `/redfish/v1/TaskService/TaskMonitors/${task.id}` });
}

function fault(response, [kind, subject, value]) {
  if (kind === "panic") board.panic(board.nodes[subject - 1]);
  if (kind === "stuck") board.nodes[subject - 1].stuck = true;
  if (kind === "words") board.nodes[subject - 1].words.push("<script>document.title='hacked'</script><img src=x onerror=alert(1)>");
  if (kind === "input") board.setInput(subject, Number(value));
  if (kind === "forget") sessions.clear();
  answer(response, 204);
}

function openStream(request, response) {
  response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
  const after = Number(request.headers["last-event-id"] ?? 0);
  for (const event of board.events.filter((candidate) => Number(candidate.id) > after).reverse()) if (after) sendEvent(response, event);
  streams.add(response);
  const timer = setInterval(() => sendMetrics(response), 1000);
  request.on("close", () => {
    clearInterval(timer);
    streams.delete(response);
  });
}

const settings = { AssetTag: "label", PowerRestorePolicy: "restore", PowerOnDelaySeconds: "delay" };
function patch(response, path, body) {
  const node = board.nodes[Number(/Node(\d)$/.exec(path)?.[1] ?? 0) - 1];
  for (const [name, value] of Object.entries(body)) if (node && settings[name]) node[settings[name]] = value;
  answer(response, 204);
}

createServer(async (request, response) => {
  const url = new URL(request.url, "http://localhost");
  const path = url.pathname;
  let text = "";
  for await (const chunk of request) text += chunk;
  const body = text ? JSON.parse(text) : {};
  if (files[path]) {
    const [name, type] = files[path];
    response.writeHead(200, { "Content-Type": type, "Content-Security-Policy": POLICY });
    return response.end(await readFile(new URL(name, dist)));
  }
  if (path.startsWith("/mock/")) return fault(response, path.split("/").slice(2));
  if (path === "/redfish/v1") return answer(response, 200, root);
  if (request.method === "POST" && path.endsWith("/Sessions")) return signIn(response, body);
  const user = sessions.get(request.headers["x-auth-token"]);
  if (!user) return refuse(response, 401, "There is no valid session.");
  if (path.endsWith("/SSE")) return openStream(request, response);
  if (request.method === "POST") return act(response, path, body, user);
  if (request.method === "PATCH") return patch(response, path, body);
  if (request.method === "DELETE") return answer(response, 204);
  const found = get(path, url.searchParams, user);
  return found ? answer(response, 200, found) : refuse(response, 404, `There is no ${path}.`);
}).listen(port, "127.0.0.1", () => console.log(`http://127.0.0.1:${port}/`));
