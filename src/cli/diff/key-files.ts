import { beside } from '../../files/beside.ts';
import type { Issuer, Policy } from '../../policy/policy.ts';

/**
 * A policy with the keys of its key files in place of their names, so that other keys in the same file are seen. A file
 * that cannot be read, or holds no key set, is compared by its name. `read` takes a path from the working directory.
 */
export async function withKeyFiles(policy: Policy, read: (path: string) => Promise<string>): Promise<Policy> {
  const withKeys = async (issuer: Issuer): Promise<Issuer> => {
    const { jwks, at } = issuer;
    if (jwks === undefined || !('file' in jwks)) return issuer;
    const keys = await read(beside(at.file, jwks.file)).then(keysOf, () => undefined);
    return keys === undefined ? issuer : { ...issuer, jwks: { keys } };
  };
  return { ...policy, issuers: await Promise.all(policy.issuers.map(withKeys)) };
}

type Key = Readonly<Record<string, unknown>>;

function keysOf(text: string): readonly Key[] | undefined {
  const value: unknown = JSON.parse(text);
  const keys = typeof value === 'object' && value !== null && 'keys' in value ? value.keys : undefined;
  return Array.isArray(keys) && keys.every((key) => typeof key === 'object' && key !== null) ? (keys as readonly Key[]) : undefined; // prettier-ignore
}
