// Throws in its observers: at once, or later, as the event says. It logs all other logins.

import { answering, deedOf } from './trigger.mjs';

function trap() {
  throw new Error('in then');
}

const deeds = {
  misbehave() {
    throw new Error('at once');
  },
  later: () => Promise.reject(new Error('later')),
  null() {
    throw null;
  },
  thenable: () => Object.defineProperty({}, 'then', { value: trap }),
};

const onAny = (event) => deeds[deedOf(event)]?.();

export default answering({
  onBatchEnqueue: onAny,
  onAuth: (event, { log }) => onAny(event) ?? log.info(`${event.username} was fine`),
  onChannelCreated: onAny,
  onFetch: onAny,
  onUserRegistered: onAny,
});
