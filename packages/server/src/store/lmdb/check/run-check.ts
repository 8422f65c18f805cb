// Has a process of its own read through a store, and waits for its report. It takes no term and writes nothing.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { mayBeHeld } from '../beat.js';
import { type CheckProgress, emptyReport, type StoreReport } from './store-report.js';

/** A process without progress for so long is ended: its disk does not answer. */
const stallMs = 60_000;

interface Message {
  readonly progress?: CheckProgress;
  readonly report?: StoreReport;
}

/** Whatever becomes of the process, there is a report. */
export async function checkLmdbStore(
  folder: string,
  onProgress: (progress: CheckProgress) => void = () => {},
): Promise<StoreReport> {
  const held = (await mayBeHeld(folder)) ? ['held'] : [];
  const file = fileURLToPath(new URL('./checks-store.js', import.meta.url));
  const reader = fork(file, [folder, ...held], { execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  let report: StoreReport | undefined;
  let isStalled = false;
  const stall = setTimeout(() => {
    isStalled = true;
    reader.kill('SIGKILL');
  }, stallMs);
  reader.on('message', (message: Message) => {
    stall.refresh();
    if (message.progress !== undefined) onProgress(message.progress);
    report ??= message.report;
  });
  const [code, signal] = await once(reader, 'exit').finally(() => clearTimeout(stall));
  if (report !== undefined) return report;
  const end = isStalled ? `made no progress for ${stallMs / 1_000} s` : `has ended (${signal ?? `exit code ${code}`})`;
  return { ...emptyReport, faults: [`the process that reads it ${end}`] };
}
