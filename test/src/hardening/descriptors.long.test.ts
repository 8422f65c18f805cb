// A plugin's thread has a bounded number of descriptors open at once, so that it runs out of them before its server does.

import t from 'tap';
import { tryMisdeed } from '../support/try-misdeed.js';

const words = /^Error: a plugin's thread may have 256 file descriptors open at once, and has as many: close some first/;

for (const isolation of ['hardened-thread', 'process']) {
  for (const way of ['openSync', 'open', 'promised', 'opendirSync', 'opendir']) {
    t.test(`a plugin in a ${isolation} that opens by ${way} and never closes is refused in words`, async (t) => {
      const { decision, thrown } = await tryMisdeed(t, 'leaks-descriptors', { config: { way }, isolation });
      t.match(decision, { action: 'defer', cause: 'threw' });
      t.match(thrown, words);
    });
  }
}

for (const way of ['readFile at once', 'promised readFile at once']) {
  t.test(`a plugin that reads thousands of files by ${way} has few of them open at a time`, async (t) => {
    const { decision } = await tryMisdeed(t, 'leaks-descriptors', { config: { way } });
    // What else the process opens meanwhile counts too.
    t.match(decision, { action: 'reject', reason: /^done: 2000 read, \d\d? open at once at the most$/ });
  });
}

t.test('a plugin that closes what it opens may open as many as it likes, one after the other', async (t) => {
  const { decision } = await tryMisdeed(t, 'leaks-descriptors', { config: { way: 'tidy' } });
  t.match(decision, { action: 'reject', reason: 'done: closed all' });
});
