// The results as tables: what must be reached first of all, then each section's own.

import { goals, isMet } from '../goals.js';
import type { Results } from '../results.js';
import { gaps, peers } from '../sections/gate.js';
import { connections, wayNames } from '../sections/server.js';
import { formatNumber, type Table } from './table.js';

export function tablesOf(results: Results): Table[] {
  const tables = [
    hotTable(results),
    gapTable(results, 'gate.', 'on all CPUs'),
    gapTable(results, 'gate.one-cpu.', 'on one CPU'),
    serverTable(results),
    otherTable(results),
    goalTable(results),
  ];
  return tables.filter(({ rows }) => rows.length > 0);
}

function hotTable(results: Results): Table {
  const figure = (name: string, of: string) => results.get(`gate.${name}.gap-0.${of}`)?.value;
  const rows = ['ours', 'raw-spin', 'raw-park', ...peers]
    .filter((name) => figure(name, 'p50') !== undefined)
    .map((name) => [
      name,
      ...['p50', 'p99', 'mean'].map((of) => formatNumber(figure(name, of))),
      formatNumber(figure(name, 'p50')! / figure('ours', 'p50')!),
    ]);
  return { title: 'One gate call after the other, µs', columns: ['', 'p50', 'p99', 'mean', 'p50 over ours'], rows };
}

function gapTable(results: Results, prefix: string, where: string): Table {
  const labels = [...gaps.map((gap) => `gap-${gap}`), ...gaps.map((gap) => `busy-gap-${gap}`)];
  const rows = labels
    .filter((label) => results.get(`${prefix}${label}.vs-raw-park`) !== undefined)
    .map((label) => {
      const figure = (name: string) => formatNumber(results.get(`${prefix}${name}`)?.value);
      return [
        label.replaceAll('-', ' '),
        figure(`raw-spin.${label}.p50`),
        ...['raw-park', 'ours'].flatMap((who) => ['p50', 'p99', 'mean'].map((of) => figure(`${who}.${label}.${of}`))),
        formatNumber(results.get(`${prefix}${label}.vs-raw-park`)?.ratio),
      ];
    });
  const columns = ['', 'raw spin p50', 'raw park p50', 'p99', 'mean', 'ours p50', 'p99', 'mean', 'mean vs raw park'];
  return { title: `One gate call with gaps between (µs), ${where}, µs`, columns, rows };
}

function serverTable(results: Results): Table {
  const rows = wayNames
    .map((way) => [way, ...connections.map((count) => serverCell(results, way, count))])
    .filter(([, ...cells]) => cells.some((cell) => cell !== ''));
  const columns = ['connections', ...connections.map(String)];
  return { title: 'Saturated server, requests/s and share of the server without plugins', columns, rows };
}

function serverCell(results: Results, way: string, count: number): string {
  const of = (name: string) => results.get(`server.${name}.c${count}`)?.value;
  const perSecond = of(way);
  if (perSecond === undefined) return '';
  return `${formatNumber(perSecond)}  ${(perSecond / of('none')!).toFixed(2)}`;
}

/** What stands in no other table. */
function otherTable(results: Results): Table {
  const rows = results.list
    .filter(({ name }) => !/^(gate|server\.(?!fetch-wait|goodput|newcomers))\b/.test(name))
    .map(({ name, value, unit, baseline, ratio }) => [
      name,
      formatNumber(value),
      unit,
      formatNumber(baseline),
      formatNumber(ratio),
    ]);
  return { title: 'Observers, batches, plugins', columns: ['', 'value', 'unit', 'baseline', 'ratio'], rows };
}

function goalTable(results: Results): Table {
  const rows = goals.flatMap((goal) => {
    const result = results.get(goal.name);
    if (result === undefined) return [];
    const bound = goal.least === undefined ? `≤ ${goal.most}` : `≥ ${goal.least}`;
    const figure = goal.of === 'value' ? result.value : result.ratio;
    const { value, unit, baseline } = result;
    const measured = [`${formatNumber(value)} ${unit}`, formatNumber(baseline), formatNumber(figure)];
    return [[goal.name, ...measured, bound, isMet(goal, result) ? 'yes' : 'NO']];
  });
  return { title: 'Must reach', columns: ['', 'measured', 'compared with', 'figure', 'goal', 'met'], rows };
}
