// The four plugins of the soak, and what each message should come to.

export const cast = [
  { name: 'steady-first', program: 'steady', config: { by: 100, rest: 7 } },
  { name: 'fickle-one', program: 'fails-at-random', config: {} },
  { name: 'fickle-two', program: 'fails-at-random', config: {} },
  { name: 'steady-last', program: 'steady', config: { by: 10, rest: 3 } },
];

export const isSteady = (name) => name.startsWith('steady');

const refuses = ({ config: { by, rest } }, payloadLen) => payloadLen % by === rest;

/**
 * What is wrong with a decision, in a word; undefined when nothing is. A steady plugin's word counts wherever it came
 * to speak; a fickle one may refuse any message, but only by that message's own number.
 */
export function objectionTo(decision, { payloadLen, seq }) {
  const { action, plugin, reason = '', cause } = decision;
  const faulted = (name) => decision.faults?.some((fault) => fault.plugin === name) === true;
  if (action === 'reject' && cause === undefined) return ownNumber(plugin, reason, seq) ? undefined : 'another message';
  if (action === 'defer' && isSteady(plugin)) return undefined;
  if (action !== 'continue') return `${action} by ${plugin}`;
  const ignored = cast.find((one) => isSteady(one.name) && refuses(one, payloadLen) && !faulted(one.name));
  return ignored && `${ignored.name} was ignored`;
}

function ownNumber(plugin, reason, seq) {
  const own = `${plugin} ${seq}`;
  return reason === own || (!isSteady(plugin) && reason.startsWith(`${own} `));
}
