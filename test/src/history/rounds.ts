// Which fault comes in which round, the scene that it comes upon, and how its server asks the gate: by the seed alone.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { linkModules, putPlugin } from '../../plugins/zoo.mjs';
import type { Anomaly } from './checker.js';
import { type Fault, type FaultName, faults, undergo } from './faults.js';
import { FullDisk } from './full-disk.js';
import { type Choose, chooserOf } from './random.js';
import { Scene } from './scene.js';
import { ServerUnderTest } from './server-under-test.js';
import type { Tally } from './tally.js';

/** Nothing of what it does may stop the load for good. */
const failing = 'fails-by-number';
const policies = JSON.stringify({ [failing]: { unavailable: 'continue', default: 'defer' } });

export interface Outcome {
  readonly fault: FaultName;
  /** What was done, or why it was not. */
  readonly done: string;
  readonly verdict: 'held' | 'broke' | 'skipped';
  readonly anomalies: readonly Anomaly[];
  readonly tally?: Tally;
  readonly scene?: Scene;
}

/** So many rounds with a kill, and among them some of every other fault: one for each seven, at least two. */
export function schedule(seed: string, rounds: number): readonly FaultName[] {
  const choose = chooserOf(`${seed} schedule`);
  const each = Math.max(2, Math.round(rounds / 7));
  const all = (Object.keys(faults) as FaultName[]).flatMap((name) =>
    Array.from({ length: name === 'kill' ? rounds : each }, () => name),
  );
  return shuffled(all, choose);
}

function shuffled<T>(all: readonly T[], choose: Choose): readonly T[] {
  const rest = [...all];
  return all.map(() => rest.splice(choose(rest.length), 1)[0]!);
}

/** Plays rounds on one store that outlasts them all, and those that need it on one of their own. */
export class Rounds {
  readonly #seed: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'gatehouse-history-'));
  readonly #plugins = pluginsIn(this.#folder);
  readonly #servers: ServerUnderTest[] = [];
  #common: Promise<Scene> | undefined;
  #disk: FullDisk | undefined;
  #round = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  async play(name: FaultName): Promise<Outcome> {
    const round = this.#round++;
    const fault: Fault = faults[name];
    const own = join(this.#folder, `${round}`);
    const disk = fault.needs === 'small disk' ? FullDisk.mount(own) : undefined;
    this.#disk = disk;
    if (fault.needs === 'small disk' && !disk) {
      return { fault: name, done: 'no tmpfs can be mounted here', verdict: 'skipped', anomalies: [] };
    }
    try {
      const scene = await this.#sceneFor(fault, own);
      const outcome = await this.#outcome(name, scene, round, disk);
      if (fault.needs) await scene.server.kill();
      return outcome;
    } finally {
      disk?.unmount();
    }
  }

  async close(): Promise<void> {
    for (const server of this.#servers) await server.kill();
    this.#disk?.unmount();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #outcome(name: FaultName, scene: Scene, round: number, disk?: FullDisk): Promise<Outcome> {
    const from = scene.log.entries.length;
    const choose = chooserOf(`${this.#seed} round ${round}`);
    const played = await undergo(name, { scene, choose, ...(disk && { disk }) }).then(
      (done) => ({ done, ok: true }),
      (error: Error) => ({ done: error.message, ok: false }),
    );
    // What could not be fetched in the end would look lost.
    const anomalies = scene.isAtRest ? scene.anomalies(from) : [];
    const { unasked } = scene.server;
    const ok = played.ok && anomalies.length === 0 && unasked === undefined;
    const done = unasked === undefined ? played.done : `${played.done}; ${unasked}`;
    return { fault: name, done, verdict: ok ? 'held' : 'broke', anomalies, tally: scene.tally, scene };
  }

  #sceneFor({ needs }: Fault, own: string): Promise<Scene> {
    if (needs) return this.#open(own, needs === 'failing plugin' ? failing : '');
    this.#common ??= this.#open(join(this.#folder, 'common'), '');
    return this.#common;
  }

  #open(dataFolder: string, enabled: string): Promise<Scene> {
    const isBlocking = chooserOf(`${this.#seed} gate ${this.#servers.length}`)(2) === 0;
    const gateMode = isBlocking ? 'blocking' : 'async';
    const server = new ServerUnderTest({ dataFolder, plugins: this.#plugins, enabled, policies, gateMode });
    this.#servers.push(server);
    return Scene.open(server, `${this.#seed} ${this.#servers.length}`);
  }
}

/** A folder with the plugin that fails. */
function pluginsIn(folder: string): string {
  const plugins = join(folder, 'plugins');
  mkdirSync(plugins);
  linkModules(plugins);
  putPlugin(plugins, failing, failing);
  return plugins;
}
