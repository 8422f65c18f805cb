// Batches of 1,000 messages against single calls.

import type { Bench } from '../bench.js';
import { Child } from '../child.js';
import type { HostChild } from '../children/host.js';
import { hosting } from '../hosting.js';
import { interleaved } from '../rounds.js';
import { median } from '../samples.js';

export async function batchSection({ effort, results, progress, wants }: Bench): Promise<void> {
  if (!wants('batch.per-message-us')) return;
  const { rounds, ms } = effort.batch;
  const child = Child.start<HostChild>('host');
  await child.ask('open', hosting({ allow: 1 }));
  const outcomes = await interleaved(['single', 'batch'], rounds + 1, async (kind) => {
    progress.tell(kind);
    if (kind === 'batch') return child.ask('batches', ms);
    return (await child.ask('calls', { gapUs: 0, pause: 'busy', ms, callsMin: 100 })).p50;
  });
  const of = (kind: 'single' | 'batch') => median(outcomes[kind].slice(1));
  results.add('batch.per-message-us', of('batch'), 'µs', { over: of('single') });
  await child.close();
}
