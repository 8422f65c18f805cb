// Changes a setting that holds for the whole process: its configuration says which.

import { attempting } from './trigger.mjs';

const settings = {
  title: () => {
    process.title = 'mine';
  },
  report: () => {
    process.report.reportOnFatalError = true;
  },
};

export default attempting(({ config }) => {
  settings[config.setting]();
  return 'changed the process';
});
