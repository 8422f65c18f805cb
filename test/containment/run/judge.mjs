// What a run of a fault comes to: a word for the table, and in words why it is no better. Pure.

import { limits } from '../limits.mjs';

/** From best to worst. */
export const words = ['contained', 'degraded', 'not contained'];

/** Returns the word, the time to the decision in ms, and the notes. */
export function judge(fault, outcome) {
  const breaches = breachesOf(outcome);
  const harms = outcome.stages.includes('report') ? harmsOf(fault, outcome) : [];
  const word = breaches.length > 0 ? 'not contained' : harms.length > 0 ? 'degraded' : 'contained';
  return { word, ms: timeOf(fault, outcome), notes: [...breaches, ...harms] };
}

/** The host is down, or the plugin got what it must not get. */
function breachesOf(outcome) {
  if (!outcome.stages.includes('set off')) return [`the run did not begin: ${outcome.end}`];
  const { end, stage, misdeed, wrong = [], polluted, longestCall = 0 } = outcome;
  return [
    end !== 'closed' && `${end}${stage === 'report' ? ' as it closed' : ''}`,
    misdeed && `the plugin ${misdeed}`,
    polluted && "the host's prototypes were changed",
    wrong.length > 0 && `wrong decisions: ${wrong[0]}`,
    longestCall > 20 * limits.budget && `a gate call took ${seconds(longestCall)}`,
  ].filter(Boolean);
}

/** Somebody else than the plugin had to suffer for a while, or it was not said whose fault it was. */
function harmsOf(fault, outcome) {
  const { longestCall, longestLag, longestLook, missed, innocent, end, state, reason, closeMs, bystanderMs } = outcome;
  const punctual = limits.budget + limits.slack;
  return [
    longestCall > punctual && `a gate call took ${seconds(longestCall)}`,
    longestLag > punctual && `the host's event loop stood still for ${seconds(longestLag)}`,
    longestLook > 1000 && `the host waited ${seconds(longestLook)} for a file`,
    missed > 0 && `the innocent plugin missed ${missed} calls`,
    innocent.state !== 'ready' && `the innocent plugin is ${innocent.state}`,
    innocent.lost > 0 && `the innocent plugin was not told of ${innocent.lost} events`,
    bystanderMs > 2000 && `another plugin took ${seconds(bystanderMs)} to start`,
    outcome.settledAs === 'not settled' && `after ${seconds(limits.settle)} the plugin is ${state}`,
    ['failed', 'quarantined'].includes(state) && reason === '' && `it is ${state} and nobody knows why`,
    fault.at === 'stop' && outcome.ms > limits.stop + 3000 && `to disable it took ${seconds(outcome.ms)}`,
    !fault.isQuiet && !outcome.misdeed && !isNamed(outcome) && 'nobody was named',
    end === 'closed' && closeMs >= limits.end && `the host did not close within ${seconds(limits.end)}`,
    ...reasonHarms(outcome),
  ].filter(Boolean);
}

function reasonHarms({ decision }) {
  if (decision?.reason === undefined) return [];
  return [
    decision.reason.length > 100_000 && `a reason of ${decision.reason.length} units was handed on`,
    !decision.isText && 'a reason that is no well-formed text was handed on',
  ];
}

/** A cause, a crash, a refusal, a state or the log says whose fault it was. */
function isNamed({ named, reason, decision, failed, said }) {
  const { causes, crashes, observerErrors, warnings } = named;
  const isRefused = decision?.plugin === 'faulty' && decision.reason?.start.startsWith('refused: ');
  const counted = Object.keys(causes).length + crashes + observerErrors + warnings.length;
  return counted > 0 || reason !== '' || isRefused || failed !== undefined || said === 'failed';
}

/** Of a fault at the gate, how long its own call took; else the longest call that others had to wait for. */
function timeOf(fault, { ms, longestCall }) {
  const time = fault.at === 'gate' ? ms : longestCall;
  return time === undefined ? undefined : Math.round(time * 10) / 10;
}

export const seconds = (ms) => (ms < 995 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);
