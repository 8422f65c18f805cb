// The borders of a channel: what no bug of ours may write into it, read from it or send through a pipe.

import {
  createChannel,
  defaultSizes,
  openChannel,
  RingReader,
  RingWriter,
  verdict,
  word,
} from '@gatehouse/host/internal/channel/index';
import { CallPipe, PipeFrames, pipeFrame } from '@gatehouse/host/internal/channel/pipe/index';
import { ProcessCaller } from '@gatehouse/host/internal/channel/pipe/process-caller';
import { InvariantError } from '@gatehouse/support/invariant';
import t, { type Test } from 'tap';
import { ask, bothEnds, smallSizes } from '../support/small-channel.js';

/** That our own bug is told as one, in these words. */
function breaks(t: Test, words: string, step: () => void): void {
  t.throws(step, new InvariantError(`broken invariant: ${words}`), words);
}

t.test('a frame is written to a ring as long as it is, and read only where it lies', async (t) => {
  const { channel } = bothEnds();
  const writer = new RingWriter(channel);
  breaks(t, 'a frame has the bytes that it says', () => writer.write(0, new Uint8Array(4), 5, 1));
  const words = new Int32Array(channel.memory, channel.ring.byteOffset, 4);
  for (const size of [0, 8, -2, smallSizes.ringBytes + 8, 2 ** 30]) {
    writer.write(0, new Uint8Array(8), 8, 1);
    words[0] = size;
    breaks(t, 'a frame lies within its ring', () => new RingReader(channel).next());
  }
});

t.test('nobody reads a verdict or a reason beyond the call, or answers what is not in it', async (t) => {
  const ends = bothEnds();
  ask(ends, 2);
  const { caller, answerer } = ends;
  breaks(t, 'a verdict is read only of a frame that was put into the call', () => caller.verdict(2));
  for (const place of [-1, smallSizes.callMax]) {
    breaks(t, 'a reason is read only of a place of the lane', () => caller.reason(place));
    breaks(t, 'a reason is read only of a place of the lane', () => caller.data(place));
    breaks(t, 'a reason is read only of a place of the lane', () => caller.retryAfterMs(place, 1));
  }
  const data = new Uint8Array(smallSizes.dataBytes + 1);
  breaks(t, 'what a Reject carries fits its room', () => answerer.answer(0, verdict.REJECT, { reason: '', data }));
  for (const place of [-1, 2]) {
    breaks(t, 'only frames of the call are answered', () => answerer.answer(place, verdict.CONTINUE));
  }
});

t.test('a call whose count or bytes cannot be is not accepted', async (t) => {
  for (const [at, values, words] of [
    [word.CALL_COUNT, [0, -1, smallSizes.callMax + 1], 'a call holds from 1 to callMax frames'],
    [word.CALL_BYTES, [-4, smallSizes.requestBytes + 4], 'the frames of a call fit its block'],
  ] as const) {
    for (const value of values) {
      const { channel, caller, answerer } = bothEnds();
      caller.put(Int32Array.of(1), 0, 1);
      caller.send(0);
      channel.control[at] = value;
      answerer.hasCall();
      breaks(t, words, () => answerer.accept());
    }
  }
});

t.test('a channel has sizes that its blocks can have, and both sides open the same', async (t) => {
  const make = (more: object) => () => void createChannel({ ...smallSizes, ...more });
  breaks(t, 'blocks of a channel are whole words', make({ requestBytes: 66 }));
  breaks(t, 'blocks of a channel are whole words', make({ reasonBytes: 17 }));
  breaks(t, 'a ring is a power of two', make({ ringBytes: 100 }));
  breaks(t, 'a ring is a power of two', make({ ringBytes: 32 }));
  const { memory } = createChannel(smallSizes);
  breaks(t, 'both sides of a channel agree on its sizes', () => void openChannel({ memory, sizes: defaultSizes }));
});

t.test('a call is written to a pipe from its own block, and a pipe takes no more than that', async (t) => {
  const pipe = new CallPipe(CallPipe.create(2 ** 20));
  for (const taken of [5, -1]) {
    breaks(t, 'a pipe takes no more of a call than it is given', () => void pipe.write(4, () => taken));
  }
  t.ok(pipe.close(), 'it can be closed all the same');
  const full = openChannel(createChannel(smallSizes));
  const channel = { ...full, requestWords: full.requestWords.subarray(0, 2) };
  const caller = new ProcessCaller(channel, CallPipe.create(2 ** 20));
  channel.requestWords = full.requestWords;
  caller.begin();
  caller.put(new Int32Array(3), 0, 3);
  breaks(t, 'a call is no longer than the block that it is written from', () => void caller.send(0));
});

t.test('frames come out of a stream whole and in their order, wherever it is cut', async (t) => {
  const frames = [0, 1, 5, 40].map((length, kind) => pipeFrame(kind, [], new Uint8Array(length).fill(kind)));
  const stream = Buffer.concat(frames);
  for (let size = 1; size <= stream.length; size++) {
    const reader = new PipeFrames(64);
    const taken: string[] = [];
    for (let at = 0; at < stream.length; at += size) {
      reader.push(stream.subarray(at, at + size), ({ kind, body }) => taken.push(`${kind}: ${body.join('')}`));
    }
    t.strictSame(taken, ['0: ', '1: 1', '2: 22222', `3: ${'3'.repeat(40)}`], `in pieces of ${size}`);
    t.ok(reader.isEmpty);
  }
});
