/**
 * The picks that a balancer has made of each host since the sample that it sees of that host: what it must add to a late
 * view so as not to herd. O(1) amortised.
 */
export class OwnPicks {
  private readonly queues: number[][];
  private readonly heads: Int32Array;

  constructor(hosts: number) {
    this.queues = Array.from({ length: hosts }, () => []);
    this.heads = new Int32Array(hosts);
  }

  add(host: number, now: number): void {
    this.queues[host].push(now);
  }

  /** How many of its picks of this host are later than `asOf`, up to which the view includes them. */
  since(host: number, asOf: number): number {
    const queue = this.queues[host];
    let head = this.heads[host];
    while (head < queue.length && queue[head] <= asOf) head++;
    if (head > 1024 && head * 2 > queue.length) {
      queue.splice(0, head);
      head = 0;
    }
    this.heads[host] = head;
    return queue.length - head;
  }
}
