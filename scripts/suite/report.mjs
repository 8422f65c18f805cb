// The report of a test file: one line on success, else the failures with their places.

import { inspect } from 'node:util';

export class FileReport {
  /** Resolves to the processes that the file's process left running; set when that process has ended. */
  leftBehind = Promise.resolve([]);
  #file;
  #timeoutMs;
  #withTitles;
  #tests = [];
  #failures = [];
  /** Output of the process besides its results. */
  #output = '';
  #ending = 'never ended';
  #startedAt = Date.now();

  constructor(file, { titles, timeoutMs }) {
    this.#file = file;
    this.#timeoutMs = timeoutMs;
    this.#withTitles = titles;
  }

  /** Listens to a tap child. Call this before its process starts. */
  watch(child) {
    this.#startedAt = Date.now();
    child.parser.on('extra', (text) => {
      this.#output += text;
    });
    child.parser.on('assert', (result) => this.#tests.push({ title: result.name, ok: isFine(result) }));
    this.#collectFailures(child.parser);
    child.on('process', (proc) => {
      proc.stderr.on('data', (chunk) => {
        this.#output += chunk;
      });
      proc.once('exit', (code, signal) => {
        const seconds = Math.floor((Date.now() - this.#startedAt) / 1000);
        const how = signal ? `ended by ${signal}` : `ended with exit code ${code}`;
        this.#ending = seconds * 1000 < this.#timeoutMs ? how : `timed out after ${seconds} s`;
      });
    });
  }

  #collectFailures(parser) {
    let told = false;
    parser.on('child', (inner) => {
      const before = this.#failures.length;
      this.#collectFailures(inner);
      inner.on('complete', () => {
        told = this.#failures.length > before;
      });
    });
    parser.on('assert', (result) => {
      // A test fails with its assertions, which are more specific, so it is reported only without them.
      if (!isFine(result) && !told) this.#failures.push(result);
      told = false;
    });
  }

  /** Prints the report, and returns the counts. */
  finish(results, leftBehind) {
    const passed = this.#tests.filter((test) => test.ok).length;
    const reasons = [...this.#brokenReasons(results, leftBehind)];
    const failed = this.#tests.length - passed + reasons.length;
    const seconds = ((Date.now() - this.#startedAt) / 1000).toFixed(1);
    console.log(`${failed > 0 ? 'FAIL' : 'ok  '}  ${this.#file}  ${passed} passed, ${seconds} s`);
    if (this.#withTitles) for (const { title, ok } of this.#tests) print(`${ok ? '✓' : '✗'} ${title}`);
    if (failed > 0) {
      for (const failure of this.#failures) print(describe(failure));
      for (const reason of reasons) print(reason);
      if (this.#output !== '') print(this.#output.trimEnd());
    }
    return { passed, failed };
  }

  /** Yields the reasons why the file as a whole failed, whatever its tests reported until then. */
  *#brokenReasons(results, leftBehind) {
    if (this.#tests.length === 0) yield `no test ran; ${this.#ending}`;
    else if (!results?.ok && this.#tests.every((test) => test.ok)) yield this.#ending;
    for (const { pid } of leftBehind) yield `left process ${pid} behind`;
  }
}

const isFine = (result) => result.ok || Boolean(result.skip || result.todo);

function describe({ name, fullname, diag }) {
  const { at, diff, stack, found, wanted, source, ...rest } = diag ?? {};
  const lines = [`✗ ${fullname || name}`];
  if (at?.fileName) lines.push(`  at ${at.fileName}:${at.lineNumber}:${at.columnNumber}`);
  if (source) lines.push(indent(source.trimEnd(), 4));
  if (diff) lines.push(indent(diff.trimEnd(), 4));
  else if ('found' in (diag ?? {})) lines.push(`    found ${show(found)}, wanted ${show(wanted)}`);
  if (Object.keys(rest).length > 0) lines.push(indent(show(rest), 4));
  if (stack) lines.push(indent(stack.trimEnd(), 4));
  return lines.join('\n');
}

const print = (text) => console.log(indent(text, 6));
const show = (value) => inspect(value, { depth: 6 });
const indent = (text, by) => text.replace(/^/gm, ' '.repeat(by));
