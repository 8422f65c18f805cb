// Two servers that want one data folder, as processes.

import { once } from 'node:events';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import t, { type Test } from 'tap';
import { newPair, payload, post } from '../support/client.js';
import { pluginFolder } from '../support/open-host.js';
import { tempFolder } from '../support/temp-folder.js';
import { inNamespace, needsNamespaces } from './namespaces.js';
import { serverProcess, spawnServer } from './server-process.js';
import { takenAt } from './store-writer.js';

const endsMsMax = 2_000;

async function environment(t: Test) {
  const data = await tempFolder(t);
  const plugins = await pluginFolder(t, { continues: {} });
  const env = { GATEHOUSE_DATA_FOLDER: data, GATEHOUSE_PLUGINS: plugins, GATEHOUSE_ENABLED: 'continues' };
  return { data, env: { ...env, GATEHOUSE_RATE_LIMIT: '0', GATEHOUSE_OVERLOAD_DELAY_MS: '0' } };
}

const holderOf = async (data: string) => JSON.parse(await readFile(join(data, 'server.lock'), 'utf8'));

async function fetchedSeqs(url: string, channelId: string, token: string): Promise<Set<string>> {
  const found = new Set<string>();
  for (let after = '0'; ; ) {
    const { body } = await post(url, 'fetch', { channelId, after, limit: 1_000 }, token);
    for (const { seq } of body.messages) found.add(seq);
    if (body.messages.length === 0) return found;
    after = body.messages.at(-1).seq;
  }
}

t.test('a server whose store is taken under load ends within 2 s, and nothing acknowledged is lost', async (t) => {
  const { data, env } = await environment(t);
  const first = await serverProcess(t, env);
  const { alice, bob, channelId } = await newPair(first.url);
  const stored: string[] = [];
  const sendOn = async (): Promise<unknown> => {
    for (;;) {
      const message = { channelId, payload: payload(`message ${stored.length}`) };
      const answer = await post(first.url, 'enqueue', message, alice.token).catch(() => undefined);
      if (answer?.status !== 200) return answer?.body.code;
      stored.push(answer.body.seq);
    }
  };
  const sending = Promise.all(Array.from({ length: 8 }, sendOn));

  const endedAt = first.ended.then(() => Date.now());
  const second = await serverProcess(t, { ...env, GATEHOUSE_TAKE_OVER: 'true' });
  t.strictSame(await first.ended, [4, null]);
  const line = first.log.find((line) =>
    /^ending, because another server has taken the store in .+ \(process \d+/.test(line),
  );
  const ms = (await endedAt) - takenAt(line!);
  t.ok(ms < endsMsMax, `ended ${ms} ms after the store was taken`);
  // Those without an answer are cut off.
  for (const code of await sending) if (code !== undefined) t.match(code, /^(STORAGE_UNAVAILABLE|SHUTTING_DOWN)$/);

  const found = await fetchedSeqs(second.url, channelId, bob.token);
  const lost = stored.filter((seq) => !found.has(seq));
  t.ok(stored.length > 0, `${stored.length} acknowledged, ${lost.length} lost`);
  t.strictSame(lost, []);
  t.equal(new Set(stored).size, stored.length, 'no number was given twice');
  second.signal('SIGTERM');
  t.strictSame(await second.ended, [0, null]);
  await t.rejects(access(join(data, 'server.lock')), 'the second had the lock, and has released it');
  await t.rejects(access(join(data, 'store', 'beat')));
});

t.test('a second server on this machine is refused at once, with the way to take over', async (t) => {
  const { env } = await environment(t);
  const first = await serverProcess(t, env);
  const second = spawnServer(t, env);
  const [said, [code]] = await Promise.all([text(second.stderr!), once(second, 'exit')]);
  t.equal(code, 1);
  t.match(said, /^gatehouse: the data folder is in use by process \d+ \(.+\): stop .+ --take-over, which ends it\n$/);
  first.signal('SIGTERM');
  t.strictSame(await first.ended, [0, null]);
});

t.test(
  'a server in another namespace waits, is refused, and starts once the first was killed',
  needsNamespaces,
  async (t) => {
    const { data, env } = await environment(t);
    const first = await serverProcess(t, env);
    const { pid } = await holderOf(data);
    const second = spawnServer(t, env, [], inNamespace);
    const [log, said, [code]] = await Promise.all([text(second.stdout!), text(second.stderr!), once(second, 'exit')]);
    t.equal(code, 1);
    t.match(log, /waiting up to 10 s, because another server/);
    t.match(said, /^gatehouse: another server \(process \d+, .+\) uses the store in .+ --take-over, which ends it\n$/);
    t.equal((await holderOf(data)).pid, pid, 'the lock is still that of the first');
    t.equal((await fetch(`${first.url}/livez`)).status, 200);
    first.signal('SIGKILL');
    await first.ended;
    const third = spawnServer(t, env, [], inNamespace);
    let output = '';
    for await (const chunk of third.stdout!) {
      output += chunk;
      if (output.includes('operators: ')) break;
    }
    t.match(output, /waiting up to 10 s, .+clients: /s);
    t.not((await holderOf(data)).pid, pid);
  },
);
