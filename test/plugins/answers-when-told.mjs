// Answers messages only once it is told of a fetch, each with a Reject that names its length; others pass.

import { Reject } from '@gatehouse/plugin-api';
import { whenAsked } from './trigger.mjs';

const waiting = [];

function answerAll(_event, { log }) {
  for (const answer of waiting.splice(0)) answer();
  // A timer comes after all that the answers set off, so the verdicts stand when this is read.
  setTimeout(() => log.info('answered'));
}

export default whenAsked(
  (_context, { payloadLen }) => new Promise((resolve) => waiting.push(() => resolve(Reject(`late: ${payloadLen}`)))),
  { onFetch: answerAll },
);
