// The ring against a model of it: a list of frames, and numbers that never wrap.

import {
  type Channel,
  createChannel,
  openChannel,
  RingReader,
  RingWriter,
  word,
} from '@gatehouse/host/internal/channel/index';
import fc from 'fast-check';
import t from 'tap';
import { readFrame, smallSizes } from '../support/small-channel.js';

const ringBytes = 1024;

interface Ring {
  readonly channel: Channel;
  readonly writer: RingWriter;
  readonly reader: RingReader;
  /** Bytes that have gone through it. */
  readonly from: number;
}

function openRing(bytes = ringBytes): Ring {
  const channel = openChannel(createChannel({ ...smallSizes, ringBytes: bytes }));
  return { channel, writer: new RingWriter(channel), reader: new RingReader(channel), from: 0 };
}

/** What a ring does, without its bytes. */
class Model {
  readonly frames: { readonly size: number; readonly tag: number; readonly gap: number }[] = [];
  #head: number;
  #tail: number;
  #gap = 0;

  constructor(from: number) {
    this.#head = from;
    this.#tail = from;
  }

  write(length: number, tag: number, events: number): boolean {
    const size = Math.ceil((12 + length) / 8) * 8;
    const rest = ringBytes - (this.#head % ringBytes);
    const skipped = size > rest ? rest : 0;
    if (this.#head - this.#tail + skipped + size > ringBytes) {
      this.#gap += events;
      return false;
    }
    this.#head += skipped + size;
    this.frames.push({ size: skipped + size, tag, gap: this.#gap });
    this.#gap = 0;
    return true;
  }

  read() {
    const frame = this.frames.shift();
    this.#tail += frame?.size ?? 0;
    return frame;
  }
}

type Step = { readonly write: number; readonly events: number } | 'read' | 'read all';

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ write: fc.integer({ min: 0, max: 300 }), events: fc.integer({ min: 1, max: 9 }) }),
    },
    { weight: 1, arbitrary: fc.record({ write: fc.integer({ min: 0, max: 1100 }), events: fc.constant(1) }) },
    { weight: 3, arbitrary: fc.constant<Step>('read') },
    { weight: 1, arbitrary: fc.constant<Step>('read all') },
  ),
  { maxLength: 300, size: 'max' },
);

/** Takes the steps with the ring and with the model, and throws at the first difference. */
function compare({ channel, writer, reader, from }: Ring, steps: readonly Step[]): void {
  const model = new Model(from);
  for (const [i, step] of steps.entries()) {
    if (step === 'read') readBoth(channel, reader, model);
    else if (step === 'read all') while (model.frames.length > 0) readBoth(channel, reader, model);
    else {
      const frame = new Uint8Array(step.write).fill(i & 0xff);
      same(writer.write(i, frame, step.write, step.events), model.write(step.write, i, step.events), `write ${i}`);
    }
    same(reader.hasFrame(), model.frames.length > 0, `hasFrame after ${i}`);
  }
  while (model.frames.length > 0) readBoth(channel, reader, model);
}

function readBoth(channel: Channel, reader: RingReader, model: Model): void {
  const expected = model.read();
  const frame = readFrame(reader, channel);
  same(frame?.hook, expected?.tag, 'tag');
  same(frame?.gap, expected?.gap, 'gap');
  const padding = 7;
  const own = frame?.bytes.subarray(0, Math.max(0, frame.bytes.length - padding)) ?? [];
  for (const byte of own) same(byte, expected!.tag & 0xff, 'byte');
}

function same(got: unknown, expected: unknown, what: string): void {
  if (got !== expected) throw new Error(`${what}: got ${got}, expected ${expected}`);
}

t.test('nothing is lost, reordered or torn, and gaps are exact, at any sizes and any pace', async (t) => {
  fc.assert(
    fc.property(steps, (steps) => compare(openRing(), steps)),
    { numRuns: 300 },
  );
  t.pass();
});

t.test('so it goes on where the counters of bytes pass 2^31 and 2^32', async (t) => {
  for (const limit of [2 ** 31, 2 ** 32]) {
    const ring = openRing();
    const from = limit - 2 * ringBytes;
    moveTo(ring, from);
    t.equal(Atomics.load(ring.channel.control, word.RING_HEAD) >>> 0, from);
    t.equal(Atomics.load(ring.channel.control, word.RING_TAIL) >>> 0, from);
    const laps = Array.from(
      { length: 200 },
      (_, i): Step => (i % 2 === 0 ? { write: (i * 37) % 400, events: 1 } : 'read'),
    );
    compare({ ...ring, from }, laps);
    t.ok(Atomics.load(ring.channel.control, word.RING_TAIL) >>> 0 !== from);
  }
});

/** Brings an empty ring to the position that so many bytes would have brought it to, a whole lap at a time. */
function moveTo({ channel, writer, reader }: Ring, position: number): void {
  const none = new Uint8Array(ringBytes);
  for (let at = 0; at < position; at += ringBytes) {
    // A frame of the whole ring, whose bytes nobody reads.
    writer.write(0, none, ringBytes - 12, 1);
    Atomics.store(channel.control, word.RING_TAIL, (at + ringBytes) | 0);
  }
  // The reader follows by skipping: "go on at the start of the ring", at the start of the ring.
  new Int32Array(channel.memory, channel.ring.byteOffset, 1)[0] = -1;
  reader.next();
}
