// The file that a plugin's process runs: one session, controlled by the supervisor through a pipe.

import net from 'node:net';
import { pipeFd } from '../../channel/pipe/index.js';
import { PipeSession } from './pipe-session.js';

// Opened before anything is hardened: from then on this process may use only the descriptors that the plugin opens.
const session = new PipeSession(new net.Socket({ fd: pipeFd.SESSION }));
await session.ended;
