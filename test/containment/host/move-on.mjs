// Makes the faulty plugin go on in the spare thread that plugins share, by a crash.

import { setTimeout as pause } from 'node:timers/promises';
import { limits } from '../limits.mjs';
import { exit } from './stage.mjs';

export async function moveOn(host, live) {
  await until(() => host.supervisor.spareThread !== 'none', 'there is no spare thread');
  if (host.supervisor.spareThread === 'unavailable') throw new Error('this Node has no shared spare thread');
  await until(() => live.answeredSince >= 3, 'the plugin does not serve');
  live.call(exit);
  await until(() => host.supervisor.spareThread === 'none', 'the spare thread was not taken');
  await until(() => live.answeredSince >= 3, 'the plugin does not serve again');
}

async function until(isSo, words) {
  const end = performance.now() + limits.settle;
  while (!isSo()) {
    if (performance.now() > end) throw new Error(words);
    await pause(5);
  }
}
