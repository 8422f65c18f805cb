// A gate: takes mail for the domains of this server alone, and none that looks like a trick.

import { Continue, Reject } from '@gatehouse/plugin-api';
import { mail } from 'mail-hooks';

/** The reply of a server for whose domain there is no mail (RFC 7504). */
const noMailForDomain = 556;

/** @typedef {{ readonly domains: readonly string[] }} Config as the schema in package.json defines it */

export default mail.definePlugin({
  onRecipient({ to }, { config }) {
    const { domains } = /** @type {Config} */ (config);
    const domain = to.slice(to.lastIndexOf('@') + 1).toLowerCase();
    return domains.includes(domain)
      ? Continue
      : Reject(`there is no mail for ${domain} here`, { code: noMailForDomain });
  },
});
