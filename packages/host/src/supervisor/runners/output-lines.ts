// Splits the output of a thread or a process into lines.

import type { Readable } from 'node:stream';

/** Longest line of output that is forwarded, in UTF-16 units. */
const lineMax = 8192;

export function forEachLine(stream: Readable, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  // Unpiping left it paused for good.
  stream.resume();
  // A pipe that can no longer be read is closed, too.
  stream.on('error', () => {});
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = (lines.pop() ?? '').slice(0, lineMax);
    for (const line of lines) onLine(line.slice(0, lineMax));
  });
  stream.on('close', () => {
    if (rest !== '') onLine(rest);
  });
}
