import type { Haste, Lab } from '../lab/lab.ts';
import { readStory } from './paradox.ts';

/** The digest of the headline story's whole stack, run here: a checksum over every request's end. */
export async function digestHere(lab: Lab, text: string, haste?: Haste): Promise<string> {
  const { world, seed, plugins, designs } = readStory(text);
  const [design] = designs;
  const task = { id: design.name, kind: 'design', world, seed, plugins, design, rekey: '' } as const;
  const { figures } = await lab.do('task', { ...task, verdicts: false, log: false }, haste);
  return figures!.digest;
}
