// The code that runs in a Web Worker.

import { expose } from 'comlink';
import { steps } from '../steps.js';

expose(steps);
