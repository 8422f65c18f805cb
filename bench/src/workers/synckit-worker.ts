// The check behind synckit.

import { runAsWorker } from 'synckit';
import { check } from '../check.js';

runAsWorker(check);
