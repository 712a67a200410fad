// @ts-check
import { materialise } from '../policy-directory.js';
import { engineOf, fetchingEngine, parse } from './countersign-engine.js';

/**
 * @typedef {import('../judge.js').Answer} Answer
 * @typedef {import('./countersign-engine.js').Library} Library
 */

/**
 * Countersign, as its users build it or from its sources: the library is given, so that both are tried alike.
 * @param {Library} library
 * @returns {import('../judge.js').Adapter}
 */
export function countersign(library) {
  /** @type {NonNullable<import('../judge.js').Adapter['authorize']>} */
  async function authorize({ token, ...world }) {
    const loaded = await engineOf(library, world);
    if ('refused' in loaded) return loaded;
    const { engine } = loaded;
    try {
      const first = answerOf(await engine.authorize(token));
      const again = answerOf(await engine.authorize(token));
      return JSON.stringify(first) === JSON.stringify(again) ? first : { refused: 'differs when asked again' };
    } finally {
      await engine.close();
    }
  }

  return {
    name: 'countersign',
    speaksCodes: true,
    discovers: true,
    verify: authorize,
    authorize,
    connect: async (location) => {
      const engine = await fetchingEngine(library, location);
      return {
        verify: (token) => engine.authorize(token).then(answerOf, refusalOf),
        close: () => engine.close(),
      };
    },
    load: async ({ text }) => {
      const parsed = parse(library, text);
      return 'refused' in parsed ? parsed : { accepted: true };
    },
    loadFiles: async ({ files }) => {
      const { path, remove } = await materialise(files);
      try {
        const engine = await library.createEngine({ policies: path, keys: {} });
        await engine.close();
        return { accepted: true };
      } catch (error) {
        return refusalOf(error);
      } finally {
        await remove();
      }
    },
  };
}

/** @param {{ effect: string, reasons: { code: string }[] }} decision @returns {Answer} */
function answerOf({ effect, reasons }) {
  return effect === 'allow' ? { accepted: true } : { refused: String(reasons[0]?.code) };
}

/** What is wrong with a file or a policy says more than that it did not load. @param {any} error @returns {Answer} */
function refusalOf(error) {
  if (error?.name !== 'CountersignError') throw error;
  return { refused: error.diagnostics?.[0]?.code ?? error.cause?.code ?? error.code };
}
