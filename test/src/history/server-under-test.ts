// The server that a history is made with: a process that is killed, stopped and started again on the same folder.

import { ServerLog } from '../support/server-log.js';
import { program, ServerProcess, type SettingTexts } from '../support/server-process.js';

/** Lets SIGUSR2 set the clock of the server's thread. */
const clock = new URL('../../fixtures/history/clock.mjs', import.meta.url);
const quiet: SettingTexts = {
  address: '127.0.0.1',
  port: '0',
  adminPort: '0',
  rateLimit: '0',
  loginRateLimit: '0',
  // The disk that fills up has 12 MB.
  minFreeBytes: '0',
};

export class ServerUnderTest {
  readonly #settings: SettingTexts;
  readonly #program: readonly string[];
  #process: ServerProcess | undefined;
  #log = new ServerLog(() => {});
  #up = new Upcoming();
  #wanted = false;

  /** `program`: another one than the server, with its arguments. */
  constructor(settings: SettingTexts, programAndArguments: readonly string[] = [program]) {
    this.#settings = { ...quiet, ...settings };
    this.#program = programAndArguments;
  }

  /** Where it listens; while it is down, once it is up again. */
  get url(): Promise<string> {
    return this.#up.url;
  }

  /** Its clock may be some days ahead. Resolves when it answers. Rejects when it ends instead. */
  async start(daysAhead = 0): Promise<void> {
    this.#wanted = true;
    const url = await this.#launch(this.#settings, daysAhead).url();
    this.#up.resolve(url);
  }

  /**
   * Starts another server on the same folder, which takes the store from this one. Clients use this one until the other
   * answers. Resolves when this one has ended. @throws when it ends in another way than it should
   */
  async takeOver(): Promise<void> {
    const before = this.#process!;
    this.#wanted = false;
    const url = await this.#launch({ ...this.#settings, takeOver: 'true' }).url();
    this.#wanted = true;
    this.#up = this.#up.next();
    this.#up.resolve(url);
    const how = await before.ended;
    if (how !== 'exit code 4') throw new Error(`without its store, the server ended with ${how}`);
  }

  #launch(settings: SettingTexts, daysAhead = 0): ServerProcess {
    this.#log = new ServerLog(() => {});
    const program = ['--import', `${clock}?days=${daysAhead}`, ...this.#program];
    const started = new ServerProcess(settings, this.#log, program);
    this.#process = started;
    void started.ended.then((how) => this.#noteEnd(started, how));
    return started;
  }

  /** How it ended without being asked to, with the last lines of its log; undefined when it has not. */
  unasked: string | undefined;

  /** SIGKILL. Resolves when the process is gone. */
  async kill(): Promise<void> {
    this.#wanted = false;
    this.#process?.signal('SIGKILL');
    await this.#process?.ended;
    this.#up = this.#up.next();
  }

  /** Asks it to end. @throws when it does not do so in good order */
  async terminate(): Promise<void> {
    this.#wanted = false;
    const how = await this.#process!.close();
    this.#up = this.#up.next();
    if (how !== 'exit code 0') throw new Error(`asked to end, the server ended with ${how}\n${this.#lastLines()}`);
  }

  stop(): void {
    this.#process!.signal('SIGSTOP');
  }

  goOn(): void {
    this.#process!.signal('SIGCONT');
  }

  jumpClock(): void {
    this.#process!.signal('SIGUSR2');
  }

  #noteEnd(ended: ServerProcess, how: string): void {
    if (ended !== this.#process || !this.#wanted) return;
    this.#up.reject(new Error('the server is gone'));
    this.unasked = `the server ended by itself: ${how}\n${this.#lastLines()}`;
  }

  #lastLines(): string {
    return this.#log
      .tail(5, 30)
      .map((line) => `      ${JSON.stringify(line).slice(0, 600)}`)
      .join('\n');
  }
}

/** An address to come. */
class Upcoming {
  resolve!: (url: string) => void;
  reject!: (error: Error) => void;
  #isKnown = false;
  readonly url = new Promise<string>((resolve, reject) => {
    this.resolve = (url) => {
      this.#isKnown = true;
      resolve(url);
    };
    this.reject = reject;
  });

  constructor() {
    this.url.catch(() => {});
  }

  /** Whoever waits for this one goes on waiting: the next is another only when this one has come. */
  next(): Upcoming {
    return this.#isKnown ? new Upcoming() : this;
  }
}
