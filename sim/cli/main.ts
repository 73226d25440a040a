#!/usr/bin/env node
import './engine-flags.ts';
import { main } from './program.ts';

await main(process.argv.slice(2));
