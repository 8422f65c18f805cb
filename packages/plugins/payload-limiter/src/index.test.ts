// Tests which payloads pass, and the reasons for refusing others.

import { readFile } from 'node:fs/promises';
import { Continue, type PluginContext, Reject } from '@gatehouse/plugin-api';
import t from 'tap';
import limiter, { type Config } from './index.js';

const ask = (payloadLen: number, config: Config) =>
  limiter.onMessageEnqueue?.({ recipientKey: new Uint8Array(32), channelId: new Uint8Array(16), payloadLen, seq: 1n }, {
    config,
  } as PluginContext<Config>);

t.test('a payload of exactly the limit passes', async (t) => {
  t.equal(ask(100, { maxBytes: 100 }), Continue);
});

t.test('a payload over the limit is refused, with both numbers in the reason', async (t) => {
  t.same(ask(101, { maxBytes: 100 }), Reject('payload too large: 101 > 100 bytes'));
});

t.test('a limit of 0 lets only empty payloads pass', async (t) => {
  t.equal(ask(0, { maxBytes: 0 }), Continue);
  t.same(ask(1, { maxBytes: 0 }), Reject('payload too large: 1 > 0 bytes'));
});

t.test('without an operator the limit is 64 KiB', async (t) => {
  const manifest = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
  t.same(manifest.gatehouse.config.defaults, { maxBytes: 65_536 });
});
