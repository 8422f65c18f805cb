// Splits the output of a thread or a process into lines, and limits them on the host's side: the plugin's own thread
// limits what it prints itself, but not what a program of it prints, nor who goes past that limit.

import type { Readable } from 'node:stream';
import { Credit } from '@gatehouse/support/credit';

/** Longest line of output that is forwarded, in UTF-16 units. */
const lineMax = 8192;

/** Lines in a second, and at once after a pause: far more than a plugin's own thread lets through. */
const linesPerSecond = 1000;
const linesAtOnce = 4000;

/** How long nothing is read once there were more, in ms: whoever prints has to wait. */
const pauseMs = 1000;

export function forEachLine(stream: Readable, onLine: (line: string) => void): void {
  const credit = new Credit(linesPerSecond, linesAtOnce, performance.now());
  let rest = '';
  let timer: NodeJS.Timeout | undefined;
  stream.setEncoding('utf8');
  // Unpiping left it paused for good.
  stream.resume();
  // A pipe that can no longer be read is closed, too.
  stream.on('error', () => {});
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = (lines.pop() ?? '').slice(0, lineMax);
    const at = performance.now();
    const allowed = lines.filter(() => credit.spend(1, at));
    for (const line of allowed) onLine(line.slice(0, lineMax));
    const dropped = lines.length - allowed.length;
    if (dropped === 0 || timer !== undefined) return;
    onLine(`${dropped} lines and more are dropped: it prints more than ${linesPerSecond} lines in a second`);
    stream.pause();
    timer = setTimeout(() => {
      timer = undefined;
      stream.resume();
    }, pauseMs).unref();
  });
  stream.on('close', () => {
    clearTimeout(timer);
    if (rest !== '') onLine(rest);
  });
}
