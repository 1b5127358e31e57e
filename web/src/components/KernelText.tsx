// SPDX-License-Identifier: Apache-2.0
// KernelText - text that a node sent. It is not trusted: it becomes text nodes and nothing else.

/** What a person looks for first (kernel/panic.c, lib/bug.c, arch/arm64/kernel/traps.c). */
const GRAVE = /Kernel panic|Oops|BUG:|Unable to handle|Internal error|Call trace|Out of memory/i;

export function KernelText({ lines, label }: { lines: string[]; label?: string }) {
  return (
    <pre class="kernel" tabIndex={label ? 0 : -1} aria-label={label} role={label ? "region" : undefined}>
      {lines.map((line, index) => (
        <span key={index} class={GRAVE.test(line) ? "line grave" : "line"}>{`${line}\n`}</span>
      ))}
    </pre>
  );
}
