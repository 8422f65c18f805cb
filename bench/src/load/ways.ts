// The ways in which the server is driven, and what is told of each.

import type { Fixture } from '../hosting.js';

export interface Way {
  readonly name: string;
  readonly plugins?: Partial<Record<Fixture, number>>;
  readonly color: string;
}

export const ways: readonly Way[] = [
  { name: 'none', color: '#868e96' },
  { name: 'one-plugin', plugins: { allow: 1 }, color: '#0b7285' },
  { name: 'three-plugins', plugins: { allow: 3 }, color: '#5f3dc4' },
  { name: 'one-crashing', plugins: { crash: 1 }, color: '#c92a2a' },
];

/** With their units, in the order of the table. */
export const figures = {
  throughput: 'messages/s',
  p50: 'ms',
  p99: 'ms',
  'p99.9': 'ms',
  refused: 'requests',
  failed: 'messages',
  lost: 'messages',
  twice: 'messages',
  'other-work': 'percent',
} as const;

export type Figure = keyof typeof figures;

export const figureNames = Object.keys(figures) as Figure[];

export const nameOf = (way: Way, figure: Figure) => `load.${way.name}.${figure}`;
