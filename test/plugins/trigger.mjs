// The moment at which a plugin of the zoo misbehaves: an event names the deed, and until one does, the plugin behaves.

import { Continue, definePlugin, Reject } from '@gatehouse/plugin-api';

/** The deed of a plugin that knows only one. */
export const misbehave = 'misbehave';

/** The id of the channel that names a deed: the name as text, at most 16 letters, filled up with zeros. */
export function channelOf(deed) {
  const id = new Uint8Array(16);
  new TextEncoder().encodeInto(deed, id);
  return id;
}

/** The deed that an event names: by its channel, or by the name of the user. */
export function deedOf(event) {
  const { username, channelId } = Array.isArray(event) ? { ...event[0] } : event;
  return (
    username ??
    Buffer.from(channelId ?? [])
      .toString('latin1')
      .replace(/\0+$/, '')
  );
}

/** What to do at an event, by the deeds that a plugin knows: a function does the only one, a table names several. */
function actOf(deeds, event) {
  const deed = deedOf(event);
  if (typeof deeds === 'function') return deed === misbehave ? deeds : undefined;
  return Object.hasOwn(deeds, deed) ? deeds[deed] : undefined;
}

let confession;

/** From now on every answer says what the plugin got away with. */
export function confess(misdeed) {
  confession = `done: ${misdeed}`;
}

const answer = () => (confession === undefined ? Continue : Reject(confession));

/** A plugin that misbehaves when it is asked, and answers with what that returns. */
export function whenAsked(deeds, plugin = {}) {
  return definePlugin({
    onMessageEnqueue(event, context) {
      const act = actOf(deeds, event);
      return act === undefined ? answer() : act(context, event);
    },
    ...plugin,
  });
}

/**
 * The same, and whatever it does it answers Continue; never, if it is configured with `unanswered`. Configured with
 * `atStart`, it misbehaves right after its start.
 */
export function besidesAnswering(deeds) {
  const table = typeof deeds === 'function' ? { [misbehave]: deeds } : deeds;
  const besides = (act) => (context) => {
    act(context);
    return context.config.unanswered ? new Promise(() => {}) : Continue;
  };
  const start = (context) => {
    const { atStart } = context.config;
    if (atStart !== undefined) setImmediate(table[atStart], context);
  };
  return whenAsked(Object.fromEntries(Object.entries(table).map(([deed, act]) => [deed, besides(act)])), { start });
}

/** A plugin that misbehaves when it is told of a fetch or a login. It logs all other logins. */
export function whenTold(act) {
  return definePlugin({
    onMessageEnqueue: answer,
    onFetch: (event, context) => actOf(act, event)?.(context),
    onAuth(event, context) {
      if (event.username === misbehave) return act(context);
      context.log.info(`saw ${event.username}`);
    },
  });
}

/**
 * A plugin that tries what it should not be able to do: `act` returns what it got away with. It answers "done: …" or
 * "refused: …"; configured with `rethrows`, it logs a refusal and throws it.
 */
export function attempting(act, plugin) {
  const attempt = async (context) => {
    try {
      const misdeed = await act(context);
      if (misdeed === undefined) return Reject('refused: it came to nothing');
      // In later answers too, because this one may come too late to be heard.
      confess(misdeed);
      return answer();
    } catch (error) {
      if (!context.config.rethrows) return Reject(`refused: ${error.message}`);
      context.log.warn({ caught: error.message }, 'caught');
      throw error;
    }
  };
  return whenAsked(attempt, plugin);
}

/** A plugin that answers like any other, and misbehaves at some other moment of its life. */
export function answering(plugin) {
  return definePlugin({ onMessageEnqueue: answer, ...plugin });
}
