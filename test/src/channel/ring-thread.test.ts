// A ring between two threads, of which the reader is the slower one.

import { Bell, createChannel, life, openChannel, RingWriter, word } from '@gatehouse/host/internal/channel/index';
import t from 'tap';
import { smallSizes } from '../support/small-channel.js';
import { posted, startThread } from './thread.js';

interface Seen {
  readonly frames: number;
  readonly gaps: number;
  readonly torn: number;
  readonly outOfOrder: number;
}

t.test('a slow reader gets what fitted, in order and whole, and is told exactly what did not', async (t) => {
  const handle = createChannel({ ...smallSizes, ringBytes: 4096 });
  const { worker } = startThread(t, 'reads-ring-slowly', handle);
  await posted(worker);
  const channel = openChannel(handle);
  const writer = new RingWriter(channel);
  let refused = 0;
  const write = (number: number) => {
    const words = Uint32Array.of(number, ~number);
    const frame = new Uint8Array(8 + (number % 5) * 16);
    frame.set(new Uint8Array(words.buffer));
    return writer.write(0, frame, frame.length, 1);
  };
  let tried = 0;
  // The last frame gets through, so that the last gap is told.
  for (let fits = true; tried < 100_000 || !fits; tried++) {
    fits = write(tried);
    if (!fits) refused++;
  }
  Atomics.store(channel.control, word.LIFE, life.ENDED);
  new Bell(channel.control, word.BELL, word.STANCE).ring();
  const seen = await posted<Seen>(worker);
  t.ok(refused > 0, 'it was slow');
  t.same(seen, { torn: 0, outOfOrder: 0, gaps: refused, frames: tried - refused });
  t.equal(writer.written, seen.frames);
});
