import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What is left after it runs is in use. */
export function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
