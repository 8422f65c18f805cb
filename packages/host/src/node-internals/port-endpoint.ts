// Makes a port of Node's one that comlink can speak through. comlink documents this file by its place in its build, and
// ships its types under another name. Checked with comlink 4.4.2; a test named
// "comlink still …" holds it.

export { default as nodeEndpoint } from 'comlink/dist/esm/node-adapter.mjs';
