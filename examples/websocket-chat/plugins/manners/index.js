// A gate: rooms and users have plain names, and some words are not said.

import { Continue, Reject } from '@gatehouse/plugin-api';
import { chat } from 'chat-hooks';

/** @typedef {{ readonly words: readonly string[] }} Config as the schema in package.json defines it */

const nameForm = /^[a-z0-9-]{1,32}$/;

export default chat.definePlugin({
  onJoin({ room, user }) {
    if (nameForm.test(room) && nameForm.test(user)) return Continue;
    return Reject('names are made of small letters, digits and hyphens');
  },

  onSay({ words: said }, { config }) {
    const { words } = /** @type {Config} */ (config);
    const found = said
      .toLowerCase()
      .match(/\p{L}+/gu)
      ?.find((word) => words.includes(word));
    return found === undefined ? Continue : Reject(`"${found}" is not said here`);
  },
});
