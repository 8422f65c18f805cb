// What others do to have a message decided in another process: an HTTP webhook, and gRPC as EMQX's ExHook has it.

import { credentials, Client as GrpcClient } from '@grpc/grpc-js';
import { Client as HttpClient } from 'undici';
import { gateMethod, toJson } from '../event-wire.js';
import type { Awaiting } from './contender.js';

export function http(port: number): Awaiting {
  const client = new HttpClient(`http://127.0.0.1:${port}`);
  return {
    kind: 'awaiting',
    async call(event) {
      const { body } = await client.request({ path: '/', method: 'POST', body: toJson(event) });
      return body.json();
    },
    close: () => client.destroy(),
  };
}

export function grpc(port: number): Awaiting {
  const client = new GrpcClient(`127.0.0.1:${port}`, credentials.createInsecure());
  const { path, requestSerialize, responseDeserialize } = gateMethod;
  return {
    kind: 'awaiting',
    call: (event) =>
      new Promise((resolve, reject) => {
        client.makeUnaryRequest(path, requestSerialize, responseDeserialize, event, (error, action) =>
          error === null ? resolve(action) : reject(error),
        );
      }),
    close: () => client.close(),
  };
}
