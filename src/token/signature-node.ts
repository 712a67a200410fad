import { decodeBase64url } from '#base64url';
import { constants, type KeyObject, verify, type VerifyKeyObjectInput } from 'node:crypto';
import { signatureLength } from './signature-length.ts';
import type { SignatureCheck, VerificationMode } from './signature.ts';

/** Checks signatures with `node:crypto`. What is known of a key is worked out once, at its first use. */
export function signatureCheck(mode: VerificationMode): SignatureCheck {
  const isForPool = poolChooser(mode);
  return ([protectedHeader, payload, text], { key }, alg) => {
    // Where there is Node no other keys are made; OpenSSL refuses them.
    const how = preparedFor(key as KeyObject, alg);
    const signature = decodeBase64url(text);
    if (signature.length !== how?.length) return false;
    const input = Buffer.from(`${protectedHeader}.${payload}`, 'latin1');
    return isForPool() ? verifyOnPool(how, input, signature) : verifyInline(how, input, signature);
  };
}

/** How one key verifies one algorithm. */
interface Prepared {
  readonly length: number;
  readonly digest: string | null;
  readonly key: VerifyKeyObjectInput;
}

function verifyInline({ digest, key }: Prepared, input: Uint8Array, signature: Uint8Array): boolean {
  try {
    return verify(digest, input, key, signature);
  } catch {
    return false;
  }
}

function verifyOnPool({ digest, key }: Prepared, input: Uint8Array, signature: Uint8Array): Promise<boolean> {
  return new Promise((resolve) => {
    try {
      verify(digest, input, key, signature, (error, holds) => {
        resolve(error === null && holds);
      });
    } catch {
      resolve(false);
    }
  });
}

const preparations = new WeakMap<KeyObject, Map<string, Prepared>>();

function preparedFor(key: KeyObject, alg: string): Prepared | undefined {
  const known = preparations.get(key)?.get(alg);
  if (known !== undefined) return known;
  const length = signatureLength(key, alg);
  if (length === undefined) return undefined;
  const fresh = { length, ...settings(key, alg) };
  preparations.set(key, new Map(preparations.get(key)).set(alg, fresh));
  return fresh;
}

function settings(key: KeyObject, alg: string): Pick<Prepared, 'digest' | 'key'> {
  const digest = `sha${alg.slice(2)}`;
  if (alg.startsWith('RS')) return { digest, key: { key } };
  if (alg.startsWith('ES')) return { digest, key: { key, dsaEncoding: 'ieee-p1363' } };
  if (!alg.startsWith('PS')) return { digest: null, key: { key } };
  const { RSA_PKCS1_PSS_PADDING: padding, RSA_PSS_SALTLEN_DIGEST: saltLength } = constants;
  return { digest, key: { key, padding, saltLength } };
}

/** Says of each signature whether it is one for the pool. */
function poolChooser(mode: VerificationMode): () => boolean {
  if (mode !== 'auto') return () => mode === 'pool';
  let inTurn = false;
  const endTurn = (): void => {
    inTurn = false;
  };
  return () => {
    if (inTurn) return true;
    inTurn = true;
    // Alone it is no reason for a process to go on.
    setImmediate(endTurn).unref();
    return false;
  };
}
