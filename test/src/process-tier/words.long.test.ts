// The words about a plugin that fails in a process of its own.

import { testWords } from '../host/test-words.js';

testWords('process');
