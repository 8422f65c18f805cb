// The disasters of the whole process in the soak, in turn: its supervisor ends, its descriptors run out for a while, and
// its log cannot be written for a while.

import { closeSync, existsSync, openSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { devNull } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import workerThreads from 'node:worker_threads';
import { isSteady } from './cast.mjs';

/** Between two: three ends of a supervisor within a minute would be the last. */
const everyMs = 20_000;

/** How long there are no descriptors, or no log, in ms. */
const shortageMs = 3000;

/** Without a limit, descriptors would not run out. */
const canRunOut = process.platform !== 'win32';

/** Every write to it fails as on a full disk. */
const full = '/dev/full';

let supervisor;

const { Worker } = workerThreads;

workerThreads.Worker = class extends Worker {
  constructor(file, options) {
    super(file, options);
    if (options?.name === 'gatehouse-supervisor') supervisor = this;
  }
};
syncBuiltinESMExports();

export class Disasters {
  /** How many there were, and how long after each one all steady plugins were ready, in ms. */
  seen = { ends: 0, shortages: 0, logsLost: 0, backMs: [] };
  /** Whether one is under way: what is measured then says nothing of other times. */
  isUnderWay = false;
  #host;
  #output;
  #kinds;
  #isOver = false;

  /** `output` is where the host's log goes. */
  constructor(host, output) {
    this.#host = host;
    this.#output = output;
    this.#kinds = [() => this.#end()];
    if (canRunOut) this.#kinds.push(() => this.#shortage());
    if (existsSync(full)) this.#kinds.push(() => this.#loseLog());
  }

  /** Until `end`, one after the other. */
  async run() {
    for (let i = 0; ; i++) {
      await this.#rest();
      if (this.#isOver) return;
      this.isUnderWay = true;
      await this.#kinds[i % this.#kinds.length]();
      await this.#back();
      this.isUnderWay = false;
    }
  }

  end() {
    this.#isOver = true;
  }

  async #rest() {
    for (const from = performance.now(); !this.#isOver && performance.now() - from < everyMs; ) await pause(100);
  }

  async #end() {
    this.seen.ends++;
    await supervisor.terminate();
  }

  async #shortage() {
    this.seen.shortages++;
    const held = [];
    try {
      for (;;) held.push(openSync(devNull, 'r'));
    } catch {
      await pause(shortageMs);
    } finally {
      for (const fd of held) closeSync(fd);
    }
  }

  async #loseLog() {
    this.seen.logsLost++;
    const { descriptor } = this.#output;
    const fd = openSync(full, 'w');
    this.#output.descriptor = fd;
    await pause(shortageMs);
    this.#output.descriptor = descriptor;
    closeSync(fd);
  }

  async #back() {
    const from = performance.now();
    const isBack = ({ name, state }) => !isSteady(name) || state === 'ready';
    const areBack = async () => (await this.#host.list()).every(isBack);
    while (!this.#isOver && !(await areBack())) await pause(20);
    this.seen.backMs.push(Math.round(performance.now() - from));
  }
}
