// What a run found: a table, and a picture of throughput and latency.

import { barPanel, curvePanel, width } from '../report/panels.js';
import { picture } from '../report/svg.js';
import { formatNumber, type Table } from '../report/table.js';
import type { Results } from '../results.js';
import { type Figure, figureNames, figures, nameOf, ways } from './ways.js';

export function tableOf(results: Results): Table {
  const titles = figureNames.map((name) => (figures[name] === 'ms' ? `${name} ms` : name));
  const rows = ways.map((way) => [
    way.name,
    ...figureNames.map((figure) => formatNumber(results.get(nameOf(way, figure))?.value)),
  ]);
  return {
    title: 'The server under load: messages/s, the time to send one with its retries, and what became of them',
    columns: ['', ...titles],
    rows,
  };
}

const percentiles: readonly Figure[] = ['p50', 'p99', 'p99.9'];

export function loadPicture(results: Results): string {
  const bars = ways.map((way) => {
    const { value } = results.get(nameOf(way, 'throughput'))!;
    return { label: way.name, value, note: `${formatNumber(value)}/s`, isOurs: way.plugins !== undefined };
  });
  const curves = ways.map((way) => ({
    label: way.name,
    color: way.color,
    // The panel's scale is in µs.
    values: percentiles.map((figure) => 1000 * results.get(nameOf(way, figure))!.value),
  }));
  const throughput = barPanel('Messages stored per second', bars, 'linear');
  const latency = curvePanel('The time to send a message, with its retries', percentiles, curves);
  const shapes = [...throughput.draw(0), ...latency.draw(throughput.height)];
  return picture(width, throughput.height + latency.height, shapes);
}
