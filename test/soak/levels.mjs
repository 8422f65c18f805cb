// Threads, descriptors and memory of this process over time, and how steeply they rise.

import { readdirSync } from 'node:fs';
import process from 'node:process';

const entries = (folder) => {
  try {
    return readdirSync(folder).length;
  } catch {
    return 0;
  }
};

/** What is measured, and by how much it may rise over the time that is looked at. */
export const quantities = {
  threads: { read: () => entries('/proc/self/task'), riseMax: 3 },
  /** A thread has some four of them. */
  descriptors: { read: () => entries('/proc/self/fd'), riseMax: 12 },
  'memory, MiB': { read: () => process.memoryUsage().rss / 2 ** 20, riseMax: 60 },
};

export class Levels {
  #samples = [];

  sample(atMs) {
    const values = Object.entries(quantities).map(([name, { read }]) => [name, read()]);
    this.#samples.push({ atMs, ...Object.fromEntries(values) });
  }

  /** Of one quantity after the warm-up: its mean, its rise per minute, and over the whole time. */
  of(name, afterMs) {
    const samples = this.#samples.filter(({ atMs }) => atMs >= afterMs);
    const mean = meanOf(samples.map((sample) => sample[name]));
    const perMs = slope(samples.map((sample) => [sample.atMs, sample[name]]));
    const spanMs = samples.length < 2 ? 0 : samples.at(-1).atMs - samples[0].atMs;
    return { mean, perMinute: perMs * 60_000, rise: perMs * spanMs };
  }
}

const meanOf = (values) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

/** Of the straight line that lies closest to the points. */
function slope(points) {
  const x = meanOf(points.map(([at]) => at));
  const y = meanOf(points.map(([, value]) => value));
  const spread = points.reduce((sum, [at]) => sum + (at - x) ** 2, 0);
  return spread === 0 ? 0 : points.reduce((sum, [at, value]) => sum + (at - x) * (value - y), 0) / spread;
}
