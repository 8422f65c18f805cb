// The other process of the peers that have one: a webhook and a gRPC server.

import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HookAction, MessageEvent } from '@gatehouse/plugin-api';
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from '@grpc/grpc-js';
import { answer } from '../answers.js';
import { check } from '../check.js';
import { fromJson, gateMethod } from '../event-wire.js';

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text;
}

function openHttp(): Promise<number> {
  const server = createServer(async (request, response) => {
    const action = JSON.stringify(check(fromJson(JSON.parse(await textOf(request)))));
    response.setHeader('content-length', action.length).end(action);
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function openGrpc(): Promise<number> {
  const server = new Server();
  server.addService(
    { check: gateMethod },
    {
      check: (call: ServerUnaryCall<MessageEvent, HookAction>, done: sendUnaryData<HookAction>) =>
        done(null, check(call.request)),
    },
  );
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(port) : reject(error),
    );
  });
}

const answers = {
  open: async () => ({ http: await openHttp(), grpc: await openGrpc() }),
};

export type PeersChild = typeof answers;

answer(answers);
