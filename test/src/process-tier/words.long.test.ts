// What operators and authors read of a plugin that fails in a process of its own.

import { testWords } from '../host/test-words.js';

testWords('process');
