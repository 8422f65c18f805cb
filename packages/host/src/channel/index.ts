// The shared memory between the server thread and one session. It moves bytes, independently of plugins and hooks.

export { Bell } from './bell.js';
export { CallGaps } from './call-gaps.js';
export { type Carried, type CarriedReason, LaneAnswerer, LaneCaller } from './lane.js';
export {
  type Channel,
  type ChannelHandle,
  type ChannelSizes,
  createChannel,
  defaultSizes,
  life,
  markEnded,
  openChannel,
  pingHook,
  stance,
  word,
} from './layout.js';
export { RingReader, RingWriter } from './ring.js';
export { createServerBell, longCall, openServerBell, tellOfLongCall } from './server-bell.js';
export { look, type SpinOutcome, spin } from './spin.js';
export { SpinPolicy, type WaitMode } from './spin-policy.js';
export { lastVerdict, unpackVerdict, type VerdictKind, verdict } from './verdict.js';
