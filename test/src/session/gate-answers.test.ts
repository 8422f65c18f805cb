// What a session makes of what its plugin answers to a gate call.

import { verdict } from '@gatehouse/host/internal/channel/index';
import t from 'tap';
import { message } from '../support/events.js';
import { deedsOf, provoking } from '../support/misbehaviours.js';
import { serving } from '../support/open-session.js';

t.test('Continue and Reject(reason) are verdicts, message by message', async (t) => {
  const opened = await serving(t, 'rejects', { max: 10 });
  const answers = await opened.ask('onMessageEnqueue', message(11), message(10), message(99));
  t.match(answers, [
    { kind: verdict.REJECT, text: '11 > 10', truncated: false },
    { kind: verdict.CONTINUE },
    { kind: verdict.REJECT, text: '99 > 10' },
  ]);
  await opened.control.stop();
});

t.test('a reason that is too long is cut and marked', async (t) => {
  const opened = await serving(t, 'gives-a-reason-of-10-mb');
  const answers = await opened.ask('onMessageEnqueue', provoking());
  t.match(answers, [{ kind: verdict.REJECT, text: 'é'.repeat(512), truncated: true }]);
  await opened.control.stop();
});

t.test('answers that come later are each put to their own message', async (t) => {
  const opened = await serving(t, 'answers-later');
  for (let round = 0; round < 3; round++) {
    const events = [message(9), message(107), provoking(message(13)), message(3), message(101), message(0)];
    const answers = await opened.ask('onMessageEnqueue', ...events);
    t.match(answers, [
      { kind: verdict.CONTINUE },
      { kind: verdict.REJECT, text: 'too long: 107' },
      { kind: verdict.THREW, text: /later/ },
      { kind: verdict.CONTINUE },
      { kind: verdict.REJECT, text: 'too long: 101' },
      { kind: verdict.CONTINUE },
    ]);
  }
  await opened.control.stop();
});

t.test('what is no action is a bad verdict that says what it was', async (t) => {
  const opened = await serving(t, 'answers-nonsense');
  const deeds = await deedsOf('answers-nonsense');
  const events = deeds.map((deed) => provoking(message(), deed));
  const answers = await opened.ask('onMessageEnqueue', ...events);
  t.ok(answers.length >= 14 && answers.every(({ kind }) => kind === verdict.BAD), JSON.stringify(answers));
  const words = Object.fromEntries(deeds.map((deed, i) => [deed, answers[i]?.text]));
  const expected = 'a gate handler has to return Continue, Reject(reason) or Defer(reason)';
  t.match(words, {
    nothing: `answered nothing (undefined): ${expected}`,
    text: `answered the text "continue": ${expected}`,
    function: `answered a function: call it, as in Reject(reason); ${expected}`,
    list: `answered an array: ${expected}`,
    object: `answered an object with the keys [], and no action: ${expected}`,
    action: `answered an object whose action is "allow", which is none: ${expected}`,
    capital: 'answered an object whose action is "Reject", did you mean "reject"?',
    reasonless: 'answered a Reject, and its reason is undefined: it has to be text',
    reason: 'answered a Reject, and its reason is an object: it has to be text',
    timeless: 'answered a Defer, and its retryAfterMs is "soon": it has to be whole ms, at most a day',
    endless: /^answered a Defer, and its retryAfterMs is .*: it has to be whole ms, at most a day/,
    halved: /^answered a Defer, and its retryAfterMs is/,
    wordless: 'answered a Defer, and its reason is undefined: it has to be text',
    loaded: 'answered a Reject with data that is wrong: the table of hooks declares none for it',
    past: /^TypeError: Defer: retryAfterMs has to be from 0 to 86400000, and is -1 \(at .*answers-nonsense\.mjs:\d+/,
    deferred: /^TypeError: Defer\(reason\): the reason has to be text, and is number \(at .*answers-nonsense/,
    numbered: /^TypeError: Reject\(reason\): the reason has to be text, and is number \(at .*answers-nonsense\.mjs:\d+/,
  });
  await opened.control.stop();
});

t.test('an answer that acts when it is looked at harms nothing, and the call still ends', async (t) => {
  const opened = await serving(t, 'answers-traps');
  const deeds = await deedsOf('answers-traps');
  const events = [...deeds.map((deed) => provoking(message(), deed)), message()];
  for (const round of [1, 2]) {
    const answers = await opened.ask('onMessageEnqueue', ...events);
    t.same(
      answers.map(({ kind, text }) => (kind === verdict.REJECT ? text : kind)),
      [
        verdict.THREW,
        verdict.THREW,
        verdict.THREW,
        verdict.THREW,
        verdict.THREW,
        verdict.THREW,
        'first',
        'nested',
        verdict.CONTINUE,
      ],
      `round ${round}`,
    );
  }
  await opened.control.stop();
});

t.test('whatever is thrown is a fault of that message alone', async (t) => {
  const opened = await serving(t, 'throws-in-gate');
  const deeds = await deedsOf('throws-in-gate');
  const events = [...deeds.map((deed) => provoking(message(), deed)), message()];
  const answers = await opened.ask('onMessageEnqueue', ...events);
  t.ok(deeds.length >= 11 && answers.slice(0, -1).every(({ kind }) => kind === verdict.THREW), JSON.stringify(answers));
  t.equal(answers.at(-1)?.kind, verdict.CONTINUE);
  t.match(answers[0]?.text, /^TypeError: no such thing \(at .*throws-in-gate\.mjs:\d+/);
  t.equal(answers[deeds.indexOf('null')]?.text, 'threw null');
  t.equal(answers[deeds.indexOf('text')]?.text, 'threw text');
  const object = 'threw an object that is no Error, with the';
  t.equal(answers[deeds.indexOf('object')]?.text, `${object} message "a plain object"`);
  t.equal(answers[deeds.indexOf('keys')]?.text, `${object} keys [code, why]`);
  await opened.control.stop();
});

t.test('a call for a hook without a handler is answered as undecided, never as Continue', async (t) => {
  const opened = await serving(t, 'observes');
  const answers = await opened.ask('onMessageEnqueue', message(1), message(2));
  t.match(answers, [
    { kind: verdict.UNDECIDED, text: 'the session has no handler for the hook of the call' },
    { kind: verdict.UNDECIDED },
  ]);
  await opened.control.stop();
});

for (const [what, bytes] of [
  ['too short', new Uint8Array(4)],
  ['too long', new Uint8Array(2000)],
] as const) {
  t.test(`a call with a frame that is ${what} is undecided as a whole, at once or later`, async (t) => {
    for (const fixture of ['continues', 'answers-later']) {
      const opened = await serving(t, fixture);
      const answers = await opened.askBytes('onMessageEnqueue', message(1), bytes, message(2));
      t.match(answers, [{ kind: verdict.UNDECIDED }, { kind: verdict.UNDECIDED }, { kind: verdict.UNDECIDED }]);
      t.match(await opened.ask('onMessageEnqueue', message(2)), [{ kind: verdict.CONTINUE }], 'and the next is asked');
      await opened.control.stop();
    }
  });
}
