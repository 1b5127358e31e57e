// SPDX-License-Identifier: Apache-2.0
// A board of one's own: twin and real firmware, started by script/run in a directory of their own, ended with all they started.

import { execFile, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const START_MS = 600000; // the first start builds everything
export const PASSWORD = "correct-horse-battery";

/** Free for TCP and for UDP, and not one that the kernel gives to whoever asks for any. */
async function freePort() {
  const port = 10000 + Math.floor(Math.random() * 22000);
  const stream = createServer();
  const datagram = createSocket("udp4");
  try {
    await Promise.all([
      new Promise((resolve, reject) => stream.once("error", reject).listen(port, "127.0.0.1", resolve)),
      new Promise((resolve, reject) => datagram.once("error", reject).bind(port, "127.0.0.1", resolve)),
    ]);
    return port;
  } catch {
    return freePort();
  } finally {
    await Promise.all([new Promise((resolve) => stream.close(resolve)), new Promise((resolve) => datagram.close(resolve))]);
  }
}

/** passwordFile: false leaves the board fresh, with a setup code. */
export async function startBoard({ passwordFile = true } = {}) {
  const state = await mkdtemp(join(tmpdir(), "super4c-web-"));
  const netconsolePort = await freePort();
  const args = ["--state", state, "--https-port", String(await freePort()), "--netconsole-port", String(netconsolePort)];
  if (passwordFile) {
    await writeFile(join(state, "password"), `${PASSWORD}\n`);
    args.push("--admin-password-file", join(state, "password"));
  }
  const run = spawn(join(root, "script/run"), args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise((resolve) => run.once("exit", resolve));
  let errors = "";
  run.stderr.on("data", (chunk) => (errors = (errors + chunk).slice(-4000)));

  let setupCode = "";
  const url = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`script/run was not ready in time:\n${errors}`)), START_MS);
    const settle = (done, value) => {
      clearTimeout(timer);
      done(value);
    };
    ended.then((code) => settle(reject, new Error(`script/run ended with ${code}:\n${errors}`)));
    createInterface({ input: run.stdout }).on("line", (line) => {
      setupCode ||= /^setup code: (\S+)$/.exec(line)?.[1] ?? "";
      const ready = /^ready: (https:\/\/127\.0\.0\.1:\d+\/)$/.exec(line)?.[1];
      if (ready) settle(resolve, ready);
    });
  });

  const twin = async (...words) => (await promisify(execFile)(join(root, "build/bin/super4c-twinctl"), ["--state", state, ...words])).stdout;
  const firmwarePid = async () => Number(await readFile(join(state, "bmc.pid"), "utf8"));
  return {
    url,
    setupCode: () => setupCode,
    twin,
    status: async () => JSON.parse(await twin("status")),
    firmwarePid,
    api: (method, path, body) => callApi(url, method, path, body),
    /** Kernel text as node N would send it over netconsole. */
    async sendKernelText(node, text) {
      const socket = createSocket("udp4");
      await new Promise((resolve) => socket.bind(0, `127.0.0.1${node}`, resolve));
      await new Promise((resolve, reject) => socket.send(text, netconsolePort, "127.0.0.1", (error) => (error ? reject(error) : resolve())));
      socket.close();
    },
    async stop() {
      run.kill("SIGTERM");
      await ended;
      await rm(state, { recursive: true, force: true });
    },
  };
}

/** One request as admin, past the page. */
function callApi(url, method, path, body) {
  const headers = { Authorization: `Basic ${Buffer.from(`admin:${PASSWORD}`).toString("base64")}`, "Content-Type": "application/json" };
  return new Promise((resolve, reject) => {
    const call = request(new URL(path, url), { method, headers, rejectUnauthorized: false }, (response) => {
      let text = "";
      response.on("data", (chunk) => (text += chunk));
      response.on("end", () => resolve({ status: response.statusCode, body: text ? JSON.parse(text) : null }));
    });
    call.on("error", reject);
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
