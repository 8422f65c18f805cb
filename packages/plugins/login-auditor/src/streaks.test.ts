// Failures in a row, counted in bounded memory.

import fc from 'fast-check';
import t from 'tap';
import { Streaks } from './streaks.js';

t.test('when there are too many usernames, the one that failed longest ago is forgotten', async (t) => {
  const streaks = new Streaks(2);
  for (const username of ['ada', 'bob', 'ada', 'eve']) streaks.failed(username);
  t.equal(streaks.failed('ada'), 3, 'failed again since, and is remembered');
  t.equal(streaks.failed('bob'), 1, 'was forgotten');
});

t.test('a username that succeeds makes room', async (t) => {
  const streaks = new Streaks(2);
  streaks.failed('ada');
  streaks.failed('bob');
  streaks.succeeded('bob');
  streaks.failed('eve');
  t.equal(streaks.failed('ada'), 2);
});

t.test('with room for every username the count is the length of its last row of failures', async (t) => {
  const attempt = fc.record({ username: fc.constantFrom('ada', 'bob', '__proto__', ''), ok: fc.boolean() });
  const property = fc.property(fc.array(attempt), (attempts) => {
    const streaks = new Streaks(4);
    for (const [place, { username, ok }] of attempts.entries()) {
      const own = attempts.slice(0, place + 1).filter((one) => one.username === username);
      const row = own.length - 1 - own.findLastIndex((one) => one.ok);
      if (ok) streaks.succeeded(username);
      else if (streaks.failed(username) !== row) throw new Error(`${username} has failed ${row} times in a row`);
    }
  });
  t.doesNotThrow(() => fc.assert(property));
});

t.test('however many usernames fail, no more than the bound are held', async (t) => {
  const streaks = new Streaks(100);
  for (let i = 0; i < 10_000; i++) streaks.failed(`user ${i}`);
  t.equal(streaks.size, 100);
});
