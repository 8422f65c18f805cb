// The server: asks the plugins before it takes a recipient or a mail, and tells them of what it took.

import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { createHost } from '@gatehouse/host';
import { mail as hooks } from 'mail-hooks';
import { SMTPServer } from 'smtp-server';
import { Refusal, refusalOf } from './refusal.js';

const bytesMax = 1024 * 1024;

/**
 * Listens on a port, with the plugins of the folder `plugins`, and writes mails into `folder`. `hostOptions` adds to
 * the options of its host.
 *
 * @param {{ port?: number, folder?: string, hostOptions?: Partial<import('@gatehouse/host').HostOptions> }} [options]
 */
export async function startSmtp({ port = 2525, folder = 'mail', hostOptions = {} } = {}) {
  await mkdir(folder, { recursive: true });
  const host = await createHost({
    logger: console,
    // On a busy machine plugins take longer than the 2 s for which a host waits unless told so.
    readyMs: 30_000,
    ...hostOptions,
    hooks,
    plugins: [fileURLToPath(new URL('plugins', import.meta.url)), ...(hostOptions.plugins ?? [])],
    enabled: ['recipients', 'greylist', 'journal', ...(hostOptions.enabled ?? [])],
  });
  const smtp = new SMTPServer({
    ...handlersOf(host, folder),
    size: bytesMax,
    maxRecipients: 100,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
  });
  const server = smtp.listen(port);
  await once(server, 'listening');
  return {
    host,
    port: /** @type {import('node:net').AddressInfo} */ (server.address()).port,
    async close() {
      await new Promise((resolve) => smtp.close(() => resolve(undefined)));
      await host.close();
    },
  };
}

/**
 * @param {import('@gatehouse/host').HostOf<typeof hooks.rows>} host
 * @param {string} folder
 * @returns {import('smtp-server').SMTPServerOptions}
 */
function handlersOf(host, folder) {
  return {
    onRcptTo({ address: to }, session, done) {
      const { remoteAddress: client, hostNameAppearsAs: helo } = session;
      done(refusalOf(() => host.ask('onRecipient', { client, helo: helo || '', from: senderOf(session), to })));
    },
    onData(stream, session, done) {
      take(stream, session).then(
        (id) => done(null, `taken as ${id}`),
        (error) => done(error),
      );
    },
  };

  /**
   * @param {import('smtp-server').SMTPServerDataStream} stream
   * @param {import('smtp-server').SMTPServerSession} session
   */
  async function take(stream, session) {
    const bytes = await buffer(stream);
    if (stream.sizeExceeded) throw new Refusal(`a mail has at most ${bytesMax} bytes`, 552);
    const id = `${session.id}-${session.transaction}`;
    const to = session.envelope.rcptTo.map(({ address }) => address);
    const event = { id, from: senderOf(session), to, subject: subjectOf(bytes), size: bytes.length };
    const refusal = refusalOf(() => host.ask('onMail', event));
    if (refusal !== undefined) throw refusal;
    await writeFile(join(folder, `${id}.eml`), bytes);
    host.tell('onAccepted', event);
    return id;
  }
}

/** @param {import('smtp-server').SMTPServerSession} session */
function senderOf({ envelope: { mailFrom } }) {
  return mailFrom === false ? '' : mailFrom.address;
}

/** @param {Buffer} bytes */
function subjectOf(bytes) {
  const head = bytes.subarray(0, bytes.indexOf('\r\n\r\n')).toString();
  const unfolded = head.replace(/\r\n(?=[ \t])/g, '');
  return /^subject: *(.*)$/im.exec(unfolded)?.[1] ?? '';
}
