import { formatAddress } from '../../http/sidecar/address.ts';
import { ListenFailed } from '../../http/sidecar/sidecar.ts';
import { CliError } from '../cli-error.ts';
import { exitCode } from '../exit-code.ts';

/** Throws an error on, in the words of the command line where an address cannot be listened on. */
export function asCliError(error: unknown): never {
  throw error instanceof ListenFailed ? cannotListen(error) : error;
}

function cannotListen({ address, code, message }: ListenFailed): CliError {
  const known: Readonly<Record<string, string>> = {
    EADDRINUSE: 'is in use',
    EACCES: 'may not be used',
    EADDRNOTAVAIL: 'is not an address of this machine',
    ENOTFOUND: 'is not a host that is known',
    ENOENT: 'is in a directory that does not exist',
  };
  const why = known[code ?? ''] ?? `cannot be listened on (${message})`;
  const help = 'socket' in address ? 'name another path' : 'name another port, or port 0 for any that is free';
  return new CliError(exitCode.usage, `\`${formatAddress(address)}\` ${why}`, help);
}
