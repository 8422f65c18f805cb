// What Node's permission model leaves open and a plugin's thread may not do all the same: one table.

import dgram from 'node:dgram';
import dns from 'node:dns';
import net from 'node:net';
import os from 'node:os';
import v8 from 'node:v8';
import { isMainThread } from 'node:worker_threads';
import * as threads from 'node:worker_threads';
import type { SwitchPermission } from './permissions.js';
