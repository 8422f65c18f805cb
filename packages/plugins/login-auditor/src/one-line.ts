// Foreign text inside of a log line: bounded, and without anything that could end the line or the quotes around it.

const longest = 64;

/** What a terminal or a reader of logs may act on: control and format characters, separators of lines, halves of pairs. */
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}'\\]/gu;

export function oneLine(text: string): string {
  const start = text.slice(0, longest);
  return start.replace(unsafe, escaped) + (text.length > longest ? '…' : '');
}

function escaped(character: string): string {
  if (character === "'" || character === '\\') return `\\${character}`;
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}
