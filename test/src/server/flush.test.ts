// What the system is asked for between a message and its answer, where strace can be had.

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t from 'tap';
import { tempFolder } from '../support/temp-folder.js';

const calls = 'pwrite64,pwritev,fdatasync,fsync,msync,write,writev,sendto,sendmsg';
const canTrace = await promisify(execFile)('strace', ['-f', '-o', '/dev/null', 'true']).then(
  () => true,
  () => false,
);

interface Call {
  /** Of the thread, as it stands in the trace. */
  readonly name: string;
  readonly text: string;
}

/**
 * The calls in the order in which they came back. One that another thread's came into stands in two lines: the first has
 * its arguments, the second counts.
 */
function callsOf(trace: string): Call[] {
  const begun = new Map<string, string>();
  return trace.split('\n').flatMap((line) => {
    const [, thread = '', name] = /^(\d+) +(?:<\.\.\. )?(\w+)/.exec(line) ?? [];
    if (name === undefined) return [];
    if (line.includes('<unfinished')) {
      begun.set(thread, line);
      return [];
    }
    const isResumed = line.includes('<... ');
    return [{ name, text: isResumed ? `${begun.get(thread)} ${line}` : line }];
  });
}

t.test(
  'a message is written and flushed before its answer is',
  { skip: !canTrace && 'there is no strace' },
  async (t) => {
    const folder = await tempFolder(t);
    const file = join(folder, 'trace');
    const server = fileURLToPath(new URL('./answers-one.js', import.meta.url));
    const traced = spawn(
      'strace',
      [
        '-f',
        '-qq',
        '-y',
        '-s',
        '20000',
        '-e',
        `trace=${calls}`,
        '-o',
        file,
        process.execPath,
        server,
        join(folder, 'store'),
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    const [code] = await once(traced, 'exit');
    t.equal(code, 0);
    const all = callsOf(await readFile(file, 'utf8'));
    const at = (what: string, matches: (call: Call) => boolean, from = 0) => {
      const found = all.findIndex((call, i) => i >= from && matches(call));
      t.not(found, -1, what);
      return found;
    };
    const ofStore = ({ text }: Call) => text.includes('data.mdb');
    const written = at(
      'the message is written',
      (call) => /^pwrite/.test(call.name) && call.text.includes('MARKED PAYLOAD'),
    );
    const flushed = at('it is flushed', (call) => /sync$/.test(call.name) && ofStore(call), written);
    const committed = at(
      'the page that names it is written',
      (call) => /^pwrite/.test(call.name) && ofStore(call),
      flushed,
    );
    const answered = at('it is answered', ({ text }) => text.includes('HTTP/1.1 200') && text.includes('seq'), 0);
    t.ok(committed < answered, `flushed at ${flushed}, committed at ${committed}, answered at ${answered}`);
  },
);
