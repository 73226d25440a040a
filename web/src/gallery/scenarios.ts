/** The scenarios that ship, by file name; each comes in a file of its own when it is opened. */
const texts = import.meta.glob('../../../scenarios/*.yaml', { query: '?raw', import: 'default' });

export const SHIPPED: readonly string[] = Object.keys(texts)
  .map((path) => path.slice(path.lastIndexOf('/') + 1))
  .toSorted();

export const FIRST = 'load-balancer-chaos.yaml';

/** The text of a shipped scenario; undefined if there is none of that name. */
export async function shippedText(file: string): Promise<string | undefined> {
  const path = Object.keys(texts).find((one) => one.endsWith(`/${file}`));
  return path === undefined ? undefined : await texts[path]();
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
