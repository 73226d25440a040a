// The worker as it runs from the sources, in development and in tests: Node 20 reads no TypeScript, so tsx does.
import { register } from 'tsx/esm/api';

register();
const { default: work } = await import('./seed-worker.node.ts');
export default work;
