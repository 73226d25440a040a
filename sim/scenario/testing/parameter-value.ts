import type { ParameterMeta } from '../../controllers/parameters.ts';

/** Some value that a parameter takes. */
export function valueFor({ type, min, choices }: ParameterMeta): unknown {
  const values: Readonly<Record<ParameterMeta['type'], unknown>> = {
    duration: '1s',
    rate: '5/s',
    share: '50%',
    number: Math.max(Number(min ?? 0), 1),
    integer: Math.max(Number(min ?? 0), 1),
    flag: true,
    choice: choices?.[0],
    text: 'checkout',
    list: choices?.slice(0, 1),
  };
  return values[type];
}
