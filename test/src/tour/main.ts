// The command: plays the tour, and ends with 0 only when everything was as it should be.

import { parseArgs } from 'node:util';
import { Tour, type TourOptions } from './tour.js';

const usage = `usage: npm run tour -- [--verbose] [--without <plugin>]

  --verbose            show the log of the server too
  --without <plugin>   leave out a plugin, to see the tour notice
`;

/** The tour takes a few seconds; whoever waits longer than this waits for nothing. */
const maxMs = 90_000;

/** Undefined when help was asked for. Ends the process when the arguments are wrong. */
function readOptions(): TourOptions | undefined {
  try {
    const { values } = parseArgs({
      options: {
        verbose: { type: 'boolean', default: false },
        without: { type: 'string', multiple: true, default: [] },
        help: { type: 'boolean', default: false },
      },
    });
    return values.help ? undefined : values;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${usage}`);
    process.exit(2);
  }
}

async function play(options: TourOptions): Promise<void> {
  const tour = new Tour(options);
  // However the process ends, nothing of the tour is left.
  process.once('exit', () => tour.clearUp());
  const stop = (why: string, code: number) => {
    process.stderr.write(`\nthe tour was ended: ${why}\n`);
    process.exit(code);
  };
  process.stdout.once('error', () => stop('nobody reads what it prints', 1));
  process.once('SIGINT', () => stop('SIGINT', 130));
  process.once('SIGTERM', () => stop('SIGTERM', 143));
  process.once('SIGHUP', () => stop('SIGHUP', 129));
  setTimeout(() => stop(`it took longer than ${maxMs / 1000} s`, 1), maxMs).unref();
  process.exitCode = (await tour.play()) ? 0 : 1;
  // Requests that are still waiting for the server would keep the process.
  tour.clearUp();
}

const options = readOptions();
if (options) await play(options);
else process.stdout.write(usage);
