// A gate: refuses entries with too many links, or without words.

import { Continue, Reject } from '@gatehouse/plugin-api';
import { guestbook } from 'guestbook-hooks';

/** @typedef {{ readonly linksMax: number }} Config as the schema in package.json defines it */

export default guestbook.definePlugin({
  onEntry({ words }, { config }) {
    if (words.trim() === '') return Reject('an entry has words');
    const { linksMax } = /** @type {Config} */ (config);
    const links = words.match(/https?:\/\//gi)?.length ?? 0;
    return links <= linksMax ? Continue : Reject(`an entry has at most ${linksMax} link${linksMax === 1 ? '' : 's'}`);
  },
});
