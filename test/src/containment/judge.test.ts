// What a run of a fault comes to, by what was seen in it.

import t from 'tap';

interface Verdict {
  readonly word: string;
  readonly ms: number | undefined;
  readonly notes: readonly string[];
}

interface Judge {
  readonly judge: (fault: object, outcome: object) => Verdict;
}

const { judge } = (await import(new URL('../../containment/run/judge.mjs', import.meta.url).href)) as Judge;

const fault = { name: 'throws', at: 'gate' };

/** A run in which all went well. */
const well = {
  stages: ['opened', 'set off', 'report', 'closed'],
  stage: 'closed',
  end: 'closed',
  ms: 3.14,
  longestCall: 5,
  longestLag: 5,
  longestLook: 5,
  missed: 0,
  wrong: [],
  state: 'ready',
  reason: '',
  named: { causes: { threw: 1 }, crashes: 0, observerErrors: 0, warnings: [] },
  innocent: { state: 'ready', lost: 0 },
  settledAs: 'serves',
  closeMs: 20,
};

const of = (more: object, row: object = fault) => judge(row, { ...well, ...more });

t.test('where nobody suffers, a fault is contained', async (t) => {
  t.strictSame(of({}), { word: 'contained', ms: 3.1, notes: [] });
});

t.test('a host that dies or hangs does not contain', async (t) => {
  const died = judge(fault, { stages: ['opened', 'set off'], stage: 'set off', end: 'the host hung' });
  t.strictSame(died, { word: 'not contained', ms: undefined, notes: ['the host hung'] });
  const closing = of({ end: 'the host was ended by signal 6', stage: 'report' });
  t.strictSame(closing.notes, ['the host was ended by signal 6 as it closed']);
});

t.test('a run that did not come to its fault shows nothing', async (t) => {
  t.equal(judge(fault, { stages: ['opened'], stage: 'opened', end: 'the host hung' }).word, 'not contained');
});

t.test('a misdeed, a wrong decision and a call without end are not contained', async (t) => {
  for (const breach of [
    { misdeed: 'read a secret' },
    { wrong: ['7: {}'] },
    { longestCall: 5000 },
    { polluted: 'yes' },
  ]) {
    t.equal(of(breach).word, 'not contained');
  }
});

t.test('whatever others suffer for a while makes it degraded, and is said', async (t) => {
  const harms = [
    { longestCall: 300 },
    { longestLag: 300 },
    { longestLook: 3000 },
    { missed: 1 },
    { innocent: { state: 'restarting', lost: 0 } },
    { innocent: { state: 'ready', lost: 1 } },
    { bystanderMs: 3000 },
    { settledAs: 'not settled' },
    { state: 'failed' },
    { closeMs: 10_000 },
  ];
  for (const harm of harms) {
    const { word, notes } = of(harm);
    t.equal(word, 'degraded', JSON.stringify(harm));
    t.equal(notes.length, 1);
  }
});

t.test('somebody has to be named, unless nothing happened to anybody', async (t) => {
  const nobody = { named: { causes: {}, crashes: 0, observerErrors: 0, warnings: [] } };
  t.strictSame(of(nobody).notes, ['nobody was named']);
  t.equal(of(nobody, { ...fault, isQuiet: true }).word, 'contained');
  const refused = {
    ...nobody,
    decision: { plugin: 'faulty', reason: { length: 9, start: 'refused: no' }, isText: true },
  };
  t.equal(of(refused).word, 'contained');
});
