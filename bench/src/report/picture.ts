// The picture of a run: how long one gate call takes, and what the gate leaves of a saturated server.

import type { Results } from '../results.js';
import { gaps, peers } from '../sections/gate.js';
import { connections, wayNames } from '../sections/server.js';
import { type Bar, barPanel, type Curve, curvePanel, type Panel, width } from './panels.js';
import { palette, picture } from './svg.js';
import { formatNumber } from './table.js';

/** Undefined when there is nothing to draw. */
export function pictureOf(results: Results): string | undefined {
  const panels = [
    ...hotPanel(results),
    ...gapPanel(results, 'gate.', 'on all CPUs'),
    ...gapPanel(results, 'gate.one-cpu.', 'both threads on one CPU'),
    ...connections.toReversed().flatMap((count) => serverPanel(results, count)),
  ];
  if (panels.length === 0) return undefined;
  let y = 0;
  const shapes = panels.flatMap((panel) => {
    const drawn = panel.draw(y);
    y += panel.height;
    return drawn;
  });
  return picture(width, y, shapes);
}

function hotPanel(results: Results): Panel[] {
  const bars = ['raw-spin', 'ours', 'raw-park', ...peers].flatMap<Bar>((label) => {
    const value = results.get(`gate.${label}.gap-0.p50`)?.value;
    if (value === undefined) return [];
    return [{ label, value, note: `${formatNumber(value)} µs`, isOurs: label === 'ours' }];
  });
  return bars.length === 0 ? [] : [barPanel('One gate call after the other, p50, logarithmic', bars, 'log')];
}

const drawn = [
  { name: 'raw-park', label: 'raw, parked', color: '#868e96' },
  { name: 'ours', label: 'ours', color: palette.ours },
];

function gapPanel(results: Results, prefix: string, where: string): Panel[] {
  const measured = gaps.filter((gap) => results.get(`${prefix}gap-${gap}.vs-raw-park`) !== undefined);
  if (measured.length === 0) return [];
  const curves = drawn.map<Curve>(({ name, label, color }) => ({
    label,
    color,
    values: measured.map((gap) => results.get(`${prefix}${name}.gap-${gap}.mean`)!.value),
  }));
  const places = measured.map((gap) => `${formatNumber(gap)} µs`);
  return [curvePanel(`One gate call, mean, by the gap between calls, ${where}`, places, curves)];
}

function serverPanel(results: Results, count: number): Panel[] {
  const none = results.get(`server.none.c${count}`)?.value;
  if (none === undefined) return [];
  const bars = wayNames.flatMap<Bar>((label) => {
    const value = results.get(`server.${label}.c${count}`)?.value;
    if (value === undefined) return [];
    const note = `${formatNumber(value)}/s, ${(value / none).toFixed(2)}`;
    return [{ label, value, note, isOurs: label === 'one-plugin' }];
  });
  return [barPanel(`Saturated server, ${count} connection${count === 1 ? '' : 's'}, requests/s`, bars, 'linear')];
}
