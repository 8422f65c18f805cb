// The table of faults and the document that is made of it: nothing is left out, and what is written can be read back.

import { existsSync, readFileSync } from 'node:fs';
import t from 'tap';

interface Fault {
  readonly name: string;
  readonly plugin: string;
}

interface Verdict {
  readonly word: string;
  readonly ms: number | undefined;
  readonly notes: readonly string[];
}

type Cells = ReadonlyMap<string, ReadonlyMap<string, string>>;

interface Table {
  readonly cellOf: (verdict: Verdict) => string;
  readonly columnOf: (tier: string, major: number) => string;
  readonly readTable: (text: string) => Cells;
  readonly readVersions: (text: string) => readonly string[];
  readonly saysContained: (cell: string | undefined) => boolean;
  readonly writeDocument: (cells: Cells, made: { date: string; versions: readonly string[] }) => string;
}

const at = (path: string) => new URL(`../../../${path}`, import.meta.url);
const load = async <T>(path: string): Promise<T> => (await import(at(`test/containment/${path}`).href)) as T;

const { faults } = await load<{ readonly faults: readonly Fault[] }>('faults.mjs');
const { tiers } = await load<{ readonly tiers: readonly string[] }>('tiers.mjs');
const table = await load<Table>('run/table.mjs');

t.test('every fault has a plugin in the zoo', async (t) => {
  for (const { plugin } of faults) t.ok(existsSync(at(`test/plugins/${plugin}.mjs`)), plugin);
});

t.test('faults have names of their own, and there are as many as were asked for', async (t) => {
  t.equal(new Set(faults.map(({ name }) => name)).size, faults.length);
  t.ok(faults.length >= 45);
});

t.test('the published table has a row for every fault, and nothing else', async (t) => {
  const published = table.readTable(readFileSync(at('docs/containment.md'), 'utf8'));
  t.strictSame(
    [...published.keys()],
    faults.map(({ name }) => name),
  );
});

t.test('what is written can be read back', async (t) => {
  const column = table.columnOf(tiers[0]!, 20);
  const verdicts = [
    { word: 'contained', ms: 1.5, notes: [] },
    { word: 'not contained', ms: undefined, notes: ['the host | died'] },
    { word: 'degraded', ms: 20, notes: ['one', 'two'] },
  ];
  const cells = new Map(verdicts.map((verdict, i) => [faults[i]!.name, new Map([[column, table.cellOf(verdict)]])]));
  const text = table.writeDocument(cells, { date: '2001-02-03', versions: ['v20.1.2', 'v24.3.4'] });
  const read = verdicts.map((_, i) => table.readTable(text).get(faults[i]!.name)?.get(column));
  t.strictSame(read, ['contained, 1.5 ms', '**not contained**: the host / died', 'degraded, 20 ms: one; two']);
  t.strictSame(read.map(table.saysContained), [true, false, false]);
  t.strictSame(table.readVersions(text), ['v20.1.2', 'v24.3.4']);
  t.equal(table.readTable(text).get(faults[3]!.name)?.get(column), 'not run');
});
