// Plugins' threads have a lower priority than the host, where threads have priorities.

import { getPriority } from 'node:os';
import t from 'tap';
import { openHost } from '../host/open-host.js';

const lowered = (by: number) => getPriority() + (process.platform === 'linux' ? by : 0);

for (const niceness of [0, 7]) {
  t.test(`a plugin's thread has a priority that is lower by ${niceness}, and the host keeps its own`, async (t) => {
    const before = getPriority();
    const { log } = await openHost(t, { 'sets-priorities': {} }, { niceness });
    const [line] = await log.until('priority');
    t.equal(line!.priority, Math.min(19, lowered(niceness)));
    t.equal(getPriority(), before);
  });
}
