// The embedded store keeps the promises of a store.

import t from 'tap';
import { testPromises } from './suite.js';

testPromises(t, 'lmdb');
