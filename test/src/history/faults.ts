// What happens to a server while it is used: each fault is a row, with what clients may then be told.

import { setTimeout as pause } from 'node:timers/promises';
import type { FullDisk } from './full-disk.js';
import type { Choose } from './random.js';
import type { Scene } from './scene.js';

export interface Ordeal {
  readonly scene: Scene;
  readonly choose: Choose;
  /** Of a scene that has a small disk of its own. */
  readonly disk?: FullDisk;
}

export interface Fault {
  /** Codes of the failures that it may cause. */
  readonly codes: readonly string[];
  /** Where it needs a scene of its own. */
  readonly needs?: 'small disk' | 'failing plugin';
  /** Leaves the server up. Resolves to what was done, in words. */
  readonly strike: (ordeal: Ordeal) => Promise<string>;
}

/** Stored after the fault, before the clients rest: enough that retries and new messages mix. */
const afterwards = 60;

export const faults = {
  kill: {
    codes: [],
    strike: async ({ scene, choose }) => {
      const ms = await loadFor(choose, 100, 900);
      await scene.server.kill();
      const again = choose(4) === 0 ? await killAtStart(scene, choose) : '';
      await scene.server.start();
      return `killed after ${ms} ms${again}`;
    },
  },

  stop: {
    codes: [],
    strike: async ({ scene, choose }) => {
      const ms = await loadFor(choose, 100, 500);
      scene.server.stop();
      const stoppedMs = await loadFor(choose, 100, 3_000);
      if (choose(3) === 0) {
        await scene.server.kill();
        await scene.server.start();
        return `stopped after ${ms} ms, killed ${stoppedMs} ms later`;
      }
      scene.server.goOn();
      return `stopped after ${ms} ms for ${stoppedMs} ms`;
    },
  },

  end: {
    codes: ['SHUTTING_DOWN'],
    strike: async ({ scene, choose }) => {
      const ms = await loadFor(choose, 100, 500);
      await scene.server.terminate();
      await scene.server.start();
      return `asked to end after ${ms} ms`;
    },
  },

  two: {
    // What the first one has in hand when it loses the store, and what comes while it ends.
    codes: ['STORAGE_UNAVAILABLE', 'SHUTTING_DOWN'],
    strike: async ({ scene, choose }) => {
      const ms = await loadFor(choose, 100, 500);
      await scene.server.takeOver();
      return `another server took the store after ${ms} ms`;
    },
  },

  clock: {
    // All sessions seem to have expired, while the clock is far ahead.
    codes: ['UNAUTHENTICATED'],
    strike: async ({ scene, choose }) => {
      const jumps = 2 + choose(4);
      for (let i = 0; i < jumps; i++) {
        await loadFor(choose, 50, 250);
        scene.server.jumpClock();
      }
      await scene.tally.more(afterwards);
      await scene.server.kill();
      const startsAhead = choose(2) === 0;
      if (startsAhead) await startAhead(scene);
      // The clock of the next process is right again: to the store it has jumped once more.
      await scene.server.start();
      return `the clock jumped ${jumps} times, then killed${startsAhead ? `, started ${daysAhead} days ahead, killed` : ''}`;
    },
  },

  plugins: {
    needs: 'failing plugin',
    codes: ['REJECTED_BY_HOOK', 'HOOK_UNAVAILABLE'],
    strike: async ({ scene, choose }) => {
      await scene.tally.more(1_500);
      await loadFor(choose, 0, 300);
      await scene.server.kill();
      await scene.server.start();
      return 'a plugin refuses, hangs and crashes; killed';
    },
  },

  disk: {
    needs: 'small disk',
    codes: ['STORE_UNAVAILABLE', 'STORAGE_FULL', 'STORAGE_UNAVAILABLE'],
    strike: async ({ scene, choose, disk }) => {
      await loadFor(choose, 100, 500);
      scene.hoard(true);
      disk!.fill();
      await scene.tally.more(30, 'failed');
      const kills = choose(2) === 0;
      if (kills) await scene.server.kill();
      disk!.makeRoom();
      if (kills) await scene.server.start();
      scene.hoard(false);
      return `the disk was full${kills ? ', and the server killed' : ''}`;
    },
  },
} as const satisfies Record<string, Fault>;

export type FaultName = keyof typeof faults;

/** By then all that is stored seems to have expired, sessions too. */
const daysAhead = 200;

/** Lets a server remove what seems to have expired, as it does at its start, while the clients are refused. */
async function startAhead(scene: Scene): Promise<void> {
  await scene.server.start(daysAhead);
  await scene.tally.more(100, 'failed');
  await scene.server.kill();
}

/** Whatever happens: nobody listens for a moment, or the machine has too much to do. */
const always = ['ECONNREFUSED', 'OVERLOADED'];

/** Lets the clients work, strikes, sees that messages are stored again, and lets the clients rest. */
export async function undergo(name: FaultName, ordeal: Ordeal): Promise<string> {
  const { scene } = ordeal;
  const fault: Fault = faults[name];
  scene.work();
  let done: string;
  try {
    done = await fault.strike(ordeal);
    await scene.tally.more(afterwards);
  } finally {
    await scene.rest();
  }
  const odd = scene.tally.reasons.filter((why) => ![...always, ...fault.codes].includes(why));
  if (odd.length > 0) throw new Error(`clients were told ${odd.join(', ')}`);
  return done;
}

/** Between `least` and `most` ms of load; how many it was. */
async function loadFor(choose: Choose, least: number, most: number): Promise<number> {
  const ms = least + choose(most - least);
  await pause(ms);
  return ms;
}

async function killAtStart(scene: Scene, choose: Choose): Promise<string> {
  const starting = scene.server.start().catch(() => {});
  const ms = await loadFor(choose, 0, 1_500);
  await scene.server.kill();
  await starting;
  return ` and again ${ms} ms into its start`;
}
