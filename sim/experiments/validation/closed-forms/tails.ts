import { exp } from '../../../kernel/math.ts';

/** P(Erlang(k, rate) > t): fewer than k events of a Poisson process by t. */
export function erlangTail(k: number, rate: number, t: number): number {
  let term = exp(-rate * t);
  let tail = term;
  for (let i = 1; i < k; i++) {
    term *= (rate * t) / i;
    tail += term;
  }
  return tail;
}

/** P(Erlang(k, rate) + Exp(other) > t) for rate > other. */
export function erlangThenExponentialTail(k: number, rate: number, other: number, t: number): number {
  if (k === 0) return exp(-other * t);
  let factor = 1;
  for (let i = 0; i < k; i++) factor *= rate / (rate - other);
  return erlangTail(k, rate, t) + factor * exp(-other * t) * (1 - erlangTail(k, rate - other, t));
}

/** P(sum of exponentials with these distinct rates > t). */
export function hypoexponentialTail(rates: readonly number[], t: number): number {
  let tail = 0;
  rates.forEach((rate, i) => {
    let weight = 1;
    rates.forEach((other, j) => {
      if (j !== i) weight *= other / (other - rate);
    });
    tail += weight * exp(-rate * t);
  });
  return tail;
}

/** Where a falling tail reaches 1 - q, by bisection. */
export function quantileOf(tail: (t: number) => number, q: number): number {
  let low = 0;
  let high = 1;
  while (tail(high) > 1 - q) high *= 2;
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    if (tail(middle) > 1 - q) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
