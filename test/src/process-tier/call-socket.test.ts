// The descriptor that the server writes calls to outlives its process as long as somebody writes to it.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fstatSync } from 'node:fs';
import { Socket } from 'node:net';
import { CallPipe } from '@gatehouse/host/internal/channel/pipe/index';
import { CallSocket } from '@gatehouse/host/internal/process-tier/supervisor/call-socket';
import t, { type Test } from 'tap';

function isOpen(fd: number): boolean {
  try {
    fstatSync(fd);
    return true;
  } catch {
    return false;
  }
}

/** The pipe to a process that waits until it is closed, or ended. */
function started(t: Test) {
  const waits = "require('net').Socket({ fd: 3 }).resume()";
  const child = spawn(process.execPath, ['--eval', waits], { stdio: ['ignore', 'inherit', 'inherit', 'pipe'] });
  t.teardown(() => child.kill('SIGKILL'));
  const socket = child.stdio[3];
  if (!(socket instanceof Socket)) throw new Error('a pipe is a socket');
  const { handle } = new CallSocket(socket);
  if (handle === undefined) throw new Error('here, Node shows no descriptor');
  return { child, socket, fd: handle.fd, server: new CallPipe(handle) };
}

t.test('it is not closed while it is written to, and closed right after', async (t) => {
  const { socket, fd, server } = started(t);
  const closed = once(socket, 'close');
  const written = () => {
    socket.destroy();
    t.ok(isOpen(fd));
    return 1;
  };
  t.ok(server.write(1, written));
  await closed;
  t.notOk(isOpen(fd));
  t.notOk(server.write(1, written), 'from then on it is not written to');
});

t.test('when its process is ended, it is not written to any more by the time that it is closed', async (t) => {
  const { child, socket, fd, server } = started(t);
  let writes = 0;
  const written = () => {
    t.ok(isOpen(fd));
    writes++;
    return 1;
  };
  t.ok(server.write(1, written));
  child.kill('SIGKILL');
  await once(socket, 'close');
  t.notOk(server.write(1, written));
  t.equal(writes, 1);
});
