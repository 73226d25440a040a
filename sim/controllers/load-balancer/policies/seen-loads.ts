import type { HostView } from '../policy.ts';

/** The loads of a view as an array that follows it, for algorithms that keep a reference to one. */
export class SeenLoads {
  readonly values: Float64Array;
  private readonly view: HostView;

  constructor(view: HostView) {
    this.view = view;
    this.values = new Float64Array(view.size);
  }

  update(host: number): void {
    this.values[host] = this.view.load(host);
  }
}

/** The weights of a view as an array. */
export function weightsOf(view: HostView): Float64Array {
  return Float64Array.from({ length: view.size }, (_, host) => view.weight(host));
}
