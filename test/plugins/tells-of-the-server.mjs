// Tells what the process was started with: its command line and its environment.

import { attempting } from './trigger.mjs';

export default attempting(() => {
  const { environmentVariables = {}, header } = process.report.getReport();
  const names = Object.keys(environmentVariables).length;
  return names > 0 ? `read ${names} variables of the process` : `read ${header.commandLine.join(' ')}`;
});
