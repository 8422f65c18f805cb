// The panels of the picture: bars for the peers and for the server, curves for the gaps.

import { bar, curve, line, type Point, palette, text } from './svg.js';
import { formatNumber } from './table.js';

export interface Panel {
  readonly height: number;
  /** The panel's shapes with its upper left corner at (0, `y`). */
  draw(y: number): readonly string[];
}

export const width = 760;
const labelWidth = 170;
const plotWidth = width - labelWidth - 130;
const rowHeight = 24;
const titleHeight = 44;

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** What stands behind the bar. */
  readonly note: string;
  readonly isOurs: boolean;
}

/** Horizontal bars; on a logarithmic scale where the values lie far apart. */
export function barPanel(title: string, bars: readonly Bar[], scale: 'linear' | 'log'): Panel {
  const most = Math.max(...bars.map(({ value }) => value));
  const least = Math.min(...bars.map(({ value }) => value)) / 2;
  const lengthOf = (value: number) =>
    plotWidth * (scale === 'linear' ? value / most : Math.log(value / least) / Math.log(most / least));
  return {
    height: titleHeight + bars.length * rowHeight + 20,
    draw: (top) => [
      text({ x: 20, y: top + 24 }, title, { size: 15, bold: true }),
      ...bars.flatMap(({ label, value, note, isOurs }, i) => {
        const y = top + titleHeight + i * rowHeight;
        return [
          text({ x: labelWidth - 8, y: y + 14 }, label, { anchor: 'end', bold: isOurs }),
          bar({ x: labelWidth, y: y + 2 }, lengthOf(value), rowHeight - 7, isOurs ? palette.ours : palette.other),
          text({ x: labelWidth + lengthOf(value) + 6, y: y + 14 }, note, { fill: palette.ink }),
        ];
      }),
    ],
  };
}

export interface Curve {
  readonly label: string;
  readonly color: string;
  /** Values at the places of the axis. */
  readonly values: readonly number[];
}

const curvesHeight = 220;

/** Curves over named places, on a logarithmic scale of µs. */
export function curvePanel(title: string, places: readonly string[], curves: readonly Curve[]): Panel {
  const values = curves.flatMap((one) => one.values);
  const lowest = Math.floor(Math.log10(Math.min(...values)));
  const highest = Math.max(lowest + 1, Math.ceil(Math.log10(Math.max(...values))));
  const at = (top: number, place: number, value: number): Point => ({
    x: labelWidth + (plotWidth * place) / Math.max(1, places.length - 1),
    y: top + titleHeight + curvesHeight * (1 - (Math.log10(value) - lowest) / (highest - lowest)),
  });
  const grid = (top: number) =>
    Array.from({ length: highest - lowest + 1 }, (_, i) => {
      const value = 10 ** (lowest + i);
      const { x, y } = at(top, 0, value);
      return [
        line({ x, y }, { x: x + plotWidth, y }, palette.grid),
        text({ x: x - 8, y: y + 4 }, `${formatNumber(value)} µs`, { anchor: 'end', fill: palette.faint }),
      ];
    }).flat();
  return {
    height: titleHeight + curvesHeight + 50,
    draw: (top) => [
      text({ x: 20, y: top + 24 }, title, { size: 15, bold: true }),
      ...grid(top),
      ...places.map((place, i) => {
        const { x } = at(top, i, 1);
        return text({ x, y: top + titleHeight + curvesHeight + 20 }, place, { anchor: 'middle', fill: palette.faint });
      }),
      ...curves.flatMap(({ label, color, values: own }) => {
        const points = own.map((value, place) => at(top, place, value));
        const last = points.at(-1)!;
        return [curve(points, color), text({ x: last.x + 10, y: last.y + 4 }, label, { fill: color })];
      }),
    ],
  };
}
