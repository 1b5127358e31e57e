// SPDX-License-Identifier: Apache-2.0
// Turns the built page into C: node assets.mjs DIST_DIRECTORY OUTPUT.c. The tables are those of service/http.h.
// The gzip header carries neither time nor name: what does not change keeps its ETag.

import { createHash } from "node:crypto";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";

const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

const [dist, output] = process.argv.slice(2);
if (!dist || !output) throw new Error("usage: node assets.mjs DIST_DIRECTORY OUTPUT.c");

async function asset(file) {
  const type = types[extname(file)];
  if (!type) throw new Error(`${file}: no content type is known for it`);
  const data = gzipSync(await readFile(join(dist, file)), { level: 9 });
  const etag = createHash("sha256").update(data).digest("hex").slice(0, 32); // of what is sent, as a strong tag must be
  return { path: file === "index.html" ? "/" : `/${file}`, type, etag, data };
}

function bytes(data) {
  const rows = [];
  for (let start = 0; start < data.length; start += 24) rows.push(`    ${[...data.subarray(start, start + 24)].join(",")},`);
  return rows.join("\n");
}

const assets = await Promise.all((await readdir(dist)).sort().map(asset));
const source = [
  "/* SPDX-License-Identifier: Apache-2.0",
  " * Made by web/assets.mjs from the built page; change that, not this. */",
  '#include "service/http.h"',
  "",
  ...assets.map(({ data }, index) => `static const uint8_t asset_${index}[] = {\n${bytes(data)}\n};\n`),
  "const struct http_asset http_assets[] = {",
  ...assets.map(({ path, type, etag }, index) => `    {"${path}", "${type}", "\\"${etag}\\"", asset_${index}, sizeof asset_${index}},`),
  "};",
  "const size_t http_asset_count = sizeof http_assets / sizeof http_assets[0];",
  "",
].join("\n");
await writeFile(output, source);
