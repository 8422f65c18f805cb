// The ring: frames in, frames out, and what does not fit.

import { createChannel, openChannel, RingReader, RingWriter, word } from '@gatehouse/host/internal/channel/index';
import t from 'tap';
import { readFrame, smallSizes } from '../support/small-channel.js';

const bytes = (length: number, value = 1) => new Uint8Array(length).fill(value);

function ring(ringBytes = 256) {
  const channel = openChannel(createChannel({ ...smallSizes, ringBytes }));
  const reader = new RingReader(channel);
  return { channel, writer: new RingWriter(channel), reader, read: () => readFrame(reader, channel) };
}

t.test('a frame comes out with its hook and its bytes, and then no more', async (t) => {
  const { writer, reader, read } = ring();
  t.notOk(reader.hasFrame());
  t.equal(read(), undefined);
  t.ok(writer.write(3, Uint8Array.of(1, 2, 3, 4, 9), 4, 1));
  t.ok(reader.hasFrame());
  const frame = read()!;
  t.match(frame, { hook: 3, gap: 0 });
  t.same([...frame.bytes.subarray(0, 4)], [1, 2, 3, 4]);
  t.equal(read(), undefined);
});

t.test('what does not fit is refused and counted, and the next frame that fits tells of it', async (t) => {
  const { writer, read } = ring(64);
  t.ok(writer.write(0, bytes(20), 20, 1));
  t.ok(writer.write(0, bytes(20), 20, 1));
  t.notOk(writer.write(0, bytes(1), 1, 1), 'full');
  t.notOk(writer.write(0, bytes(500), 500, 7), 'larger than the ring');
  t.equal(writer.written, 2);
  t.equal(read()?.gap, 0);
  t.ok(writer.write(0, bytes(1), 1, 1));
  t.same([read()?.gap, read()?.gap, read()], [0, 8, undefined]);
  t.ok(writer.write(0, bytes(1), 1, 1));
  t.equal(read()?.gap, 0, 'a gap is told once');
});

t.test('a frame of at most half the ring always fits an empty ring, wherever that stands', async (t) => {
  const { writer, read } = ring();
  for (let length = 0; length <= 128 - 12; length++) {
    t.ok(writer.write(0, bytes(length), length, 1), `${length} bytes`);
    t.equal(read()?.bytes.length, ((12 + length + 7) & ~7) - 12);
  }
});

t.test('a frame read is the reader’s own: later frames do not change it', async (t) => {
  const { writer, read } = ring(64);
  writer.write(0, bytes(40, 1), 40, 1);
  const frame = read()!;
  writer.write(0, bytes(40, 2), 40, 1);
  t.ok(frame.bytes.subarray(0, 40).every((byte) => byte === 1));
});

t.test('a batch counts as its events', async (t) => {
  const { writer } = ring();
  writer.write(1, bytes(8), 8, 5);
  writer.write(1, bytes(8), 8, 2);
  t.equal(writer.written, 7);
});

t.test('a hostile tail makes the writer neither throw nor write outside the ring', async (t) => {
  const { channel, writer } = ring(64);
  const outside = () => new Uint8Array(channel.memory, 0, channel.ring.byteOffset).filter((_, i) => i >= 256);
  const before = outside();
  for (const tail of [1, 3, 7, 63, 64, 65, -1, -8, 2 ** 31 - 1, -(2 ** 31), 0x12345678]) {
    Atomics.store(channel.control, word.RING_TAIL, tail);
    for (let i = 0; i < 20; i++) writer.write(0, bytes(i * 3), i * 3, 1);
  }
  t.same(outside(), before);
});
