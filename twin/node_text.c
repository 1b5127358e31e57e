/* SPDX-License-Identifier: Apache-2.0 */
#include "twin/node_text.h"

#include <stdio.h>

struct boot_line {
    uint16_t at_permille;
    const char *text;
};

/* netconsole speaks from the moment eth0 has a link; what was said before is not repeated. */
static const struct boot_line boot_lines[] = {
    {400, "macb 1f00100000.ethernet eth0: Link is Up - 1Gbps/Full - flow control tx"},
    {410, "printk: console [netcon0] enabled"},
    {411, "netconsole: network logging started"},
    {430, "nvme nvme0: pci function 0001:01:00.0"},
    {450, "nvme nvme0: 4/0/0 default/read/poll queues"},
    {455, " nvme0n1: p1 p2"},
    {480, "usb 2-1: new SuperSpeed USB device number 2 using xhci-hcd"},
    {500, "r8152 2-1:1.0 eth1: v1.12.13"},
    {540, "EXT4-fs (nvme0n1p2): mounted filesystem with ordered data mode. Quota mode: none."},
    {545, "VFS: Mounted root (ext4 filesystem) readonly on device 259:2."},
    {550, "devtmpfs: mounted"},
    {560, "Freeing unused kernel memory: 4864K"},
    {565, "Run /init as init process"},
    {600, "systemd[1]: systemd 252.39-1~deb12u1 running in system mode"},
    {605, "systemd[1]: Detected architecture arm64."},
    {620, "systemd[1]: Hostname set to <cm5>."},
    {760, "EXT4-fs (nvme0n1p2): re-mounted. Quota mode: none."},
    {900, "r8152 2-1:1.0 eth1: carrier on"},
    {1000, "systemd[1]: Startup finished in 3.2s (kernel) + 4.6s (userspace)."},
};

static const char *const panic_lines[] = {
    "sysrq: Trigger a crash",
    "Kernel panic - not syncing: sysrq triggered crash",
    "CPU: 2 PID: 1042 Comm: bash Tainted: G         C         6.12.47+rpt-rpi-2712 #1  Debian 1:6.12.47-1+rpt1",
    "Hardware name: Raspberry Pi Compute Module 5 Rev 1.0 (DT)",
    "Call trace:",
    " dump_backtrace+0x9c/0x100",
    " show_stack+0x20/0x38",
    " dump_stack_lvl+0x78/0x90",
    " dump_stack+0x18/0x28",
    " panic+0x39c/0x3f8",
    " sysrq_reset_seq_param_set+0x0/0x98",
    " __handle_sysrq+0x94/0x1b8",
    " write_sysrq_trigger+0x84/0x130",
    " proc_reg_write+0x9c/0xf0",
    " vfs_write+0xd8/0x388",
    " ksys_write+0x74/0x110",
    " __arm64_sys_write+0x24/0x38",
    " invoke_syscall+0x50/0x120",
    " el0t_64_sync_handler+0x100/0x130",
    " el0t_64_sync+0x194/0x198",
    "SMP: stopping secondary CPUs",
    "Kernel Offset: 0x13a1b0200000 from 0xffffffc080000000",
    "CPU features: 0x00,00002013,1000000b,4201720b",
    "Memory Limit: none",
    "---[ end Kernel panic - not syncing: sysrq triggered crash ]---",
};

static size_t stamped(uint64_t kernel_us, const char *text, char out[TWIN_TEXT_LINE_MAX]) {
    int size = snprintf(out, TWIN_TEXT_LINE_MAX, "[%5u.%06u] %s\n", (unsigned)(kernel_us / 1000000 % 100000),
                        (unsigned)(kernel_us % 1000000), text);
    return size < TWIN_TEXT_LINE_MAX ? (size_t)size : TWIN_TEXT_LINE_MAX - 1;
}

unsigned twin_boot_line_count(void) { return sizeof boot_lines / sizeof boot_lines[0]; }
uint32_t twin_boot_line_permille(unsigned line) { return boot_lines[line].at_permille; }

size_t twin_boot_line(unsigned line, uint64_t kernel_us, char out[TWIN_TEXT_LINE_MAX]) {
    return stamped(kernel_us, boot_lines[line].text, out);
}

unsigned twin_panic_line_count(void) { return sizeof panic_lines / sizeof panic_lines[0]; }

size_t twin_panic_line(unsigned line, uint64_t kernel_us, char out[TWIN_TEXT_LINE_MAX]) {
    return stamped(kernel_us, panic_lines[line], out);
}

size_t twin_halt_line(uint64_t kernel_us, char out[TWIN_TEXT_LINE_MAX]) { return stamped(kernel_us, "reboot: Power down", out); }
