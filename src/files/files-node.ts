/** What an engine needs of files, where there is Node. */
export { beside } from './beside.ts';
export { readBinaryFile, readTextFile } from './read.ts';
export { findPolicyFiles } from './walk.ts';
export { watchPaths } from './watch.ts';
