// SPDX-License-Identifier: Apache-2.0

const ASK_MS = 50;

/** Waits until probe() yields something true and returns that; fails with the words, and with what it saw last. */
export async function eventually(words, probe, withinMs = 10000) {
  const end = Date.now() + withinMs;
  let seen;
  for (;;) {
    try {
      seen = await probe();
      if (seen) return seen;
    } catch (error) {
      seen = error;
    }
    if (Date.now() > end) throw new Error(`not within ${withinMs} ms: ${words}; last: ${seen}`);
    await new Promise((resolve) => setTimeout(resolve, ASK_MS));
  }
}
