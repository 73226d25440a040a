// Runs outside the test runner, whose transformed modules run half as fast. Node 20 reads no TypeScript, so tsx does.
import { register } from 'tsx/esm/api';

register();
const { default: work } = await import('./queue-worker.ts');
export default work;
