/** The addresses of the scenarios that ship, by their paths in the project: each comes as it is when it is opened. */
const addresses = import.meta.glob<string>('../../../scenarios/*.yaml', {
  query: '?url',
  import: 'default',
  eager: true,
});

export const SHIPPED: readonly string[] = Object.keys(addresses)
  .map((path) => path.slice(path.lastIndexOf('/') + 1))
  .toSorted();

export const FIRST = 'load-balancer-chaos.yaml';

/** The text of a shipped scenario; undefined if there is none of that name. */
export async function shippedText(file: string): Promise<string | undefined> {
  const path = Object.keys(addresses).find((one) => one.endsWith(`/${file}`));
  if (path === undefined) return undefined;
  const answer = await fetch(addresses[path]);
  return answer.ok ? answer.text() : undefined;
}

/** What scenarios extend, for a scenario that ships. */
export async function basesFor(text: string): Promise<Record<string, string>> {
  const bases: Record<string, string> = {};
  let wanted = /^extends:\s*["']?([^"'\s#]+)/m.exec(text)?.[1];
  while (wanted !== undefined && !Object.hasOwn(bases, wanted)) {
    const base = await shippedText(wanted.slice(wanted.lastIndexOf('/') + 1));
    if (base === undefined) break;
    bases[wanted] = base;
    wanted = /^extends:\s*["']?([^"'\s#]+)/m.exec(base)?.[1];
  }
  return bases;
}
