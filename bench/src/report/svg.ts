// The few shapes that the picture is made of.

export const palette = {
  ink: '#1f2933',
  faint: '#9aa5b1',
  grid: '#e4e7eb',
  ours: '#0b7285',
  other: '#adb5bd',
} as const;

export interface Point {
  readonly x: number;
  readonly y: number;
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

export interface TextStyle {
  readonly size?: number;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly fill?: string;
  readonly bold?: boolean;
}

export function text({ x, y }: Point, content: string, style: TextStyle = {}): string {
  const { size = 12, anchor = 'start', fill = palette.ink, bold = false } = style;
  const weight = bold ? ' font-weight="600"' : '';
  return `<text x="${x}" y="${y}" font-size="${size}" text-anchor="${anchor}" fill="${fill}"${weight}>${escaped(content)}</text>`;
}

export function bar({ x, y }: Point, width: number, height: number, fill: string): string {
  return `<rect x="${x}" y="${y}" width="${Math.max(width, 1).toFixed(1)}" height="${height}" rx="2" fill="${fill}"/>`;
}

export function line(from: Point, to: Point, stroke: string): string {
  return `<line x1="${from.x}" y1="${from.y}" x2="${to.x}" y2="${to.y}" stroke="${stroke}"/>`;
}

export function curve(points: readonly Point[], stroke: string): string {
  const path = points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');
  const dots = points.map(({ x, y }) => `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="3" fill="${stroke}"/>`);
  return `<polyline points="${path}" fill="none" stroke="${stroke}" stroke-width="2"/>${dots.join('')}`;
}

export function picture(width: number, height: number, shapes: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...shapes,
    '</svg>\n',
  ].join('\n');
}
