import alea from 'seedrandom/lib/alea.js';

/** The one generator that the simulator draws from, in the place of the whole package: see `vite.config.ts`. */
export default { alea };
