// What faulty plugins have in common: they behave until a message or a fetch of a certain length comes.

import { Continue, definePlugin, Reject } from '@gatehouse/plugin-api';

/** The length of the message, and the count of the fetch, that sets a fault off. */
const trigger = 666;

let confession;

/** From now on every answer says what the plugin got away with. */
export function confess(misdeed) {
  confession = `done: ${misdeed}`;
}

const answer = () => (confession === undefined ? Continue : Reject(confession));

/** A plugin that does `act` when it is asked about the message; unless that returns something, it continues. */
export function atGate(act, plugin = {}) {
  return definePlugin({
    onMessageEnqueue: (event, context) => (event.payloadLen === trigger ? act(context) : answer()),
    ...plugin,
  });
}

/** The same, and whatever `act` returns it continues. */
export function behind(act, plugin) {
  return atGate((context) => {
    act(context);
    return Continue;
  }, plugin);
}

/** A plugin that does `act` when it is told of the fetch. */
export function atFetch(act) {
  return definePlugin({
    onMessageEnqueue: answer,
    onFetch: ({ messageCount }, context) => (messageCount === trigger ? act(context) : undefined),
  });
}

/** A plugin that tries what it should not be able to do, and says how that went: `act` returns what it got away with. */
export function attempting(act) {
  return atGate(async (context) => {
    try {
      const misdeed = await act(context);
      if (misdeed === undefined) return Reject('refused: it came to nothing');
      // Said later too, as this answer may come too late to be heard.
      confess(misdeed);
      return answer();
    } catch (error) {
      return Reject(`refused: ${error.message}`);
    }
  });
}

/** A plugin that answers like any other, and does something in its life besides. */
export function living(plugin) {
  return definePlugin({ onMessageEnqueue: answer, ...plugin });
}
