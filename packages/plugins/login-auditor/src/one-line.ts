// Makes foreign text safe inside a log line: bounded, and unable to end the line or the quotes around it.

const longest = 64;

/** Characters with an effect on a terminal or log reader: control, format, line separators, lone surrogates. */
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}'\\]/gu;

export function oneLine(text: string): string {
  const start = text.slice(0, longest);
  return start.replace(unsafe, escaped) + (text.length > longest ? '…' : '');
}

function escaped(character: string): string {
  if (character === "'" || character === '\\') return `\\${character}`;
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}
