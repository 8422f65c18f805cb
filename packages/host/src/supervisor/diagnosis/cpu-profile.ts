// Locates a thread by a CPU profile that its owner takes. Needs no cooperation of the thread, so it works even in a
// loop. In Node since 22.20 and 24.8.

import { setTimeout as pause } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import type { Frame } from './frame.js';

/** Duration of the profile, in ms: about ten samples. */
const profileMs = 12;

interface ProfiledWorker {
  startCpuProfile(name?: string): Promise<{ stop(): Promise<string> }>;
}

interface ProfileNode {
  readonly id: number;
  readonly hitCount: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly positionTicks?: readonly { readonly line: number; readonly ticks: number }[];
  readonly children?: readonly number[];
}

export function canProfile(worker: Worker): boolean {
  return 'startCpuProfile' in worker;
}

/** A thread that the machine keeps from its core has no sample: it is looked at again, so many times. */
const profilesMax = 10;

/** Returns the most frequent stack, top first. */
export async function profiledStack(worker: Worker): Promise<readonly Frame[]> {
  for (let profile = 1; ; profile++) {
    const nodes = await profileOf(worker);
    const busiest = nodes.reduce((most, node) => (node.hitCount > most.hitCount ? node : most));
    if (busiest.hitCount > 0 || profile === profilesMax) return stackOf(busiest, nodes).map(frameOf);
  }
}

async function profileOf(worker: Worker): Promise<readonly ProfileNode[]> {
  const profile = await startProfile(worker as unknown as ProfiledWorker);
  await pause(profileMs);
  return (JSON.parse(await profile.stop()) as { readonly nodes: readonly ProfileNode[] }).nodes;
}

/** Passes a name on Node 22, which requires one; later versions do not. */
async function startProfile(worker: ProfiledWorker) {
  try {
    return await worker.startCpuProfile();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_INVALID_ARG_TYPE') throw error;
    return worker.startCpuProfile('where it hangs');
  }
}

function stackOf(top: ProfileNode, nodes: readonly ProfileNode[]): ProfileNode[] {
  const stack = [top];
  const callerOf = ({ id }: ProfileNode) => nodes.find(({ children }) => children?.includes(id));
  for (let node = callerOf(top); node !== undefined; node = callerOf(node)) stack.push(node);
  return stack;
}

function frameOf({ callFrame, positionTicks = [] }: ProfileNode): Frame {
  const { functionName: name, url, lineNumber } = callFrame;
  const [first] = [...positionTicks].sort((a, b) => b.ticks - a.ticks);
  return { name, url, line: first?.line ?? lineNumber + 1 };
}
