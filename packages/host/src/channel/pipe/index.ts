// The channel between two processes, which share no memory: frames in pipes.

export { CallPipe, type CallPipeHandle } from './call-pipe.js';
export { type PipeFrame, PipeFrames, pipeFrame, pipeHeader } from './pipe-frames.js';
export { callWord, isSaidByProcess, pipeFd, pipeKind, ringsOnTheWay, type ThrownInProcess } from './pipe-kinds.js';
export { ProcessCaller } from './process-caller.js';
