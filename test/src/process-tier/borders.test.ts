// The two ends of a plugin's process: hostile bytes end that process alone, and so does a bug of ours.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { serialize } from 'node:v8';
import { MessageChannel } from 'node:worker_threads';
import { createChannel, createServerBell, defaultSizes } from '@gatehouse/host/internal/channel/index';
import { pipeFd, pipeFrame, pipeKind } from '@gatehouse/host/internal/channel/pipe/index';
import { sentHookSet } from '@gatehouse/host/internal/contract/hook-set';
import { noPermissions } from '@gatehouse/host/internal/contract/permissions';
import type { SessionControl } from '@gatehouse/host/internal/contract/session-contract';
import { startMark } from '@gatehouse/host/internal/contract/thread-contract';
import { nodeEndpoint } from '@gatehouse/host/internal/node-internals/port-endpoint';
import { PluginProcess } from '@gatehouse/host/internal/process-tier/supervisor/plugin-process';
import { messengerHooks } from '@gatehouse/plugin-api/hooks';
import * as comlink from 'comlink';
import t, { type Test } from 'tap';
import { urlOf } from '../support/misbehaviours.js';

const hookSet = sentHookSet(messengerHooks);
const asked = { asked: noPermissions, granted: noPermissions, canAsk: false };
const niceness = { gate: 0, observers: 0 };

/** A process in the supervisor's hands, with its session; without hardening, a plugin can write into its pipe. */
async function held(t: Test, bytes: Uint8Array) {
  const everything = { readable: ['*'], writable: [], env: {} };
  const thread = { isolation: 'thread', niceness, ...everything, ...asked } as const;
  const config = { bytes: Buffer.from(bytes).toString('hex') };
  const limits = { threads: 1, memoryMb: 512, startMs: 20_000, stopMs: 1_000 };
  const spec = { name: 'writes-frames', entry: urlOf('writes-frames'), config, ...limits, thread };
  const child = new PluginProcess(spec, hookSet, defaultSizes, () => {});
  t.teardown(() => child.kill('the test is over'));
  const [control, records] = [new MessageChannel(), new MessageChannel()];
  t.teardown(() => {
    control.port1.close();
    records.port1.close();
  });
  const start = {
    plugin: spec,
    hookSet,
    channel: createChannel(),
    serverBell: createServerBell(),
    wait: 'park',
    control: control.port2,
    records: records.port2,
  } as const;
  child.begin(start);
  const session = comlink.wrap<SessionControl>(nodeEndpoint(control.port1));
  return { child, start, session };
}

const frame = (kind: number, numbers: readonly number[]) => pipeFrame(kind, numbers);
const tooLong = Buffer.from([255, 255, 255, 127, 7, 0, 0, 0]);

for (const [what, bytes, reason] of [
  ['of a kind that there is not', frame(99, []), /kind 99, which there is not/],
  ['of a kind that only the supervisor says', frame(pipeKind.CALL, [1, 0, 1]), /kind 2, which there is not/],
  ['that says it is longer than any', tooLong, /is longer than/],
  ['of memory without a number', frame(pipeKind.MEMORY, []), /broke the protocol/],
  ['of a verdict that is cut off', frame(pipeKind.VERDICT, [1]), /broke the protocol/],
  ['of events that it was not told', frame(pipeKind.OBSERVED, [1, 0, 0, 0]), /read what it was not told/],
  ['of bytes that cannot be deserialized', pipeFrame(pipeKind.RECORD, [], Buffer.of(1)), /broke the protocol/],
] as const) {
  t.test(`a process that writes a frame ${what} is ended, and nothing else`, async (t) => {
    const { child, session } = await held(t, bytes);
    const ended = child.ended.catch((error: unknown) => error);
    await session.load();
    session.serve().catch(() => {});
    t.match(((await ended) as Error).message, reason);
  });
}

t.test('a process is given its session once', async (t) => {
  const { child, start } = await held(t, Buffer.alloc(0));
  t.throws(() => child.begin(start), /a process is given its session once/);
});

t.test('a message that cannot be passed on ends its process, and is no unhandled rejection', async (t) => {
  const { child, session } = await held(t, Buffer.alloc(0));
  const ended = child.ended.catch((error: unknown) => error);
  Object.defineProperty(child.child.stdio[pipeFd.SESSION], 'write', {
    value: () => {
      throw new Error('a bug of ours');
    },
  });
  session.load().catch(() => {});
  t.match(await ended, { message: 'a bug of ours' });
});

const childEntry = fileURLToPath(import.meta.resolve('@gatehouse/host/internal/bundled/child'));
const started = serialize({
  plugin: { name: 'continues', entry: urlOf('continues'), config: {} },
  hookSet,
  sizes: { ...defaultSizes, callMax: 2 },
});
const call = (numbers: readonly number[]) => frame(pipeKind.CALL, numbers);

/** What a process says of its end that is given these frames by its supervisor. */
async function lastWords(t: Test, session: readonly Uint8Array[], calls: readonly Uint8Array[]): Promise<string> {
  const start = { plugin: 'continues', hardened: false, niceness, ...asked };
  const stdio = ['ignore', 'inherit', 'pipe', 'pipe', 'pipe', 'pipe'] as const;
  const child = spawn(process.execPath, [childEntry, startMark + JSON.stringify(start)], {
    env: {},
    stdio: [...stdio],
  });
  t.teardown(() => child.kill('SIGKILL'));
  let words = '';
  child.stderr!.setEncoding('utf8').on('data', (text) => {
    words += text;
  });
  const pipes = [pipeFd.SESSION, pipeFd.CALLS].map((fd) => child.stdio[fd as 3] as Socket);
  for (const pipe of pipes) pipe.on('error', () => {}).resume();
  for (const bytes of session) pipes[0]!.write(bytes);
  for (const bytes of calls) pipes[1]!.write(bytes);
  await once(child, 'close');
  return words;
}

const begun = pipeFrame(pipeKind.START, [], started);

for (const [what, session, calls, words] of [
  ['is told what it does not know', [begun, frame(99, [])], [], 'the supervisor says to a process only what it knows'],
  ['is given a second session', [begun, begun], [], 'a process is given one session'],
  ['is sent something else than calls', [begun], [frame(pipeKind.EVENT, [0, 0, 1])], 'nothing but calls comes in'],
  [
    'is sent a call before it has answered',
    [begun],
    [call([1, 0, 1, 7]), call([2, 0, 1, 7])],
    'once the one before is',
  ],
  ['is sent a call that no lane holds', [begun], [call([1, 0, 3, 7])], 'a call of the server fits a lane of the same'],
] as const) {
  t.test(`a process that ${what} ends itself, and says why`, async (t) => {
    t.match(await lastWords(t, session, calls), words);
  });
}
