// What derives from the table, shown by the compiler: this file compiles, or the build fails.

import type { Decision, HostHooks } from '@gatehouse/host';
import {
  type AuthEvent,
  type ChannelId,
  definePlugin,
  type EventOf,
  type Handlers,
  type HookAction,
  type HookName,
  type IdentityKey,
  type MessageEvent,
  type PluginContext,
  type ServerHooks,
} from '@gatehouse/plugin-api';
import { bytes, flag, record, u64 } from '@gatehouse/plugin-api/codec';
import { gate, hooks, observer } from '@gatehouse/plugin-api/hooks';
import { expectTypeOf } from 'expect-type';
import t from 'tap';

/** The table with two rows more: nothing else is written for them, and all below derives from it. */
const longer = {
  ...hooks,
  onTyping: observer(record({ channelId: bytes(16), active: flag }), { by: 'channelId' }),
  onCall: gate(record({ callerKey: bytes(32), id: u64 }), { by: 'callerKey' }),
} as const;
type Longer = typeof longer;
interface Typing {
  readonly channelId: ChannelId;
  readonly active: boolean;
}
interface Call {
  readonly callerKey: IdentityKey;
  readonly id: bigint;
}

t.test('authors get a typed handler for every hook of the table, and none has to be there', async () => {
  expectTypeOf<keyof Handlers>().toEqualTypeOf<HookName>();
  expectTypeOf<Record<never, never>>().toExtend<Handlers>();
  expectTypeOf<NonNullable<Handlers['onMessageEnqueue']>>().toEqualTypeOf<
    (event: MessageEvent, context: PluginContext) => HookAction | Promise<HookAction>
  >();
  expectTypeOf<NonNullable<Handlers['onAuth']>>().toEqualTypeOf<
    (event: AuthEvent, context: PluginContext) => void | Promise<void>
  >();
});

t.test('an event carries what its row says, and keys and channel ids are not mixed up', async () => {
  expectTypeOf<EventOf<'onMessageEnqueue'>>().toExtend<MessageEvent>();
  expectTypeOf<MessageEvent['senderIdentity']>().toEqualTypeOf<IdentityKey | undefined>();
  expectTypeOf<MessageEvent['seq']>().toEqualTypeOf<bigint>();
  expectTypeOf<EventOf<'onBatchEnqueue'>[number]>().toExtend<MessageEvent>();
  expectTypeOf<ChannelId>().not.toExtend<IdentityKey>();
  expectTypeOf<Uint8Array>().toExtend<IdentityKey>();
});

t.test('a handler cannot be given to a hook that does not exist, nor answer a gate with nothing', async () => {
  // @ts-expect-error There is no such hook.
  definePlugin({ onNothing() {} });
  // @ts-expect-error A gate has to answer.
  definePlugin({ onMessageEnqueue() {} });
  expectTypeOf(definePlugin<{ readonly limit: number }>)
    .parameter(0)
    .toHaveProperty('onAuth')
    .extract<(...args: never) => unknown>()
    .parameter(1)
    .toHaveProperty('config')
    .toEqualTypeOf<{ readonly limit: number }>();
});

t.test('the host has a method for every hook: a gate gives a decision, an observer nothing', async () => {
  expectTypeOf<keyof HostHooks>().toEqualTypeOf<HookName>();
  expectTypeOf<HostHooks[HookName<'gate'>]>().returns.toEqualTypeOf<Decision>();
  expectTypeOf<HostHooks[HookName<'observer'>]>().returns.toEqualTypeOf<void>();
  expectTypeOf<HostHooks['onAuth']>().parameter(0).toExtend<AuthEvent>();
});

t.test('a new row alone gives authors a typed handler', async () => {
  expectTypeOf<keyof Handlers<unknown, Longer>>().toEqualTypeOf<HookName | 'onTyping' | 'onCall'>();
  expectTypeOf<NonNullable<Handlers<unknown, Longer>['onTyping']>>().parameter(0).branded.toEqualTypeOf<Typing>();
  expectTypeOf<NonNullable<Handlers<unknown, Longer>['onCall']>>().toExtend<
    (event: Call, context: PluginContext) => HookAction | Promise<HookAction>
  >();
});

t.test('a new row alone gives hooks of the same thread a typed method', async () => {
  expectTypeOf<ServerHooks<Longer>['onTyping']>().toExtend<(event: Typing) => void>();
  expectTypeOf<ServerHooks<Longer>['onCall']>().toExtend<(event: Call) => HookAction>();
  expectTypeOf<HookName<'gate', Longer>>().toEqualTypeOf<'onMessageEnqueue' | 'onCall'>();
});

t.test('a new row alone gives the host a typed method', async () => {
  expectTypeOf<HostHooks<Longer>['onTyping']>().toExtend<(event: Typing) => void>();
  expectTypeOf<HostHooks<Longer>['onCall']>().toExtend<(event: Call) => Decision>();
});

t.test('a row is by a field of its own event', async () => {
  // @ts-expect-error The event has no such field.
  observer(record({ active: flag }), { by: 'channelId' });
  // @ts-expect-error Nor has this one.
  gate(record({ active: flag }), { by: 'channelId' });
});
