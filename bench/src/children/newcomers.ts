// Clients that come while the server has more to do than it can: health probes, and a crowd.

import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { answer } from '../answers.js';
import { Samples } from '../samples.js';

/** How long one is waited for, in ms; then that is its time. */
const patienceMs = 10_000;
const probe = 'GET /livez HTTP/1.1\r\nHost: bench\r\n\r\n';
const samples = new Samples();

/** Connects, asks, and resolves with the time until the first byte of an answer, in ms. */
function comeIn(port: number): Promise<number> {
  const from = performance.now();
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const end = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(performance.now() - from);
    };
    const timer = setTimeout(end, patienceMs);
    socket.write(probe);
    socket.once('data', end).on('error', () => {});
  });
}

const answers = {
  /** The 99th percentile of probes, each on a connection of its own, in ms. */
  async probes(port: number, ms: number, everyMs: number): Promise<number> {
    samples.clear();
    const until = performance.now() + ms;
    const sent: Promise<void>[] = [];
    while (performance.now() < until) {
      sent.push(comeIn(port).then((took) => samples.add(took)));
      await delay(everyMs);
    }
    await Promise.all(sent);
    return samples.summary().p99;
  },
  /** Seconds until so many have come in that come at once. */
  async crowd(port: number, count: number): Promise<number> {
    const took = await Promise.all(Array.from({ length: count }, () => comeIn(port)));
    return Math.max(...took) / 1_000;
  },
};

export type NewcomersChild = typeof answers;

answer(answers);
