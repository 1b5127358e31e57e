// SPDX-License-Identifier: Apache-2.0
// session - signing in and out, and what the account may do. The token lives in this tab's sessionStorage and nowhere else;
// the password is never kept. After a reload the session goes on; after a restart of the controller it is gone.

import { request, Refused } from "./api";
import { linkAt, listAt, textAt, textsAt, type Json } from "./json";

export interface Session {
  token: string;
  /** The session's own address, to end it. */
  uri: string;
  user: string;
  accountUri: string;
  /** The setup code or an expired password: nothing works until a new one is set. */
  mustChange: boolean;
  role: string;
  privileges: string[];
}

const STORAGE_KEY = "super4c.session";
const ROOT = "/redfish/v1";

export const mayControl = (session: Session | undefined): boolean => session?.privileges.includes("ConfigureComponents") ?? false;

export function savedSession(): Session | undefined {
  try {
    return JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? "") as Session;
  } catch {
    return undefined;
  }
}

export function saveSession(session: Session | undefined): void {
  if (session) sessionStorage.setItem(STORAGE_KEY, JSON.stringify(session));
  else sessionStorage.removeItem(STORAGE_KEY);
}

/** ServiceRoot names Sessions and AccountService before anybody has signed in. */
async function rootLinks(): Promise<{ sessions: string; accounts: string }> {
  const { body } = await request("GET", ROOT);
  return {
    sessions: linkAt(body, "Links", "Sessions") ?? `${ROOT}/SessionService/Sessions`,
    accounts: linkAt(body, "AccountService") ?? `${ROOT}/AccountService`,
  };
}

/** The message names the account to change in its first argument (Base registry, PasswordChangeRequired). */
function changeTarget(body: Json): string | undefined {
  const message = listAt(body, "@Message.ExtendedInfo").find((item) =>
    (textAt(item, "MessageId") ?? "").endsWith(".PasswordChangeRequired"),
  );
  return message === undefined ? undefined : (textsAt(message, "MessageArgs")[0] ?? "");
}

export async function signIn(user: string, password: string): Promise<Session> {
  const links = await rootLinks();
  const answer = await request("POST", links.sessions, { body: { UserName: user, Password: password }, timeoutMs: 15000 });
  const target = changeTarget(answer.body);
  const session: Session = {
    token: answer.token,
    uri: answer.location || (linkAt(answer.body) ?? ""),
    user,
    accountUri: target?.startsWith("/") ? target : `${links.accounts}/Accounts/${encodeURIComponent(user)}`,
    mustChange: target !== undefined,
    role: "",
    privileges: [],
  };
  return session.mustChange ? session : withPrivileges(session);
}

/** Asks the account for its role and the role for its privileges. An account that may not even see that may nothing. */
export async function withPrivileges(session: Session): Promise<Session> {
  try {
    const account = (await request("GET", session.accountUri, { token: session.token })).body;
    const roleUri = linkAt(account, "Links", "Role");
    const role = roleUri ? (await request("GET", roleUri, { token: session.token })).body : null;
    return { ...session, role: textAt(account, "RoleId") ?? "", privileges: textsAt(role, "AssignedPrivileges") };
  } catch (error) {
    if (error instanceof Refused && error.status === 403) return { ...session, privileges: [] };
    throw error;
  }
}

export async function changePassword(session: Session, password: string): Promise<void> {
  await request("PATCH", session.accountUri, { token: session.token, body: { Password: password }, timeoutMs: 15000 });
}

/** Ends the session on the controller; when that cannot be reached, its idle limit will. */
export async function signOut(session: Session): Promise<void> {
  if (session.uri) await request("DELETE", session.uri, { token: session.token }).catch(() => undefined);
}
