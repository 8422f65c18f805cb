// Payloads that bear a message's name, and show when a byte of them is missing or another's.

const letters = 'abcdefghijklmnopqrstuvwxyz';

/** As the wire has it. Names have no blanks. */
export function payloadOf(id: string, bytes: number): string {
  return Buffer.from(textOf(id, bytes)).toString('base64url');
}

/** The name of the message; of one that is not whole, a name that nobody gave. */
export function idOf(payload: string): string {
  const text = Buffer.from(payload, 'base64url').toString();
  const [id = ''] = text.split(' ', 1);
  return text === textOf(id, text.length) ? id : `damaged: ${text.slice(0, 80)}`;
}

function textOf(id: string, bytes: number): string {
  return `${id} `.padEnd(bytes, `${id} ${letters}`);
}
