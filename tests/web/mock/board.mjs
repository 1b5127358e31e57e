// SPDX-License-Identifier: Apache-2.0
// A board that follows a script, for work on the page without a firmware. No randomness; time moves only what an order moves.
// It is no reference: the twin is. tests/web runs against the real firmware.

const PHASES = {
  On: ["WaitingForSlot", "RaisingChannel", "ReleasingModule"],
  ForceOff: ["CuttingModule", "CuttingChannel"],
  ForceRestart: ["CuttingModule", "ReleasingModule"],
  PowerCycle: ["CuttingModule", "CuttingChannel", "Resting", "RaisingChannel", "ReleasingModule"],
  ModuleOff: ["CuttingModule"],
};
const PHASE_MS = 900;
const BOOT_MS = 4000;

const BOOT_TEXT = [
  "[    0.000000] Booting Linux on physical CPU 0x0000000000 [0x414fd0b1]",
  "[    0.000000] Linux version 6.6.51+rpt-rpi-2712 (gcc 12.2.0) #1 SMP PREEMPT Debian",
  "[    1.204113] nvme nvme0: pci function 0001:01:00.0",
  "[    2.318330] r8152 2-1:1.0 eth1: v1.12.13",
  "[    3.020481] EXT4-fs (nvme0n1p2): mounted filesystem ro with ordered data mode",
  "[    4.111902] systemd[1]: Reached target multi-user.target - Multi-User System.",
];
const PANIC_TEXT = [
  "[  812.402193] sysrq: Trigger a crash",
  "[  812.405530] Kernel panic - not syncing: sysrq triggered crash",
  "[  812.412101] CPU: 2 PID: 1432 Comm: bash Not tainted 6.6.51+rpt-rpi-2712 #1",
  "[  812.419823] Call trace:",
  "[  812.422253]  dump_backtrace+0xa0/0x128",
  "[  812.426004]  show_stack+0x20/0x38",
  "[  812.429321]  panic+0x328/0x390",
  "[  812.432378] ---[ end Kernel panic - not syncing: sysrq triggered crash ]---",
];

export function createBoard(onEvent) {
  let sequence = 0;
  let taskId = 0;
  const events = [];
  const tasks = new Map();
  const nodes = [1, 2, 3, 4].map((number) => ({
    number, state: "Up", reason: "draws 640 mA, 25 s after start", since: Date.now() - number * 5321000, channel: true, module: true,
    words: [...BOOT_TEXT], panicked: false, panicLine: undefined, order: undefined, failure: undefined, stuck: false,
    label: ["web-1", "web-2", "database", ""][number - 1], restore: "LastState", delay: 0, address: `127.0.0.1${number}`,
  }));
  const inputs = [{ name: "DC1", mv: 19000 }, { name: "DC2", mv: 18800 }];

  function log(severity, id, message, node = 0, actor = "board", via = "Controller", resolution = "None.") {
    const event = { id: String(++sequence), time: new Date().toISOString(), severity, messageId: `Super4C.1.0.${id}`, message, node, actor, via, resolution };
    events.unshift(event);
    onEvent(event);
  }

  const running = (node) => ["Up", "Starting", "Panicked", "Halted"].includes(node.state);
  const milliAmps = (node) => (node.state === "Starting" ? 890 : running(node) ? 600 + node.number * 12 : node.channel ? 34 : 0);
  const milliVolts = (node) => (node.channel || node.stuck ? 5184 - node.number * 4 : 12);

  function become(node, state, reason) {
    if (node.state === state) return;
    Object.assign(node, { state, reason, since: Date.now() });
    log("OK", "NodeStateChanged", `Node ${node.number} is ${state}.`, node.number);
  }

  function boot(node) {
    Object.assign(node, { channel: true, module: true, panicked: false, panicLine: undefined, words: BOOT_TEXT.slice(0, 2) });
    become(node, "Starting", "switched on, kernel is starting");
    setTimeout(() => {
      if (node.state !== "Starting") return;
      node.words = [...BOOT_TEXT];
      become(node, "Up", "draws 612 mA, 4 s after start");
    }, BOOT_MS);
  }

  function finish(node, act) {
    node.order = undefined;
    if (act === "ForceOff" && node.stuck) {
      node.failure = "the rail stayed on";
      become(node, "Failed", "rail at 5180 mV though ordered off");
      log("Critical", "PowerOrderFailed", `Node ${node.number}: order failed: the rail stayed on; rail at 5180 mV, 34 mA.`, node.number);
      return false;
    }
    node.failure = undefined;
    if (act === "ForceOff") become(node, "Off", `rail dead at ${milliVolts(node)} mV`);
    else if (act === "ModuleOff") become(node, "ModuleOff", "draws 34 mA with the module cut");
    else boot(node);
    return true;
  }

  function step(node, act, phases, done) {
    const [phase, ...rest] = phases;
    if (phase === undefined) return done(finish(node, act));
    node.order = { act, phase, task: taskId };
    if (phase === "CuttingModule") node.module = false;
    if (phase === "CuttingChannel") node.channel = false;
    setTimeout(() => step(node, act, rest, done), PHASE_MS);
  }

  function order(targets, act, actor) {
    const task = { id: String(++taskId), state: "Running", failed: [], pending: targets.length };
    tasks.set(task.id, task);
    for (const node of targets) {
      log("OK", "PowerOrdered", `Node ${node.number}: ${act} ordered.`, node.number, actor, "Web");
      step(node, act, PHASES[act], (ok) => {
        if (!ok) task.failed.push(node.number);
        if (--task.pending === 0) task.state = task.failed.length ? "Exception" : "Completed";
      });
    }
    return task;
  }

  function panic(node) {
    node.words.push(...PANIC_TEXT);
    Object.assign(node, { panicked: true, panicLine: "Kernel panic - not syncing: sysrq triggered crash" });
    become(node, "Panicked", "kernel panic received 0 s ago");
    log("Critical", "NodePanicked", `Node ${node.number}: kernel panic: sysrq triggered crash`, node.number);
  }

  function setInput(name, mv) {
    inputs.find((input) => input.name === name).mv = mv;
    if (mv >= 11000) return log("OK", "RedundancyRestored", "Both DC inputs are present again.");
    log("Warning", "InputLost", `Input ${name} was lost at ${mv} mV.`);
    log("Critical", "RedundancyLost", "Only one DC input carries the board.");
  }

  log("OK", "ControllerStarted", "The controller started: power on.");
  for (let count = 1; count <= 40; count++) log("OK", "LoginSucceeded", "admin signed in.", 0, "admin", "Web");
  return { nodes, inputs, events, tasks, order, panic, setInput, log, milliAmps, milliVolts };
}
