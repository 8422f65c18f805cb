// What the supervisor believes of a process that answers, and what it writes for the server.

import {
  createChannel,
  createServerBell,
  lastVerdict,
  openChannel,
  openServerBell,
  verdict,
} from '@gatehouse/host/internal/channel/index';
import { CallPipe, PipeFrames, pipeFrame, pipeKind } from '@gatehouse/host/internal/channel/pipe/index';
import { ProcessCaller } from '@gatehouse/host/internal/channel/pipe/process-caller';
import { PipeRelay } from '@gatehouse/host/internal/process-tier/supervisor/pipe-relay';
import t, { type Test } from 'tap';

/** No process has it open. */
const nowhere = 2 ** 20;

/** The two ends of calls that the server cannot write itself, and the bytes that the supervisor writes for it. */
function ends(t: Test) {
  const channel = openChannel(createChannel());
  const handle = CallPipe.create(nowhere);
  const caller = new ProcessCaller(channel, handle);
  const left = new CallPipe(handle);
  const written: Uint8Array[] = [];
  const calls = {
    get isLeft() {
      return left.isLeft;
    },
    write: (frame: Uint8Array) => written.push(frame),
  };
  const relay = new PipeRelay(channel, openServerBell(createServerBell()), () => {}, calls);
  void relay.run();
  t.teardown(() => relay.stop());
  const take = (kind: number, numbers: readonly number[]) =>
    new PipeFrames(2 ** 10).push(pipeFrame(kind, numbers), (frame) => relay.take(frame));
  return { channel, caller, relay, written, take };
}

type Ends = ReturnType<typeof ends>;

/** Asks about `count` frames, and lets the supervisor wake for that. */
async function ask({ caller, written }: Ends, count: number): Promise<void> {
  const before = written.length;
  caller.isAnswered();
  caller.begin();
  for (let i = 0; i < count; i++) caller.put(Int32Array.of(i), 0, 1);
  caller.send(3);
  while (written.length === before) await new Promise(setImmediate);
}

t.test('a call that the server cannot write is written by the supervisor, as are those that follow', async (t) => {
  const both = ends(t);
  for (const call of [1, 2]) {
    await ask(both, 2);
    t.same(both.written.at(-1), pipeFrame(pipeKind.CALL, [call, 3, 2, 0, 1], new Uint8Array(0)));
    both.take(pipeKind.VERDICT, [call, 0, verdict.CONTINUE, 0, -1, 0]);
    t.notOk(both.caller.isAnswered());
    both.take(pipeKind.ANSWERED, [call, 1, verdict.THREW, 0, -1, 0]);
    t.ok(both.caller.isAnswered());
    t.same([both.caller.verdict(0), both.caller.verdict(1)], [verdict.CONTINUE, verdict.THREW]);
  }
});

t.test('an answer that comes twice does not count for the next call', async (t) => {
  const both = ends(t);
  await ask(both, 1);
  both.take(pipeKind.ANSWERED, [1, 0, verdict.CONTINUE, 0, -1, 0]);
  t.throws(() => both.take(pipeKind.ANSWERED, [1, 0, verdict.CONTINUE, 0, -1, 0]), /what it was not asked/);
  await ask(both, 1);
  t.throws(() => both.take(pipeKind.VERDICT, [1, 0, verdict.CONTINUE, 0, -1, 0]), /what it was not asked/);
  t.throws(() => both.take(pipeKind.ANSWERED, [1, 0, verdict.CONTINUE, 0, -1, 0]), /what it was not asked/);
  t.equal(both.caller.verdict(0), verdict.NONE);
  t.notOk(both.caller.isAnswered());
});

t.test('verdicts of no kind and for no place are refused, and so is an answer to no call', async (t) => {
  const both = ends(t);
  t.throws(() => both.take(pipeKind.ANSWERED, [0]), /what it was not asked/);
  await ask(both, 1);
  for (const [place, kind] of [
    [1, verdict.CONTINUE],
    [-1, verdict.CONTINUE],
    [0, verdict.NONE],
    [0, lastVerdict + 1],
  ] as const) {
    t.throws(() => both.take(pipeKind.VERDICT, [1, place, kind, 0, -1, 0]), /what it was not asked/);
  }
  t.equal(both.caller.verdict(0), verdict.NONE);
});

t.test('a verdict that carries more than it can, or a time that is none, is refused', async (t) => {
  const both = ends(t);
  await ask(both, 1);
  for (const [retryAfterMs, length] of [
    [-2, 0],
    [86_400_001, 0],
    [-1, -1],
    [-1, 4],
    [-1, 2 ** 31 - 1],
  ] as const) {
    t.throws(() => both.take(pipeKind.VERDICT, [1, 0, verdict.REJECT, 1, retryAfterMs, length]), /what it cannot/);
  }
  t.throws(() => both.take(pipeKind.VERDICT, [1, 0, verdict.REJECT, 1]), RangeError, 'a frame that is too short');
  t.equal(both.caller.verdict(0), verdict.NONE);
});

t.test('the next call is written once the one before is answered, and not sooner', async (t) => {
  const both = ends(t);
  await ask(both, 1);
  // As a bug would do it: another end of the same lane does not wait.
  const other = new ProcessCaller(both.channel, CallPipe.create(nowhere));
  for (let call = 0; call < 2; call++) {
    other.put(Int32Array.of(1), 0, 1);
    other.send(3);
  }
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
  t.equal(both.written.length, 1);
  both.take(pipeKind.ANSWERED, [1, 0, verdict.CONTINUE, 0, -1, 0]);
  while (both.written.length < 2) await new Promise(setImmediate);
});
