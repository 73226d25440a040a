import './style.css';
import { runtime } from '@observablehq/notebook-kit/runtime';

/** A cell, or a value that it defines, as the runtime keeps it. */
interface Variable {
  readonly _name: string | null;
  readonly _reachable: boolean;
  readonly _promise: Promise<unknown>;
  /** Of a cell, what it is shown in. */
  readonly _observer: { readonly _node?: HTMLElement };
}

/** How far the cells of this page are. */
export interface CellStates {
  /** Cells that the page has, and those of them that wait for something. */
  readonly cells: number;
  readonly pending: readonly string[];
  readonly failed: readonly string[];
}

declare global {
  interface Window {
    /** For tests: what has run, as the runtime knows it. */
    cellStates(): Promise<CellStates>;
  }
}

const PENDING = Symbol('pending');

/** All that is computed on this page, and the outcome of each so far. */
async function outcomes(): Promise<
  { variable: Variable; outcome: 'done' | 'pending' | { readonly error: unknown } }[]
> {
  const { _variables: variables } = runtime as unknown as { readonly _variables: ReadonlySet<Variable> };
  const reachable = [...variables].filter(({ _reachable: isReachable }) => isReachable);
  return Promise.all(
    reachable.map(async (variable) => {
      try {
        const value = await Promise.race([variable._promise, Promise.resolve(PENDING)]);
        return { variable, outcome: value === PENDING ? 'pending' : 'done' };
      } catch (error) {
        return { variable, outcome: { error } };
      }
    }),
  );
}

window.cellStates = async () => {
  const all = await outcomes();
  const named = all.map(({ variable, outcome }) => ({
    name: variable._name ?? variable._observer._node?.id ?? 'a cell',
    outcome,
  }));
  return {
    cells: all.length,
    pending: named.flatMap(({ name, outcome }) => (outcome === 'pending' ? [name] : [])),
    failed: named.flatMap(({ name, outcome }) =>
      typeof outcome === 'object' ? [`${name}: ${String(outcome.error)}`] : [],
    ),
  };
};

/** Cells that wait for a run are dimmed until it is there. */
async function dimWaiting(): Promise<void> {
  for (const { variable, outcome } of await outcomes()) {
    variable._observer._node?.classList.toggle('waiting', outcome === 'pending');
  }
}
setInterval(() => void dimWaiting(), 120);

for (const link of document.querySelectorAll<HTMLAnchorElement>('nav a')) {
  if (new URL(link.href).pathname === location.pathname) link.setAttribute('aria-current', 'page');
}
