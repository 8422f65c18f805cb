// Where the blocks of a channel lie in its memory.

import { type ChannelSizes, createChannel, openChannel, word } from '@gatehouse/host/internal/channel/index';
import fc from 'fast-check';
import t from 'tap';

const sizes: fc.Arbitrary<ChannelSizes> = fc.record({
  callMax: fc.integer({ min: 1, max: 200 }),
  requestBytes: fc.integer({ min: 1, max: 2000 }).map((words) => words * 4),
  reasonBytes: fc.integer({ min: 1, max: 300 }).map((words) => words * 4),
  dataBytes: fc.integer({ min: 0, max: 50 }).map((words) => words * 4),
  ringBytes: fc.integer({ min: 6, max: 16 }).map((power) => 2 ** power),
});

t.test('no two blocks of a channel overlap, and none leaves its memory', async (t) => {
  fc.assert(
    fc.property(sizes, (sizes) => {
      const channel = openChannel(createChannel(sizes));
      const { control, request, answered, verdicts, reasons, ring } = channel;
      const blocks = [control, request, answered, verdicts, reasons, ring];
      const ends = blocks.map((block) => block.byteOffset + block.byteLength);
      for (let i = 1; i < blocks.length; i++) if (blocks[i]!.byteOffset < ends[i - 1]!) return false;
      return ends.at(-1)! <= channel.memory.byteLength && ring.byteOffset % 8 === 0;
    }),
  );
  t.pass();
});

t.test('the views of a block in words and in bytes are of the same memory', async (t) => {
  fc.assert(
    fc.property(sizes, (sizes) => {
      const { request, requestWords, reasons, reasonWords } = openChannel(createChannel(sizes));
      return (
        request.byteOffset === requestWords.byteOffset &&
        request.byteLength === requestWords.byteLength &&
        reasons.byteOffset === reasonWords.byteOffset &&
        reasonWords.byteLength <= reasons.byteLength
      );
    }),
  );
  t.pass();
});

t.test('every control word has a place of its own among the control words', async (t) => {
  const { control } = openChannel(createChannel());
  const places: readonly number[] = Object.values(word);
  t.equal(new Set(places).size, places.length);
  t.ok(places.every((place) => place >= 0 && place < control.length));
});

t.test('words of different writers stand on different cache lines', async (t) => {
  const wordsOfALine = 16;
  const lineOf = (name: keyof typeof word) => Math.floor(word[name] / wordsOfALine);
  const writers = { supervisor: ['LIFE'], server: ['CALL', 'RING_HEAD'], session: ['STANCE', 'RING_TAIL'] };
  const lines = Object.values(writers).map((names) => new Set((names as (keyof typeof word)[]).map(lineOf)));
  for (const [i, own] of lines.entries()) {
    for (const other of lines.slice(i + 1)) t.ok([...own].every((line) => !other.has(line)));
  }
});

t.test('what crosses in every call shares its cache lines with nothing else', async (t) => {
  const lineOf = (byte: number) => Math.floor(byte / 64);
  fc.assert(
    fc.property(sizes, (sizes) => {
      const { request, answered, verdicts } = openChannel(createChannel(sizes));
      return (
        lineOf(request.byteOffset) === lineOf(word.CALL * 4) &&
        lineOf(verdicts.byteOffset) === lineOf(answered.byteOffset) &&
        lineOf(answered.byteOffset) > lineOf(request.byteOffset + request.byteLength - 1)
      );
    }),
  );
  t.pass();
});

t.test('a new channel is open, has no call and nothing in its ring', async (t) => {
  const { control, answered } = openChannel(createChannel());
  t.ok([...control, ...answered].every((word) => word === 0));
});
