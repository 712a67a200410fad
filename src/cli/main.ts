#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { runCli } from './run-cli.ts';

// Most runs are over before optimised code has paid for its making, and would end later for waiting on it: a function
// must run seven times as much as by default before V8 optimises it. Elsewhere than in V8 11 (Node 20) this was not measured.
if (process.versions.v8.startsWith('11.')) setFlagsFromString('--interrupt-budget=1000000');

await runCli(process.argv.slice(2));
