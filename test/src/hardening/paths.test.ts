// The paths in Node's flags: none inside of another, as that ends the process on older Nodes.

import { canBeFlag, isInside, withoutInner } from '@gatehouse/host/internal/contract/flag-paths';
import fc from 'fast-check';
import t from 'tap';

const segment = fc.constantFrom('a', 'ab', 'b', 'node_modules', '.pnpm', 'a+b@1.0.0');
const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => `/${segments.join('/')}`);

t.test('no path is left inside of another, and each is still covered by one', async () => {
  fc.assert(
    fc.property(fc.array(path), (paths) => {
      const left = withoutInner(paths);
      const apart = left.every((one, i) => left.every((other, j) => i === j || !isInside(one, other)));
      return apart && paths.every((one) => left.some((other) => isInside(one, other)));
    }),
  );
});

t.test('a folder whose name begins like another one does not lie in it', async (t) => {
  t.same(withoutInner(['/plugins/a', '/plugins/ab', '/plugins/a/b', '/plugins/a']), ['/plugins/a', '/plugins/ab']);
  t.ok(isInside('/x', '/'));
});

t.test('a path that Node would take for a pattern, or for two, is no path for a flag', async (t) => {
  t.same(['/a*', '/a,b', '/a b', '/a-b'].map(canBeFlag), [false, false, true, true]);
});
