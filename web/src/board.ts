// SPDX-License-Identifier: Apache-2.0
// board - finds the board's resources by following links from the service root, and reads them.
// Requests go one after the other on purpose: a TLS connection costs the real controller some 40 KB of its 200, and one kept alive
// is enough for everything that is not an order.

import { request } from "./api";
import { linkAt, listAt, textAt, type Json } from "./json";
import { boardFrom, consoleFrom, eventFrom, nodeFrom, type BoardView, type ConsoleView, type EventView, type NodeView } from "./redfish";

export interface Links {
  nodes: string[];
  board: string;
  entries: string;
  stream: string;
}

const ROOT = "/redfish/v1";

async function get(token: string, uri: string): Promise<Json> {
  return (await request("GET", uri, { token })).body;
}

async function members(token: string, uri: string | undefined): Promise<string[]> {
  if (!uri) return [];
  return listAt(await get(token, uri), "Members").map((member) => linkAt(member) ?? "").filter(Boolean);
}

/** The entries of the first log service that the manager has. */
async function findEntries(token: string, managers: string | undefined): Promise<string> {
  const [manager] = await members(token, managers);
  if (!manager) return "";
  const [service] = await members(token, linkAt(await get(token, manager), "LogServices"));
  if (!service) return "";
  return linkAt(await get(token, service), "Entries") ?? "";
}

export async function findLinks(token: string): Promise<Links> {
  const root = await get(token, ROOT);
  const nodes = await members(token, linkAt(root, "Systems"));
  const [board] = await members(token, linkAt(root, "Chassis"));
  const eventService = linkAt(root, "EventService");
  return {
    nodes,
    board: board ?? "",
    entries: await findEntries(token, linkAt(root, "Managers")),
    stream: eventService ? (textAt(await get(token, eventService), "ServerSentEventUri") ?? "") : "",
  };
}

export async function readNode(token: string, uri: string): Promise<NodeView> {
  return nodeFrom(await get(token, uri), performance.now());
}

export async function readBoard(token: string, uri: string): Promise<BoardView> {
  return boardFrom(await get(token, uri));
}

export async function readConsole(token: string, uri: string): Promise<ConsoleView> {
  return consoleFrom(await get(token, uri));
}

export interface Page {
  entries: EventView[];
  olderUri: string;
}

export async function readEntries(token: string, uri: string): Promise<Page> {
  const body = await get(token, uri);
  return { entries: listAt(body, "Members").map(eventFrom), olderUri: textAt(body, "Members@odata.nextLink") ?? "" };
}
