// SPDX-License-Identifier: Apache-2.0
// Builds the page: node build.mjs [OUTPUT_DIRECTORY]. Prints what each file weighs on the wire and fails above the budget.

import { copyFile, mkdir, readFile, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] ?? join(here, "dist");
const BUDGET_BYTES = 80 * 1024; // the page must leave room for the firmware in a slot of 1700 KB

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await build({
  entryPoints: { app: join(here, "src/main.tsx") },
  outdir: out,
  absWorkingDir: here,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["chrome108", "firefox110", "safari16.4"],
  jsx: "automatic",
  jsxImportSource: "preact",
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
});
for (const file of ["index.html", "icon.svg"]) await copyFile(join(here, "src", file), join(out, file));

let total = 0;
for (const file of (await readdir(out)).sort()) {
  const size = gzipSync(await readFile(join(out, file)), { level: 9 }).length;
  total += size;
  console.log(`${file.padEnd(12)} ${String(size).padStart(6)} bytes gzipped`);
}
console.log(`${"total".padEnd(12)} ${String(total).padStart(6)} of ${BUDGET_BYTES}`);
if (total > BUDGET_BYTES) {
  console.error("the page is over its budget");
  process.exit(1);
}
