// The whole server, with its store on a disk and users who are logged in.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Host } from '@gatehouse/host';
import { startServer } from '@gatehouse/server';
import { pino } from 'pino';
import { answer } from '../answers.js';
import type { Hosting } from '../hosting.js';
import { seed } from '../seed.js';

export interface GatehouseSpec {
  /** Senders and recipients with a channel each. */
  readonly pairs: number;
  readonly hosting?: Hosting;
}

/** How often it is looked whether a plugin was given up. */
const releaseMs = 100;

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const answers = {
  /** Resolves with the port for clients. */
  async open({ pairs, hosting }: GatehouseSpec): Promise<number> {
    await seed(join(folder, 'store'), pairs);
    const plugins = hosting === undefined ? [] : [hosting.folder];
    const settings = {
      dataFolder: folder,
      port: 0,
      adminPort: 0,
      rateLimit: 0,
      loginRateLimit: 0,
      maxWaitMs: 600_000,
      plugins,
    };
    const { url, host } = await startServer(
      {
        ...settings,
        enabled: hosting?.plugins ?? [],
        ...(hosting?.gate.budgetMs && { budgetMs: hosting.gate.budgetMs }),
      },
      pino({ level: 'silent' }),
    );
    // One that could not be released is seen again at the next look.
    if (hosting !== undefined) setInterval(() => release(host).catch(() => {}), releaseMs).unref();
    return Number(new URL(url).port);
  },
  /** Share of one CPU that the process takes, in percent. */
  async cpu(ms: number): Promise<number> {
    const [before, from] = [process.cpuUsage(), performance.now()];
    await delay(ms);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 10 / (performance.now() - from);
  },
};

/** Does what an operator would who wants a plugin back that crashes again and again. */
async function release(host: Host): Promise<void> {
  for (const { name, state } of await host.list()) if (state === 'quarantined') await host.enable(name);
}

export type GatehouseChild = typeof answers;

answer(answers);
