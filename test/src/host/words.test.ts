// The words about a plugin that fails in a thread.

import { join } from 'node:path';
import t from 'tap';
import { message } from '../support/events.js';
import { opened, testWords } from './test-words.js';

testWords('hardened-thread');

t.test('a stack that is longer than 8 KiB is cut', async (t) => {
  const text = `export default {\n  onMessageEnqueue() {\n    const error = new Error('long');\n    error.stack += '\\n    at x'.repeat(5_000);\n    throw error;\n  },\n};`;
  const { host, log, folder } = await opened(t, { long: { 'index.js': text } }, 'hardened-thread');
  host.onMessageEnqueue(message());
  const [line] = await log.until('onMessageEnqueue threw');
  const stack = String(line?.fields?.['stack']);
  t.ok(stack.length > 8_000 && stack.length < 8_300, String(stack.length));
  t.ok(stack.includes(join(folder, 'long', 'index.js')));
});
