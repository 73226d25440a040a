import { defineLimiterPolicy, DENIED, parameters } from 'overcontrol/controllers';

const everyNth = defineLimiterPolicy({
  name: 'everyNth',
  about: 'Denies every n-th attempt.',
  parameters: { n: parameters.integer({ about: 'Which attempt is denied.', default: 3, min: 1 }) },
  sources: ['this module'],
  knownToGetWrong: ['It counts attempts, and looks at nothing else.'],
  create: ({ n }) => {
    let asked = 0;
    return {
      acquire: () => (++asked % n === 0 ? DENIED : 0), // 0: passes now; more: passes after so many nanoseconds
      charge: () => undefined, // a penalty
      ended: () => undefined, // what it let pass has ended
      used: () => 0, // how much of the allowance is used up, for display
    };
  },
});

export const extension = { policies: [{ kind: 'rateLimiter', policy: everyNth }] };
