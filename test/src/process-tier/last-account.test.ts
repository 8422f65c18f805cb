// What a process has observed is known before it says that it has stopped, as it may be ended from then on.

import t from 'tap';
import { login } from '../support/events.js';
import { PipedProcess } from '../support/piped-process.js';

t.test('an observer that fails after its event was taken is counted before the answer to stop', async (t) => {
  const opened = new PipedProcess(t, 'throws-later-in-observer');
  await opened.control.load();
  await opened.control.serve();
  for (const name of ['alice', 'bob', 'carol']) opened.tell('onAuth', login(name));
  await opened.control.stop();
  t.same(opened.accountBeforeAnswer, { observed: 3, errors: 3 });
});
