// Grants as options, and what comes of them together with what a plugin asks for.

import type { Grants } from '@gatehouse/host';
import { noPermissions, permissionWords, refusedOf } from '@gatehouse/host/internal/contract/permissions';
import { checkOptions } from '@gatehouse/host/internal/options/check-options';
import { grantedOf } from '@gatehouse/host/internal/plugins/grants';
import t from 'tap';
import { openHost } from '../support/open-host.js';

const asked = { ...noPermissions, read: ['/etc/hosts', '/srv/a', '/srv/ab'], network: true, env: ['LANG', 'TZ'] };

t.test('without a grant there is nothing', async (t) => {
  t.same(grantedOf(asked), noPermissions);
});

t.test('what is granted is what both name, and a folder stands for what lies in it', async (t) => {
  const granted = grantedOf(asked, { read: ['/etc', '/srv/a'], addons: true, env: ['TZ', 'HOME'] });
  t.same(granted, { ...noPermissions, read: ['/etc/hosts', '/srv/a'], env: ['TZ'] });
  t.same(refusedOf(asked, granted), ['read /srv/ab', 'network', 'env LANG']);
});

t.test('of files and folders, a plugin may read what lies in both an asked and a granted path', async (t) => {
  const readOf = (asks: readonly string[], read: readonly string[]) =>
    grantedOf({ ...noPermissions, read: asks }, { read }).read;
  t.same(readOf(['/'], ['/srv/lists']), ['/srv/lists'], 'asks for more than is granted');
  t.same(readOf(['/srv/lists/a'], ['/srv']), ['/srv/lists/a'], 'is granted more than it asks for');
  t.same(readOf(['/srv/lists'], ['/srv/lists']), ['/srv/lists'], 'both name the same');
  t.same(readOf(['/srv/', '/etc/hosts'], ['/etc', '/srv/a', '/srv/b']), ['/etc/hosts', '/srv/a', '/srv/b']);
  t.same(readOf(['/srv/list'], ['/srv/lists', '/usr']), [], 'a common beginning is no folder');
  t.same(readOf(['/srv/../etc'], ['/srv']), [], 'a path that leads back out does not lie in it');
});

t.test('a path that is granted in part is refused with the exception of that part', async (t) => {
  const asks = { ...noPermissions, read: ['/', '/srv/lists/a', '/etc/'] };
  t.same(refusedOf(asks, grantedOf(asks, { read: ['/srv/lists', '/etc'] })), ['read / except /etc/, /srv/lists']);
});

t.test("'as-asked' is all of it", async (t) => {
  t.same(permissionWords(grantedOf(asked, 'as-asked')), permissionWords(asked));
});

const wrong: readonly (readonly [title: string, grants: unknown, message: RegExp])[] = [
  ['no object', 'all', /grants: expected an object/],
  ['a mistyped permission', { a: { networks: true } }, /grants\.a\.networks: unknown key, did you mean "network"\?/],
  [
    'a relative path',
    { a: { read: ['data'] } },
    /grants\.a\.read\[0\]: expected an absolute path \(such as \/srv\/lists\) .*got "data"/,
  ],
  ['a pattern', { a: { read: ['/srv/*'] } }, /grants\.a\.read\[0\]/],
  ['another word', { a: 'all' }, /grants\.a: expected an object, got "all"/],
];

for (const [title, grants, message] of wrong) {
  t.test(`grants with ${title} are refused`, async (t) => {
    t.throws(() => checkOptions({ plugins: [], grants: grants as Grants }), { code: 'OPTIONS_INVALID', message });
  });
}

t.test('an isolation that there is not, or a priority that there is not, is refused', async (t) => {
  const isolation = { continues: 'prison' as 'thread' };
  await t.rejects(openHost(t, {}, { isolation }), {
    message: /isolation\.continues: expected one of thread, hardened-thread, process, got 'prison'/,
  });
  await t.rejects(openHost(t, {}, { niceness: { gate: 20 } }), {
    message: /niceness.gate: expected a whole number from 0 to 19/,
  });
});

t.test('without a folder for data nobody gets one, whatever was granted', async (t) => {
  const permissions = { data: true };
  const { host } = await openHost(t, { continues: { permissions } }, { grants: { continues: 'as-asked' } });
  t.match(await host.get('continues'), { state: 'ready', permissions: { granted: [], refused: ['data'] } });
});
